/** What a world, a machine and a server in it refuse where it is given. */
import { describe, expect, test } from 'vitest';
import { World } from '../../hosts/simulated/index.ts';
import { expectRefused, NO_FUNCTIONS, NO_OBJECTS, rowsOf } from '../support/wrong-options.ts';

const NO_COUNTS: readonly unknown[] = [NaN, -1, '5', null, {}];

describe('World', () => {
  const wrong = {
    seed: [null, {}, true],
    link: [5, null, 'x', { latnecy: 5 }],
    date: [NaN, '5', null],
    patience: NO_COUNTS,
    trace: NO_COUNTS,
    onUncaught: NO_FUNCTIONS,
    sede: [1],
  };
  test.each(rowsOf(wrong))('%s: %o', async (name, value) =>
    expect((await expectRefused(() => new World({ [name]: value } as never))).message).toContain(name),
  );
  test('no options', async () => {
    for (const value of NO_OBJECTS) await expectRefused(() => new World(value as never));
  });
  test('a link of strings', () =>
    expect(() => new World({ link: { latency: '5' as never } })).toThrow(RangeError));
});

describe('a host', () => {
  const wrong = {
    address: [5, null],
    link: [5, null, { los: 1 }],
    sendWindow: NO_COUNTS,
    tlsWindow: NO_COUNTS,
    receiveWindow: NO_COUNTS,
    losesUnread: [5, 'x'],
    resizable: [5, 'x'],
    runtime: [5, 'xs'],
    ticks: NO_COUNTS,
    device: [5, null],
    main: NO_FUNCTIONS,
    mian: [() => {}],
  };
  test.each(rowsOf(wrong))('%s: %o', async (name, value) => {
    const world = new World();
    const { message } = await expectRefused(() => world.host('a', { [name]: value } as never));
    expect(message).toContain(name);
    expect(world.hosts.size).toBe(0);
  });
  test('no name, no options', async () => {
    const world = new World();
    for (const value of NO_OBJECTS) await expectRefused(() => world.host('a', value as never));
    for (const value of [5, '', null, {}]) await expectRefused(() => world.host(value as never));
  });
});

describe('a server', () => {
  const wrong = {
    port: [-2, 65536, '80', null],
    protocols: [5, 'a', null],
    onRequest: NO_FUNCTIONS,
    onOpen: NO_FUNCTIONS,
    onMessage: NO_FUNCTIONS,
    onClose: NO_FUNCTIONS,
    certificate: [5, null],
    onMesage: [() => {}],
  };
  test.each(rowsOf(wrong))('%s: %o', async (name, value) => {
    const host = new World().host('a');
    expect((await expectRefused(() => host.serve({ [name]: value } as never))).message).toContain(name);
    expect(host.servers.length).toBe(0);
  });
});
