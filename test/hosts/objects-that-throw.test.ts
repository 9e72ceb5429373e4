/**
 * What an application hands over may throw by itself when it is looked at: a Proxy that was revoked, a getter, an iterator.
 * Then there is an error with an id that has it as the cause, and nothing has changed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  connect,
  device,
  type NodeEndpoint,
  serve,
  serveUpgrades,
  WebSocketClient,
  webStreams,
} from '../../hosts/node/index.ts';
import { connectPeer, peers } from '../../hosts/node/messages.ts';
import type { ListeningServer } from '../../hosts/node/serve.ts';
import { serverHandshake } from '../../hosts/node/server-handshake.ts';
import { Socket } from '../../hosts/node/socket.ts';
import { Outbox, Uplink } from '../../hosts/node/uplink.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';

/** Whatever was accepted, or refused after it came. */
const arrived: unknown[] = [];
let server: ListeningServer;
let endpoint: NodeEndpoint<never>;
const got: unknown[] = [];
beforeAll(async () => {
  server = await serve({
    events: { onMessage: (client: NodeEndpoint, data: unknown) => void client.sendText(String(data)) },
    onRefused: (refusal) => arrived.push(refusal),
  });
  const events = { onMessage: (_target: unknown, data: unknown) => void got.push(data) };
  endpoint = connect<never>(url(), { events });
  await endpoint.ready;
});
afterAll(async () => {
  // Nobody else has even come.
  expect([server.connections, server.handshakes, arrived]).toEqual([1, 0, []]);
  endpoint.drop();
  await server.close();
});

const url = (): string => `ws://127.0.0.1:${server.port}/`;

/** Where nobody listens for TLS: options of that are read at once. */
const secureUrl = (): string => url().replace('ws:', 'wss:');

const boom = (): never => {
  throw new Error('of the application');
};

function revoked<T extends object>(of: T): T {
  const { proxy, revoke } = Proxy.revocable(of, {});
  revoke();
  return proxy;
}

const throwing = new Proxy({}, { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom });

const OBJECTS: [string, () => unknown][] = [
  ['a revoked Proxy', () => revoked({})],
  ['a revoked Proxy of an array', () => revoked([])],
  ['a revoked Proxy of octets', () => revoked(new Uint8Array(4))],
  ['a Proxy that throws', () => throwing],
];

