/** What a world refuses before anything has changed: a test that waits for NaN would wait for ever. */
import { describe, expect, test } from 'vitest';
import { HOUR, loadFirmware, World } from '../../hosts/simulated/index.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';

/** What `action` throws, which has the id of an argument that is wrong. */
function refused(action: () => unknown): RingletError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(RingletError);
    expect((error as RingletError).id).toBe(ErrorId.argumentInvalid);
    return error as RingletError;
  }
  throw new Error('nothing was refused');
}

describe('milliseconds that are none, or have no end', () => {
  test.each([NaN, -1, Infinity, '5', '5m', 5n, undefined, null, {}, Symbol('5')])('%s', async (value) => {
    const world = new World();
    const wrong = value as number;
    const device = world.host('device');
    expect(refused(() => world.run(wrong)).message).toMatch(/^duration must be milliseconds from 0/);
    await expect(world.play(wrong)).rejects.toMatchObject({ id: ErrorId.argumentInvalid });
    refused(() => world.runUntil(() => false, wrong));
    refused(() => world.at(wrong, () => {}));
    refused(() => world.after(wrong, () => {}));
    refused(() => device.powerCycle(wrong));
    refused(() => device.restart(wrong));
    expect([world.now, world.clock.pending, device.isUp, world.faults]).toEqual([0, 0, true, {}]);
  });
});

test('what cannot be done is refused at once, and not at its time', () => {
  const world = new World();
  const device = world.host('device');
  for (const action of [undefined, null, 7, {}] as never[]) {
    refused(() => world.at(1, action));
    refused(() => world.after(1, action));
    refused(() => world.runUntil(action, 1));
    refused(() => device.run(action));
    if (action !== undefined) refused(() => device.failCalls(action));
  }
  expect(world.clock.pending).toBe(0);
});

test('a time that is past is refused, and not taken for now', () => {
  const world = new World();
  world.run(10);
  expect(refused(() => world.at(9.5, () => {})).message).toBe(
    'time must be 10 or later, which is the time now, and not 9.5',
  );
  expect(world.clock.pending).toBe(0);
  let at = NaN;
  world.at(10, () => (at = world.now));
  world.run(1);
  expect(at).toBe(10);
});

describe('a program for which time does not pass ends the run, which would never end', () => {
  const forEver = (): World => {
    const world = new World();
    const main = ({ Timer }: { Timer: { set(callback: () => void, delay: number): unknown } }): void => {
      const again = (): void => void Timer.set(again, 0);
      Timer.set(again, 7);
    };
    world.host('device', { main });
    return world;
  };
  const why = /^time does not pass: 1000000 things happened at 7 ms/;
  test('run', () => {
    const world = forEver();
    expect(refused(() => world.run(HOUR)).message).toMatch(why);
    // It does not pass afterwards either.
    expect(refused(() => world.run(HOUR)).message).toMatch(why);
  });
  test('runUntil', () => {
    expect(refused(() => forEver().runUntil(() => false, HOUR)).message).toMatch(why);
  });
  test('a long run is none of these', () => {
    const world = new World();
    let count = 0;
    world.host('device', { main: ({ Timer }) => void Timer.repeat(() => (count += 1), 1) });
    world.run(1_100_000);
    expect(count).toBe(1_100_000);
  });
});

test('numbers that no connection can have', () => {
  const world = new World();
  for (const id of [-1, 1.5, NaN, '1', null, undefined, {}] as never[]) {
    refused(() => world.resetConnection(id));
    refused(() => world.silenceConnection(id));
  }
  // That one is over, or was never there.
  world.resetConnection(7);
});

test('a port at which somebody waits', () => {
  const host = new World().host('gateway');
  host.serve();
  expect(refused(() => host.serve()).message).toBe('port 80 is in use');
  expect(host.servers).toHaveLength(1);
});

test.each([':', '::::', '1:2', '01.2.3.4', '1.2.3', '1.2.3.256', 'fe80:::1'])(
  'the address %s, which is none',
  (address) => {
    const world = new World();
    expect(() => world.host('device', { address })).toThrow('address must be an IP address');
    expect(world.hosts.size).toBe(0);
  },
);

test.each(['sendWindow', 'tlsWindow', 'receiveWindow'])(
  'no %s, through which nothing would come',
  (window) => {
    const world = new World();
    for (const octets of [0, -1, 1.5, NaN, '8'])
      expect(() => world.host('device', { [window]: octets })).toThrow(`${window} must be an integer from 1`);
    expect(world.hosts.size).toBe(0);
  },
);

test.each([
  { nonsense: 1 },
  { config: 7 },
  { modules: null },
  { modules: { timer: 5 } },
  { manifest: 7 },
  { platform: 7 },
  7,
  null,
])('firmware with the options %o', async (options) => {
  const host = new World().host('device');
  await expect(loadFirmware(host, './nothing.js', options as never)).rejects.toThrow(RingletError);
});

