/** What Node's functions and classes refuse where it is given; see test/unit/options.test.ts for what runs anywhere. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  acceptTransport,
  connect,
  connectTransport,
  device,
  serve,
  serveUpgrades,
  WebSocketClient,
  webStreams,
} from '../../hosts/node/index.ts';
import { connectPeer, duplexes, peers } from '../../hosts/node/messages.ts';
import { ReconnectingWebSocket } from '../../hosts/node/reconnecting.ts';
import { serverHandshake } from '../../hosts/node/server-handshake.ts';
import type { Endpoint } from '../../src/client/endpoint.ts';
import type { RingletError } from '../../src/errors.ts';
import type { ListeningServer } from '../../hosts/node/serve.ts';
import { FileStore, Outbox, Uplink } from '../../hosts/node/uplink.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import {
  EVENTS,
  expectRefused,
  NO_FUNCTIONS,
  NO_NUMBERS,
  NO_OBJECTS,
  rowsOf,
  WRONG_EVERYWHERE,
  WRONG_REQUESTS,
  WRONG_TLS,
} from '../support/wrong-options.ts';

let server: ListeningServer;
let echo: ListeningServer;

interface Echo {
  endpoint?: Endpoint<Echo>;
}
const refused: unknown[] = [];
beforeAll(async () => {
  echo = await serve<Echo>({
    events: {
      ...EVENTS,
      onData: (target, bytes, from, to) => void target.endpoint!.send(bytes, from, to, 1),
    },
    accept: () => ({}),
  });
  server = await serve({ events: EVENTS, accept: () => ({}), onRefused: (refusal) => refused.push(refusal) });
});
afterAll(async () => {
  // Nobody has even connected.
  expect([server.connections, server.handshakes, refused]).toEqual([0, 0, []]);
  await server.close();
  await echo.close();
});

const noop = (): void => {};
const url = (): string => `ws://127.0.0.1:${server.port}/`;
const functions = (...names: string[]): Record<string, readonly unknown[]> =>
  Object.fromEntries(names.map((name) => [name, NO_FUNCTIONS]));
const numbers = (...names: string[]): Record<string, readonly unknown[]> =>
  Object.fromEntries(names.map((name) => [name, NO_NUMBERS]));

/** Here any of the events may be left out. */
const WRONG_EVENTS: readonly unknown[] = [null, 5, 'x', { onData: 5 }];

describe('connect', () => {
  const wrong = {
    ...WRONG_EVERYWHERE,
    ...WRONG_REQUESTS,
    events: WRONG_EVENTS,
    tls: WRONG_TLS,
    takesSpans: [5, null],
  };

  test.each(rowsOf({ ...wrong, unknown: [1] }))('%s: %o', async (name, value) => {
    const options = { events: EVENTS, target: {}, [name]: value };
    expect((await expectRefused(() => connect(url(), options as never))).message).toContain(name);
  });

  test('no URL, no options', async () => {
    for (const value of NO_OBJECTS.filter((value) => typeof value !== 'symbol')) {
      await expectRefused(() => connect(value as never, { events: EVENTS, target: {} }));
      await expectRefused(() => connect(Object.create(null) as never));
      if (value !== undefined) await expectRefused(() => connect(url(), value as never));
    }
  });
});

describe('serve', () => {
  const wrong = {
    ...WRONG_EVERYWHERE,
    events: WRONG_EVENTS,
    tls: WRONG_TLS,
    takesSpans: [5, null],
    ...functions('accept', 'onRequest', 'onRefused', 'onError'),
    ...numbers('maxConnections', 'maxHandshakes', 'port'),
    host: [5, null, {}],
    protocols: [5, 'a', null, ['a b'], ['a', 'a'], [5], {}],
    requestHeaders: [5, 'a', null, ['a b'], [5]],
    unknown: [1],
  };

  test.each(rowsOf(wrong))('%s: %o', async (name, value) => {
    const options = { events: EVENTS, accept: () => ({}), [name]: value };
    expect((await expectRefused(() => serve(options as never))).message).toContain(name);
  });

  test('no options', async () => {
    for (const value of NO_OBJECTS) if (value !== undefined) await expectRefused(() => serve(value as never));
  });
});

