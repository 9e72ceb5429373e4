/** What a world refuses before anything has changed: a test that waits for NaN would wait for ever. */
import { describe, expect, test } from 'vitest';
import { HOUR, loadFirmware, World } from '../../hosts/simulated/index.ts';
import { RingletError } from '../../src/errors.ts';

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

test('what cannot be done is refused at once, and not at its time', () => {
  const world = new World();
  for (const action of [undefined, null, 7, {}] as never[]) {
    expect(() => world.at(1, action)).toThrow(TypeError);
    expect(() => world.after(1, action)).toThrow(TypeError);
  }
  expect(world.clock.pending).toBe(0);
});

test.each(['sendWindow', 'tlsWindow', 'receiveWindow'])(
  'no %s, through which nothing would come',
  (window) => {
    const world = new World();
    for (const octets of [0, -1, 1.5, NaN, '8'])
      expect(() => world.host('device', { [window]: octets })).toThrow(`${window} must be an integer from 1`);
    expect(world.hosts.size).toBe(0);
  },
);

test.each([{ nonsense: 1 }, { config: 7 }, { modules: null }, { manifest: 7 }, { platform: 7 }, 7, null])(
  'firmware with the options %o',
  async (options) => {
    const host = new World().host('device');
    await expect(loadFirmware(host, './nothing.js', options as never)).rejects.toThrow(RingletError);
  },
);

test('firmware for what is no machine', async () => {
  await expect(loadFirmware({} as never, './nothing.js')).rejects.toThrow('host must be a host of a World');
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