test.each([undefined, null, '', 5, {}, []])('firmware that is the file %o', async (main) => {
  const host = new World().host('device');
  await expect(loadFirmware(host, main as never)).rejects.toMatchObject({ id: ErrorId.argumentInvalid });
});

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
    expect(refused(() => world.weather(device, weather as never)).message).toMatch(/^weather: /);
    expect(world.clock.pending).toBe(0);
  });

  test('what is left out does not happen', () => {
    const world = new World();
    world.weather(world.host('device'), { wifiLost: undefined, reset: 2 });
    world.run(100 * HOUR);
    expect(world.faults.wifi).toBeUndefined();
  });
});

describe('what happens in a world cannot let time pass once more', () => {
  const inside: readonly [string, (world: World) => unknown][] = [
    ['run', (world) => world.run(10)],
    ['runUntil', (world) => world.runUntil(() => false, 10)],
  ];
  test.each(inside)('%s in an event, a timer of a program, a condition', async (_name, pass) => {
    const world = new World();
    const device = world.host('device');
    world.at(5, () => pass(world));
    expect(refused(() => world.run(50)).message).toMatch(/^time passes already/);
    device.Timer.set(() => pass(world), 5);
    refused(() => world.runUntil(() => false, 50));
    refused(() => world.runUntil(() => pass(world) === 0, 50));
    world.after(5, () => pass(world));
    await expect(world.play(50)).rejects.toMatchObject({ id: ErrorId.argumentInvalid });
    // What was refused leaves a world that goes on.
    world.run(100);
    expect(world.now).toBe(115);
  });
  test('two plays at once', async () => {
    const world = new World();
    const first = world.play(50);
    await expect(world.play(100)).rejects.toMatchObject({ id: ErrorId.argumentInvalid });
    await first;
    expect(world.now).toBe(50);
  });
});

describe('who is no host of the world', () => {
  const foreign = new World().host('foreign');
  test.each(['nobody', '', undefined, null, 5, {}, foreign])('%o', (value) => {
    const world = new World();
    world.host('a');
    const who = value as never;
    for (const method of ['partition', 'repair', 'hold', 'release'] as const) {
      refused(() => world[method]('a', who));
      refused(() => world[method](who, 'a'));
    }
    for (const method of ['names', 'memoryShort', 'randomFails', 'portal'] as const)
      refused(() => world[method](who, true));
    for (const method of ['reset', 'silence'] as const) {
      refused(() => world[method](who));
      if (value !== undefined) refused(() => world[method]('a', who));
    }
    refused(() => world.weather(who, 'bad'));
    refused(() => world.link('a', who, { latency: 1 }));
    refused(() => world.everywhere(who));
    refused(() => world.connectionsOf(who));
    if (value !== undefined) refused(() => world.delivered(who));
    if (value !== undefined) refused(() => world.connections(who));
    if (value !== undefined && value !== '') refused(() => world.name('b', who));
    expect([world.faults, world.events()]).toEqual([{}, []]);
  });
});

test.each(['true', 1, undefined, null])('a state that is neither on nor off: %o', (value) => {
  const world = new World();
  const device = world.host('device');
  for (const method of ['names', 'memoryShort', 'randomFails', 'portal'] as const)
    refused(() => world[method](device, value as never));
  refused(() => device.online(value as never));
  expect(device.isOnline).toBe(true);
  expect([world.faults, world.events()]).toEqual([{}, []]);
});

test.each([NaN, Infinity, '5', undefined])('clocks that jump by %o', (value) => {
  const device = new World().host('device');
  refused(() => device.jump(value as never));
  expect([device.ticks, device.date()]).toEqual([0, Date.UTC(2026, 0, 1)]);
});

test('a name is given once, whatever its letter case, and the name of the captive portal not at all', () => {
  const world = new World();
  world.host('Gateway', { address: '10.1.0.1' });
  expect(refused(() => world.host('gateway')).message).toBe('there is a host gateway already');
  refused(() => world.host('portal'));
  refused(() => world.host('other', { address: '10.1.0.1' }));
  expect([...world.hosts.keys()]).toEqual(['Gateway']);
});

test('what a trace cannot show', () => {
  const world = new World();
  for (const text of [undefined, 5, ''] as never[]) refused(() => world.note(text));
  for (const title of [5, null] as never[]) refused(() => world.page(title));
  for (const most of [0, -1, 1.5, NaN, '5'] as never[]) refused(() => world.page('title', most));
  refused(() => world.events(5 as never));
});

test.each([
  [5, ''],
  [1005, ''],
  [1000, 'x'.repeat(124)],
  [1000, 7],
])('a server cannot close with %o and such a reason', (code, reason) => {
  const world = new World();
  const ids: unknown[] = [];
  world.host('server').serve({
    onOpen(peer) {
      try {
        peer.close(code, reason as never);
      } catch (error) {
        ids.push((error as RingletError).id);
      }
      peer.close(4000, 'in order');
      peer.close(4001, 'which is the case already');
    },
    onClose: (_peer, answered) => ids.push(answered),
  });
  const device = world.host('device');
  new device.WebSocketClient({ ...(device.device.network.ws as object), host: 'server' } as never);
  world.run(1000);
  const id =
    typeof reason === 'string'
      ? [ErrorId.closeCodeRefused, ErrorId.closeReasonTooLong][Number(code === 1000)]
      : ErrorId.argumentInvalid;
  expect(ids).toEqual([id, 4000]);
});