describe('WebSocketClient', () => {
  const sound = { ...device.network.ws, host: '127.0.0.1' };
  // Null is none (ECMA-419, Annex A).
  const names = ['onReadable', 'onWritable', 'onControl', 'onClose', 'onError', 'onSpan'];
  const noCallbacks = NO_FUNCTIONS.filter((value) => value !== null);
  const callbacks = Object.fromEntries(names.map((name) => [name, noCallbacks]));

  test.each(rowsOf({ ...WRONG_EVERYWHERE, ...WRONG_REQUESTS, ...callbacks }))(
    '%s: %o',
    async (name, value) => {
      const options = { ...sound, port: server.port, [name]: value };
      expect((await expectRefused(() => new WebSocketClient(options as never))).message).toContain(name);
    },
  );

  test('callbacks that are null', () => {
    const none = Object.fromEntries(names.map((name) => [name, null]));
    new WebSocketClient({ ...sound, port: server.port, ...none }).close();
  });

  test('no options', async () => {
    for (const value of [...NO_OBJECTS, undefined])
      await expectRefused(() => new WebSocketClient(value as never));
  });

  test('each option is read once, from wherever it comes', () => {
    const reads: string[] = [];
    const inherited = new Proxy({ ...sound, port: server.port } as Record<string, unknown>, {
      get(target, name, receiver) {
        reads.push(String(name));
        return Reflect.get(target, name, receiver) as unknown;
      },
    });
    new WebSocketClient(Object.create(inherited) as never).close();
    expect(reads).toContain('host');
    expect(new Set(reads).size).toBe(reads.length);
  });
});

test.each(
  rowsOf({
    ...WRONG_EVERYWHERE,
    headers: [5, null, 'x', [1], ['ab'], { 'a b': 'c' }, { a: 'x\n' }],
    requireProtocol: [5, 'x', null],
    tls: WRONG_TLS,
    attach: [5, null, 'x', {}, [], true],
    maxBufferedAmount: [NaN, -1, 1.5, '5', null, true, {}, []],
    hedaers: [{}],
    dispatcher: [{}],
  }),
)('WebSocket, %s: %o', async (name, value) => {
  await expectRefused(() => new WebSocket(url(), { [name]: value } as never));
});

describe('Uplink', () => {
  const { receiveBuffer: _, ...common } = WRONG_EVERYWHERE;
  const wrong = {
    ...common,
    ...WRONG_REQUESTS,
    tls: WRONG_TLS,
    ...numbers('backoffBase', 'backoffLongest', 'minUptime', 'maxAge', 'prepareTimeout', 'stopTimeout'),
    ...functions('prepare', 'onChange', 'onData', 'onAcknowledged', 'onStore', 'isFinal'),
    name: [5, null, 'é', {}],
    outbox: [5, 'x', null, {}],
    lookup: NO_FUNCTIONS,
    receiveBuffer: [4096],
    keepalvie: [1000],
  };

  test.each(rowsOf(wrong))('%s: %o', async (name, value) => {
    const made = await expectRefused(() => new Uplink(url(), { [name]: value } as never));
    expect(made.message).toContain(name);
  });

  test('no URL, no options', async () => {
    for (const value of NO_OBJECTS.filter((value) => typeof value !== 'symbol')) {
      await expectRefused(() => new Uplink(value as never));
      await expectRefused(() => new Uplink(url(), value as never));
    }
  });
});