/** The error that `action` throws or is rejected with. */
async function refusalOf(action: () => unknown): Promise<RingletError> {
  let error: unknown;
  try {
    await action();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(RingletError);
  return error as RingletError;
}

type Call = (value: never) => unknown;

/** What takes options, by what they are options of. */
const OPTIONS: [string, Call][] = [
  ['connect', (value) => connect(url(), value)],
  ['events of connect', (value) => connect(url(), { events: value })],
  ['headers of connect', (value) => connect(url(), { headers: value })],
  ['header pairs of connect', (value) => connect(url(), { headers: [value] })],
  ['compression of connect', (value) => connect(url(), { compression: value })],
  ['signal of connect', (value) => connect(url(), { signal: value })],
  ['tls of connect', (value) => connect(secureUrl(), { tls: value })],
  ['proxy of connect', (value) => connect(url(), { proxy: { url: value } })],
  ['serve', (value) => serve(value)],
  ['tls of serve', (value) => serve({ tls: value })],
  ['protocols of serve', (value) => serve({ protocols: value })],
  ['compression of serve', (value) => serve({ compression: value })],
  ['serveUpgrades', (value) => serveUpgrades(value)],
  ['path of serveUpgrades', (value) => serveUpgrades({ path: value })],
  ['close of a server', (value) => server.close(value)],
  ['code for close of a server', (value) => server.close({ code: value })],
  ['broadcast', (value) => server.broadcast('x', value)],
  ['connectPeer', (value) => connectPeer(url(), {}, value)],
  ['handlers of connectPeer', (value) => connectPeer(url(), value)],
  ['handlers of peers', (value) => peers(value)],
  ['options of peers', (value) => peers({}, value)],
  ['WebSocketClient', (value) => new WebSocketClient(value)],
  ['headers of WebSocketClient', (value) => client({ headers: value })],
  ['attach of WebSocketClient', (value) => client({ attach: value })],
  ['serverHandshake', (value) => serverHandshake(value)],
  ['protocols of serverHandshake', (value) => serverHandshake({ protocols: value })],
  ['Outbox', (value) => new Outbox(value)],
  ['Uplink', (value) => new Uplink(url(), value)],
  ['headers of Uplink', (value) => new Uplink(url(), { headers: value })],
  ['post', (value) => new Outbox({ memory: 4096 }).post(Uint8Array.of(1), value)],
  ['store of Outbox', (value) => new Outbox({ memory: 4096, store: value })],
  ['Socket', (value) => new Socket(value)],
  ['headers of Socket', (value) => new Socket({ host: '127.0.0.1', port: server.port, headers: value })],
  ['tls of WebSocket', (value) => new WebSocket(secureUrl(), { tls: value })],
  ['compression of WebSocket', (value) => new WebSocket(url(), { compression: value })],
  ['attach of WebSocket', (value) => new WebSocket(url(), { attach: value })],
];

const client = (options: object): WebSocketClient =>
  new WebSocketClient({ ...device.network.ws, host: '127.0.0.1', port: server.port, ...options } as never);

describe.each(OPTIONS)('options: %s', (_name, call) => {
  test.each(OBJECTS)('%s', async (_name, make) => {
    const { id } = await refusalOf(() => call(make() as never));
    expect(Math.floor(id / 100)).toBe(6);
  });
});

/** What takes octets, or something else to be sent. */
const ARGUMENTS: [string, Call][] = [
  ['send', (value) => endpoint.send(value, 0, 1, 1)],
  ['sendControl', (value) => endpoint.sendControl(9, value, 0, 1)],
  ['sendText', (value) => endpoint.sendText(value)],
  ['sendMessage', (value) => endpoint.sendMessage(value)],
  ['the reason of close', (value) => endpoint.close(1000, value)],
  ['broadcast', (value) => server.broadcast(value)],
  ['attach', (value) => serveUpgrades({}).attach(value)],
  ['the request of handleUpgrade', (value) => serveUpgrades({}).handleUpgrade(value, undefined as never)],
  ['the socket of handleUpgrade', (value) => serveUpgrades({}).handleUpgrade(REQUEST, value)],
  ['the head of handleUpgrade', (value) => serveUpgrades({}).handleUpgrade(REQUEST, {} as never, value)],
  ['webStreams', (value) => webStreams(value)],
];

const REQUEST = { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders: [] } as never;

describe.each(ARGUMENTS)('arguments: %s', (_name, call) => {
  test.each(OBJECTS)('%s', async (_name, make) => {
    expect((await refusalOf(() => call(make() as never))).id).toBe(ErrorId.argumentInvalid);
  });

  test('the connection is as good as before', async () => {
    got.length = 0;
    expect(endpoint.sendText('sound')).toBe(0);
    await expect.poll(() => got, { interval: 5 }).toEqual(['sound']);
  });
});

test('what threw is the cause', async () => {
  const getter = {
    get keepalive() {
      return boom();
    },
  };
  const { id, message, cause } = await refusalOf(() => connect(url(), getter));
  expect([id, message, cause]).toEqual([
    ErrorId.optionInvalid,
    'an option of connect cannot be read',
    new Error('of the application'),
  ]);
  const iterator = { [Symbol.iterator]: boom };
  expect((await refusalOf(() => connect(url(), { headers: iterator as never }))).cause).toBeInstanceOf(Error);
});

test('a revoked Proxy that is thrown', async () => {
  const thrown = revoked({});
  const headers = {
    [Symbol.iterator]: () => {
      throw thrown;
    },
  };
  expect((await refusalOf(() => connect(url(), { headers: headers as never }))).cause === thrown).toBe(true);
});

test('a signal that cannot be listened to leaves no connection', async () => {
  const signal = { aborted: false, addEventListener: boom, removeEventListener: boom };
  await refusalOf(() => connect(url(), { signal: signal as never }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.connections).toBe(1);
});

describe('a peer of whole messages', () => {
  test.each(OBJECTS)('%s', async (_name, make) => {
    const peer = await new Promise<ReturnType<typeof connectPeer>>((resolve) => {
      const made: ReturnType<typeof connectPeer> = connectPeer(url(), { onOpen: () => resolve(made) });
    });
    expect(peer.sendMessage(make() as never)).toBe(ErrorId.argumentInvalid);
    expect(peer.close(1000, make() as never)).toBe(ErrorId.argumentInvalid);
    expect(peer.close(make() as never)).toBe(ErrorId.closeCodeRefused);
    expect(peer.close(1000n as never)).toBe(ErrorId.closeCodeRefused);
    expect(peer.close()).toBe(0);
    await expect.poll(() => server.connections).toBe(1);
  });
});

describe('an ECMA-419 client', () => {
  test.each(OBJECTS)('%s', async (_name, make) => {
    const made = await new Promise<WebSocketClient>((resolve) => {
      client({
        onWritable(this: WebSocketClient) {
          resolve(this);
        },
      });
    });
    for (const call of [
      () => made.write(make() as never),
      () => made.write(Uint8Array.of(1), make() as never),
      () => made.read(make() as never),
      () => made.read(revoked(boom) as never),
    ])
      expect((await refusalOf(call)).id).toBe(ErrorId.argumentInvalid);
    made.close();
    await expect.poll(() => server.connections).toBe(1);
  });
});

test.each(OBJECTS)('a stream of messages: %s', async (_name, make) => {
  const own = connect(url());
  const writer = webStreams(own).writable.getWriter();
  expect((await refusalOf(() => writer.write(make() as never))).id).toBe(ErrorId.argumentInvalid);
  own.drop();
  await expect.poll(() => server.connections).toBe(1);
});
