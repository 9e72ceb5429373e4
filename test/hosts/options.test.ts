/** What Node's functions and classes refuse where it is given; see test/unit/options.test.ts for what runs anywhere. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, device, serve, WebSocketClient } from '../../hosts/node/index.ts';
import type { Endpoint } from '../../src/client/endpoint.ts';
import type { RingletError } from '../../src/errors.ts';
import type { ListeningServer } from '../../hosts/node/serve.ts';
import { Uplink } from '../../hosts/node/uplink.ts';
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
  const callbacks = functions('onReadable', 'onWritable', 'onControl', 'onClose', 'onError', 'onSpan');

  test.each(rowsOf({ ...WRONG_EVERYWHERE, ...WRONG_REQUESTS, ...callbacks }))(
    '%s: %o',
    async (name, value) => {
      const options = { ...sound, port: server.port, [name]: value };
      expect((await expectRefused(() => new WebSocketClient(options as never))).message).toContain(name);
    },
  );

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