test('the options of write are an object, and its count of read a whole number', async () => {
  let finish = (): void => {};
  const closed = new Promise<void>((resolve) => (finish = resolve));
  const outcome: unknown[] = [];
  new WebSocketClient({
    ...device.network.ws,
    host: '127.0.0.1',
    port: echo.port,
    onWritable() {
      if (outcome.length > 0) return;
      for (const wrong of [5, 'text', null, true]) {
        try {
          this.write(new Uint8Array(1), wrong as never);
        } catch (error) {
          outcome.push((error as RingletError).id);
        }
      }
      for (const wrong of [null, undefined, 'text', {}]) {
        try {
          this.write(wrong as never);
        } catch (error) {
          outcome.push((error as RingletError).id);
        }
      }
      this.write(Uint8Array.of(1, 2, 3));
    },
    onReadable(count) {
      for (const wrong of [-1, NaN, 1.5, null, 'text', {}]) {
        try {
          this.read(wrong as never);
        } catch (error) {
          outcome.push((error as RingletError).id);
        }
      }
      outcome.push(count, this.read(count));
      this.close();
      finish();
    },
  });
  await closed;
  expect(outcome).toEqual([...new Array<number>(14).fill(601), 3, Uint8Array.of(1, 2, 3).buffer]);
});

describe('serverHandshake', () => {
  const wrong = {
    protocols: [5, 'a', null, ['a b'], ['a', 'a'], [5], {}],
    requestHeaders: [5, 'a', null, ['a b'], [5]],
    onRequest: NO_FUNCTIONS,
    protocol: ['a'],
  };
  test.each(rowsOf(wrong))('%s: %o', async (name, value) =>
    expect((await expectRefused(() => serverHandshake({ [name]: value } as never))).message).toContain(name),
  );
  test('no options', async () => {
    for (const value of NO_OBJECTS) await expectRefused(() => serverHandshake(value as never));
  });
});

describe('Outbox', () => {
  const whole = [NaN, -1, 1.5, '8', null, true, {}, [], 5n];
  const methods = { read: noop, append: noop, trim: noop, close: noop };
  const wrong = {
    memory: [undefined, 5, '256', null, NaN, {}, -256, 2 ** 40],
    urgentMemory: whole,
    timeToLive: [...whole, 2 ** 40],
    whenFull: [5, null, 'x'],
    keep: [5, null, 'x'],
    store: [5, 'x', null, {}, { ...methods, trim: 5 }],
    mark: NO_FUNCTIONS,
    memroy: [1],
  };
  test.each(rowsOf(wrong))('%s: %o', async (name, value) => {
    const made = await expectRefused(() => new Outbox({ memory: 256, [name]: value } as never));
    expect(made.message).toContain(name);
  });
  test('no options', async () => {
    for (const value of [...NO_OBJECTS, undefined]) await expectRefused(() => new Outbox(value as never));
  });
});

describe('FileStore', () => {
  const wrong = { sync: [5, 'x', null], segmentSize: [NaN, 1, '5000', null, {}], segmentsize: [5000] };
  test.each(rowsOf(wrong))('%s: %o', async (name, value) => {
    const made = await expectRefused(() => new FileStore('nowhere', { [name]: value } as never));
    expect(made.message).toContain(name);
  });
  test('no directory, no options', async () => {
    for (const value of [...NO_OBJECTS, ''])
      if (value !== 'x') await expectRefused(() => new FileStore(value as never));
    for (const value of NO_OBJECTS) await expectRefused(() => new FileStore('nowhere', value as never));
  });
});

