/**
 * Functions, constructors and methods of the library's own, one parameter after the other, with a catalogue of wrong values: each
 * is refused with an id of docs/errors.md, thrown or returned, or is one of those that the parameter's kind takes. Faces with a
 * standard of their own throw what that says: Web IDL (`websocket/`), ECMA-419's sockets and Moddable's timers (`contract/`).
 */
import { Socket as NetSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  acceptTransport,
  connect,
  connectTransport,
  decodeText,
  destinationOf,
  type NodeEndpoint,
  nodeHost,
  serve,
  serveUpgrades,
  Timer,
  webStreams,
} from '../../hosts/node/index.ts';
import { connectPeer, duplexes, MessagePeer, PeerDuplex, peers } from '../../hosts/node/messages.ts';
import { ReconnectingWebSocket } from '../../hosts/node/reconnecting.ts';
import { serverHandshake } from '../../hosts/node/server-handshake.ts';
import type { ListeningServer } from '../../hosts/node/serve.ts';
import {
  changeSentence,
  FileStore,
  isFinalLoss,
  lossSentence,
  Outbox,
  Uplink,
} from '../../hosts/node/uplink.ts';
import {
  clientOpening,
  closeCodeOf,
  Connection,
  decodeUtf8,
  describeError,
  Endpoint,
  errorIds,
  nameOfError,
  permessageDeflate,
  requestOf,
  RingletError,
  serverOpening,
  WebSocketClient,
} from '../../src/index.ts';
import { EVENTS } from '../support/wrong-options.ts';

const boom = (): never => {
  throw new Error('of the application');
};

function revoked<T extends object>(of: T): T {
  const { proxy, revoke } = Proxy.revocable(of, {});
  revoke();
  return proxy;
}

const TRAPS = { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom, getOwnPropertyDescriptor: boom };

const VALUES = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => NaN,
  'minus one': () => -1,
  one: () => 1,
  huge: () => 1e99,
  'an empty string': () => '',
  text: () => 'x',
  'a Symbol': () => Symbol('s'),
  'a BigInt': () => 5n,
  true: () => true,
  'a function': () => () => undefined,
  'an array': () => [],
  'an array of text': () => ['x'],
  'a frozen object': () => Object.freeze({}),
  'an object without a prototype': () => Object.create(null) as object,
  'an object with another name': () => ({ other: 1 }),
  'a Date': () => new Date(NaN),
  'a revoked Proxy': () => revoked({}),
  'a revoked array': () => revoked([]),
  'a revoked function': () => revoked(boom),
  'revoked octets': () => revoked(new Uint8Array(4)),
  'a Proxy that throws': () => new Proxy({}, TRAPS),
  'a function that throws when looked at': () => new Proxy(() => undefined, TRAPS),
  'keys that throw': () => new Proxy({}, { ownKeys: boom }),
  'a text that throws': () => ({ toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom }),
  'an iterator that throws': () => ({ [Symbol.iterator]: boom }),
} satisfies Record<string, () => unknown>;

type Name = keyof typeof VALUES;

/** What a parameter takes, of all these. */
const EMPTY: readonly Name[] = [
  'undefined',
  'a frozen object',
  'an object without a prototype',
  'a Date',
  // No name of theirs is one that would have to be known.
  'an iterator that throws',
];
const KINDS = {
  nothing: [],
  optional: ['undefined'],
  options: EMPTY,
  'needed options': EMPTY.filter((name) => name !== 'undefined'),
  flag: ['undefined', 'true'],
  'needed flag': ['true'],
  count: ['undefined', 'one'],
  bound: ['undefined', 'one', 'huge'],
  index: ['one'],
  time: ['minus one', 'one', 'huge'],
  function: ['undefined', 'a function', 'a revoked function', 'a function that throws when looked at'],
  'needed function': ['a function', 'a revoked function', 'a function that throws when looked at'],
  text: ['an empty string', 'text'],
  name: ['text'],
  names: ['undefined', 'an array', 'an array of text'],
  subprotocol: ['undefined', 'an empty string', 'text', 'an array', 'an array of text'],
  headers: [
    'undefined',
    'an array',
    'a frozen object',
    'an object without a prototype',
    'an object with another name',
  ],
} satisfies Record<string, readonly Name[]>;

type Row = [name: string, kind: keyof typeof KINDS, call: (value: never) => unknown];

let server: ListeningServer;
let endpoint: NodeEndpoint;
const url = (): string => `ws://127.0.0.1:${server.port}/`;
const octets = new Uint8Array(4);
const random = (): number => 1;
const upgrades = serveUpgrades({});
const request = { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders: [] } as never;

const bare = (options: object): Connection =>
  new Connection({ role: 'client', events: EVENTS, random, target: undefined, ...options } as never);

function open(): Connection {
  const connection = bare({});
  connection.opened();
  return connection;
}

const outbox = (options: object): Outbox => new Outbox({ memory: 4096, ...options } as never);
const reconnecting = (options: object): void =>
  new ReconnectingWebSocket(url(), undefined, { startClosed: true, ...options } as never).close();

