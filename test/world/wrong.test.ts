/** What a world refuses before anything has changed: a test that waits for NaN would wait for ever. */
import { describe, expect, test } from 'vitest';
import { HOUR, World } from '../../hosts/simulated/index.ts';

describe('milliseconds that are none', () => {
  test.each([NaN, -1, '5', undefined, null, {}])('%s', async (value) => {
    const world = new World();
    const wrong = value as number;
    expect(() => world.run(wrong)).toThrow(RangeError);
    await expect(world.play(wrong)).rejects.toThrow(RangeError);
    expect(() => world.runUntil(() => false, wrong)).toThrow(RangeError);
    expect(() => world.at(wrong, () => {})).toThrow(RangeError);
    expect(() => world.after(wrong, () => {})).toThrow(RangeError);
    expect([world.now, world.clock.pending]).toEqual([0, 0]);
  });
});

describe('weather that is none', () => {
  test.each([
    'stormy',
    'toString',
    5,
    null,
    { wifiLost: '5' },
    { reset: -1 },
    { wifiLost: NaN },
    { reset: Infinity },
    { wifiDown: 5 },
    { wifiDown: [5, 1] },
    { resets: 1 },
  ])('%o', (weather) => {
    const world = new World();
    const device = world.host('device');
    expect(() => world.weather(device, weather as never)).toThrow(/^weather: /);
    expect(world.clock.pending).toBe(0);
  });

  test('what is left out does not happen', () => {
    const world = new World();
    world.weather(world.host('device'), { wifiLost: undefined, reset: 2 });
    world.run(100 * HOUR);
    expect(world.faults.wifi).toBeUndefined();
  });
});