describe('ReconnectingWebSocket', () => {
  const wrong = {
    ...numbers('maxReconnectionDelay', 'minReconnectionDelay', 'minUptime', 'connectionTimeout'),
    maxRetries: [NaN, -1, '5', null],
    startClosed: [5, 'x'],
    debug: [5, 'x'],
    WebSocket: [5, 'x', {}],
    connection: [5, 'x', noop],
    maxRetires: [5],
  };
  const kept = (value: unknown): boolean =>
    value !== null && value !== 1.5 && typeof value !== 'bigint' && typeof value !== 'symbol';
  test.each(rowsOf(wrong).filter(([, value]) => kept(value)))('%s: %o', async (name, value) => {
    const made = await expectRefused(() => new ReconnectingWebSocket(url(), [], { [name]: value } as never));
    expect(made.message).toContain(name);
  });
  test('no options', async () => {
    for (const value of NO_OBJECTS.filter((value) => !Array.isArray(value)))
      await expectRefused(() => new ReconnectingWebSocket(url(), [], value as never));
    // Options in the place of the subprotocols are no subprotocols.
    expect(() => new ReconnectingWebSocket(url(), { debug: true } as never)).toThrow('subprotocol');
  });
});

describe('webStreams, duplexes, peers', () => {
  test.each(rowsOf({ highWaterMark: [NaN, -1, '5', null, {}], highwaterMark: [5] }))(
    '%s: %o',
    async (name, value) => {
      const endpoint = connect(`ws://127.0.0.1:${echo.port}/`);
      const { message } = await expectRefused(() => webStreams(endpoint, { [name]: value } as never));
      expect(message).toContain(name);
      // Nobody has begun to read: what comes is still for whoever does.
      webStreams(endpoint);
      endpoint.drop();
    },
  );
  test('no endpoint, no options, no functions, no handlers', async () => {
    const endpoint = connect(`ws://127.0.0.1:${echo.port}/`);
    for (const value of [...NO_OBJECTS, undefined]) {
      await expectRefused(() => webStreams(value as never));
      if (value !== undefined) await expectRefused(() => webStreams(endpoint, value as never));
      if (typeof value !== 'function') await expectRefused(() => duplexes(value as never));
    }
    endpoint.drop();
    await expectRefused(() => peers({ onMesage: noop } as never));
    await expectRefused(() => peers({}, { maxBufferedAmout: 5 } as never));
    await expectRefused(() => connectPeer(url(), {}, { maxBufferedAmout: 5 } as never));
  });
});

describe('transports', () => {
  const wrong = {
    host: [5, null, '', {}, undefined],
    port: [-1, 65536, '80', NaN, null, undefined],
    secure: [5, 'x', null],
    tlsOptions: WRONG_TLS,
    lookup: NO_FUNCTIONS,
    sendWindow: [0, -1, NaN, '5', null],
    noDelay: [5, 'x', null],
    tls: [{}],
  };
  test.each(rowsOf(wrong))('connectTransport, %s: %o', async (name, value) => {
    const options = { host: '127.0.0.1', port: 1, [name]: value };
    expect((await expectRefused(() => connectTransport(options as never))).message).toContain(name);
  });
  test('no options, no socket', async () => {
    for (const value of [...NO_OBJECTS, undefined]) {
      await expectRefused(() => connectTransport(value as never));
      await expectRefused(() => acceptTransport(value as never));
    }
  });
});

describe('servers', () => {
  test.each([{ tiemout: 5 }, { timeout: '5' }, { code: 5 }, { code: '1000' }, { reason: 5 }, 5, null, []])(
    'close(%o) closes nothing',
    async (options) => {
      await expectRefused(() => echo.close(options as never));
      const upgrades = serveUpgrades({});
      await expectRefused(() => upgrades.close(options as never));
      const endpoint = connect(`ws://127.0.0.1:${echo.port}/`);
      await endpoint.ready;
      endpoint.drop();
    },
  );

  test.each([{ isBinry: true }, { isBinary: 5 }, { filter: 5 }, { compress: 'x' }, 5, null, []])(
    'broadcast with %o',
    async (options) => void (await expectRefused(() => echo.broadcast('x', options as never))),
  );

  test.each([{ cert: 5 }, { cert: 'x', key: 'y' }, { pfx: 'x' }, { minVersion: 'x' }])(
    'serve with tls %o',
    async (tls) => {
      expect((await expectRefused(() => serve({ tls } as never))).message).toContain('tls');
    },
  );
});