const ROWS: Row[] = [
  ['Connection', 'nothing', (value) => new Connection(value)],
  ['role', 'nothing', (role) => bare({ role })],
  ['events', 'nothing', (events) => bare({ events })],
  ['what opening makes', 'nothing', (value) => bare({ opening: () => value })],
  ['limits', 'optional', (limits) => bare({ limits })],
  ['compression', 'optional', (compression) => bare({ compression })],
  ['keepalive', 'count', (keepalive) => bare({ keepalive })],
  ['transmitBuffer', 'optional', (transmitBuffer) => bare({ transmitBuffer })],
  ['octets of receive', 'nothing', (value) => open().receive(value, 0, 0)],
  ['start of receive', 'index', (value) => open().receive(octets, value, 4)],
  ['end of receive', 'index', (value) => open().receive(octets, 0, value)],
  ['sent', 'nothing', (value) => open().sent(value)],
  ['transportClosed', 'index', (value) => open().transportClosed(value)],
  ['tick', 'time', (value) => void open().tick(value)],
  ['octets of send', 'nothing', (value) => open().send(value, 0, 0, 1)],
  ['start of send', 'index', (value) => open().send(octets, value, 4, 1)],
  ['span of send', 'index', (value) => open().send(octets, 0, 4, value)],
  ['opcode of sendControl', 'nothing', (value) => open().sendControl(value, octets, 0, 4)],
  ['code of close', 'optional', (value) => open().close(value)],
  [
    'Endpoint of a host',
    'nothing',
    (value) => new Endpoint(value, { role: 'client', events: EVENTS } as never, boom),
  ],
  ['Endpoint with options', 'nothing', (value) => new Endpoint(nodeHost, value, boom)],
  [
    'what connect makes',
    'nothing',
    (value) => new Endpoint(nodeHost, { role: 'client', events: EVENTS, target: 0 }, () => value),
  ],
  ['portable WebSocketClient', 'nothing', (value) => new WebSocketClient(value, nodeHost)],
  ['decodeUtf8', 'nothing', (value) => decodeUtf8(value, 0, 0)],
  ['start of decodeUtf8', 'index', (value) => decodeUtf8(octets, value, 4)],
  ['permessageDeflate', 'options', (value) => permessageDeflate(value)],
  ['profile', 'optional', (profile) => permessageDeflate({ profile })],
  ['clientOpening', 'nothing', (value) => clientOpening(value)],
  ['proof of clientOpening', 'optional', (value) => clientOpening(requestOf({ host: 'h' }), value)],
  ['serverOpening', 'needed options', (value) => serverOpening(value)],
  ['protocols of serverOpening', 'names', (protocols) => serverOpening({ protocols } as never)],
  ['requestOf', 'nothing', (value) => requestOf(value)],
  ['host of requestOf', 'name', (host) => requestOf({ host })],
  ['port of requestOf', 'count', (port) => requestOf({ host: 'h', port })],
  ['path of requestOf', 'optional', (path) => requestOf({ host: 'h', path })],
  ['protocol of requestOf', 'subprotocol', (protocol) => requestOf({ host: 'h', protocol })],
  ['headers of requestOf', 'headers', (headers) => requestOf({ host: 'h', headers })],
  ['secure of requestOf', 'flag', (secure) => requestOf({ host: 'h', secure })],
  ['connect', 'nothing', (value) => connect(value)],
  ['destinationOf', 'nothing', (value) => destinationOf(value)],
  ['sendText', 'text', (value) => endpoint.sendText(value)],
  ['sendMessage', 'nothing', (value) => endpoint.sendMessage(value)],
  ['octets of sendControl', 'nothing', (value) => endpoint.sendControl(9, value, 0, 0)],
  ['acceptTransport', 'nothing', (value) => acceptTransport(value)],
  ['window of acceptTransport', 'bound', (value) => acceptTransport(new NetSocket(), value)],
  ['connectTransport', 'nothing', (value) => connectTransport(value)],
  ['host of connectTransport', 'name', (host) => connectTransport({ host, port: 1 })],
  [
    'sink of connectTransport',
    'nothing',
    (value) => connectTransport({ host: '127.0.0.1', port: server.port })(value),
  ],
  ['decodeText', 'nothing', (value) => decodeText(value, 0, 0)],
  ['start of decodeText', 'index', (value) => decodeText(octets, value, 4)],
  ['serve', 'needed options', async (value) => (await serve(value)).close()],
  ['port of serve', 'count', async (port) => (await serve({ port })).close()],
  ['maxConnections of serve', 'count', async (maxConnections) => (await serve({ maxConnections })).close()],
  ['onRequest of serve', 'function', async (onRequest) => (await serve({ onRequest })).close()],
  ['unmatched', 'optional', (unmatched) => serveUpgrades({ unmatched })],
  ['attach', 'nothing', (value) => upgrades.attach(value)],
  ['request of handleUpgrade', 'nothing', (value) => upgrades.handleUpgrade(value, new NetSocket())],
  ['socket of handleUpgrade', 'nothing', (value) => upgrades.handleUpgrade(request, value)],
  ['head of handleUpgrade', 'optional', (value) => upgrades.handleUpgrade(request, new NetSocket(), value)],
  ['broadcast', 'text', (value) => server.broadcast(value)],
  ['isBinary of broadcast', 'flag', (isBinary) => server.broadcast(octets, { isBinary })],
  ['webStreams', 'nothing', (value) => webStreams(value)],
  ['Uplink', 'nothing', (value) => new Uplink(value)],
  ['options of Uplink', 'options', (value) => new Uplink(url(), value)],
  ['prepare of Uplink', 'function', (prepare) => new Uplink(url(), { prepare })],
  ['headers of Uplink', 'headers', (headers) => new Uplink(url(), { headers })],
  ['maxAge of Uplink', 'count', (maxAge) => new Uplink(url(), { maxAge })],
  ['send of Uplink', 'nothing', (value) => new Uplink(url()).send(value, 0, 0, true)],
  ['binary of send of Uplink', 'needed flag', (value) => new Uplink(url()).send(octets, 0, 4, value)],
  ['Outbox', 'nothing', (value) => new Outbox(value)],
  ['keep', 'optional', (keep) => outbox({ keep })],
  ['store', 'optional', (store) => outbox({ store })],
  ['mark', 'function', (mark) => outbox({ mark })],
  ['post', 'nothing', (value) => outbox({}).post(value)],
  ['options of post', 'options', (value) => outbox({}).post(octets, value)],
  ['urgent of acknowledge', 'flag', (value) => outbox({}).acknowledge(1, value)],
  ['FileStore', 'name', (value) => new FileStore(value)],
  ['options of FileStore', 'options', (value) => new FileStore('x', value)],
  ['sync', 'flag', (sync) => new FileStore('x', { sync })],
  ['changeSentence', 'nothing', (value) => changeSentence(value)],
  ['lossSentence', 'nothing', (value) => lossSentence(value)],
  ['isFinalLoss', 'nothing', (value) => isFinalLoss(value)],
  ['serverHandshake', 'options', (value) => serverHandshake(value)],
  ['URL of connectPeer', 'nothing', (value) => connectPeer(value, {})],
  ['options of peers', 'options', (value) => peers({}, value)],
  ['onOpen of peers', 'function', (onOpen) => peers({ onOpen })],
  ['duplexes', 'needed function', (value) => duplexes(value)],
  ['PeerDuplex', 'nothing', (value) => new PeerDuplex(value)],
  ['codec of MessagePeer', 'nothing', (value) => new MessagePeer({}, value)],
  [
    'options of ReconnectingWebSocket',
    'options',
    (value) => new ReconnectingWebSocket(url(), undefined, value).close(),
  ],
  ['connection of ReconnectingWebSocket', 'options', (connection) => reconnecting({ connection })],
  ['WebSocket of ReconnectingWebSocket', 'function', (value) => reconnecting({ WebSocket: value })],
  ['startClosed of ReconnectingWebSocket', 'flag', (startClosed) => reconnecting({ startClosed })],
];

