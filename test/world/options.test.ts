/** What a world, a machine and a server in it refuse where it is given. */
import { describe, expect, test } from 'vitest';
import { World } from '../../hosts/simulated/index.ts';
import { expectRefused, NO_FUNCTIONS, NO_OBJECTS, rowsOf } from '../support/wrong-options.ts';

const NO_COUNTS: readonly unknown[] = [NaN, -1, '5', null, {}];

describe('World', () => {
  const wrong = {
    seed: [null, {}, true, NaN, Infinity],
    link: [
      5,
      null,
      'x',
      { latnecy: 5 },
      { latency: '5' },
      { latency: 5n },
      { latency: Infinity },
      { jitter: -1 },
      { bandwidth: 0 },
      { bandwidth: NaN },
      { loss: 1.1 },
      { segment: null },
      { segment: 0 },
      { segment: [5] },
      { segment: [5, 4] },
      { segment: [1, 2, 3] },
    ],
    date: [NaN, '5', null, Infinity, 9e15],
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
});

describe('a host', () => {
  const wrong = {
    address: [5, null, '', 'gateway', '10.0.0.256'],
    link: [5, null, { los: 1 }],
    sendWindow: NO_COUNTS,
    tlsWindow: NO_COUNTS,
    receiveWindow: NO_COUNTS,
    losesUnread: [5, 'x'],
    runtime: [5, 'xs'],
    ticks: [...NO_COUNTS, 1.5, 2 ** 32],
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
    protocols: [5, 'a', null, [5], ['a b'], ['']],
    onRequest: NO_FUNCTIONS,
    onOpen: NO_FUNCTIONS,
    onMessage: NO_FUNCTIONS,
    onClose: NO_FUNCTIONS,
    certificate: [
      5,
      null,
      { names: 'gateway' },
      { names: [5] },
      { notBefore: '2026' },
      { notAfter: NaN },
      { notbefore: 5 },
      { isTrusted: 1 },
    ],
    compression: [true, {}],
    maxMessageSize: [-1, '5', 1.5],
    keepalive: [NaN, Infinity],
    receiveBuffer: [3, 300, '512'],
    transmitBuffer: [0, -1],
    onMesage: [() => {}],
  };
  test.each(rowsOf(wrong))('%s: %o', async (name, value) => {
    const host = new World().host('a');
    expect((await expectRefused(() => host.serve({ [name]: value } as never))).message).toContain(name);
    expect(host.servers.length).toBe(0);
  });
});