const strays: unknown[] = [];
const keep = (error: unknown): void => void strays.push(error);

beforeAll(async () => {
  for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, keep);
  server = await serve({});
  endpoint = connect(url()) as unknown as NodeEndpoint;
  await endpoint.ready;
});

afterAll(async () => {
  for (const event of ['unhandledRejection', 'uncaughtException']) process.off(event, keep);
  endpoint.drop();
  await server.close();
});

/** What comes of it: a known id, or 0 where it was taken. Throws what has no id. */
async function idOf(action: () => unknown): Promise<number> {
  try {
    const returned: unknown = await action();
    // An id where it is one of misuse: others are lengths and counts.
    return typeof returned === 'number' && returned >= 600 && errorIds.includes(returned) ? returned : 0;
  } catch (error) {
    // What could be a Proxy is not compared.
    if (!(error instanceof RingletError)) throw error;
    return error.id;
  }
}

describe.each(ROWS)('%s', (_name, kind, call) => {
  const taken: readonly string[] = KINDS[kind];

  test.each(Object.entries(VALUES))('%s', async (name, make) => {
    const id = await idOf(() => call(make() as never));
    if (taken.includes(name)) expect(id).toBe(0);
    else {
      expect(errorIds).toContain(id);
      expect(id).toBeGreaterThan(600);
    }
  });
});

test.each(Object.entries(VALUES))('what tells of an id takes %s, too', (_name, make) => {
  const value = make() as never;
  expect([typeof nameOfError(value), typeof describeError(value), typeof closeCodeOf(value)]).toEqual([
    'string',
    'string',
    'number',
  ]);
});

test.each(Object.entries(VALUES))('no timer is cleared or scheduled: %s', (name, make) => {
  if (name !== 'undefined' && name !== 'null')
    expect(() => Timer.clear(make() as never)).toThrow('not a timer');
  expect(() => Timer.schedule(make() as never, 1)).toThrow('not a timer');
});

test('what was refused has left nothing that comes later, and nobody who came', async () => {
  await expect.poll(() => [server.connections, server.handshakes], { interval: 5 }).toEqual([1, 0]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(strays).toEqual([]);
  expect(endpoint.sendText('sound')).toBe(0);
});
