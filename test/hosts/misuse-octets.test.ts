/** What is sent by faces of Node's is looked at before anything has changed: octets that are not there, text that is none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, device, type NodeEndpoint, serve, WebSocketClient } from '../../hosts/node/index.ts';
import { connectPeer, type MessagePeer, PeerDuplex } from '../../hosts/node/messages.ts';
import type { ListeningServer } from '../../hosts/node/serve.ts';
import { Socket } from '../../hosts/node/socket.ts';
import { Outbox, Uplink } from '../../hosts/node/uplink.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { counting, utf8 } from '../support/octets.ts';

/** What came, as text; binary data by their octets. */
const got: string[] = [];
let server: ListeningServer;
beforeAll(async () => {
  server = await serve({
    events: {
      onMessage: (_endpoint, data) => void got.push(typeof data === 'string' ? data : data.join()),
    },
  });
});
afterAll(() => server.close());

const url = (): string => `ws://127.0.0.1:${server.port}/`;

/** A subclass that says `length` octets, of four. */
function lying(length: number): Uint8Array {
  class Liar extends Uint8Array {
    override get length(): number {
      return length;
    }
    override get byteLength(): number {
      return length;
    }
  }
  return new Liar(4);
}

function detached(): Uint8Array {
  const bytes = counting(10);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
  return bytes;
}

function shrunk(): Uint8Array {
  const buffer = new ArrayBuffer(16, { maxByteLength: 32 });
  const bytes = new Uint8Array(buffer, 8, 8);
  buffer.resize(8);
  return bytes;
}

const withOwnLength = (): Uint8Array => Object.defineProperty(new Uint8Array(4), 'length', { value: 9 });

const NOT_THERE: [string, () => Uint8Array][] = [
  ['a subclass that says more', () => lying(100)],
  ['a subclass that says less', () => lying(2)],
  ['a subclass that says none', () => lying(0)],
  ['an array with a length of its own', withOwnLength],
  ['a Proxy', () => new Proxy(new Uint8Array(4), {})],
  ['a detached view', detached],
  ['a view whose buffer became too short', shrunk],
];

const NO_UTF8: [string, Uint8Array][] = [
  ['an impossible octet', Uint8Array.of(0x61, 0xff)],
  ['a character that is not whole', Uint8Array.of(0x61, 0xe2, 0x82)],
  ['a surrogate', Uint8Array.of(0xed, 0xa0, 0x80)],
  ['an overlong character', Uint8Array.of(0xc0, 0x80)],
  ['a long text with one at its end', new Uint8Array(40_000).fill(0x61, 0, 39_999).fill(0xff, 39_999)],
];

/** The id of a refusal, returned or thrown. */
function refusalOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    expect(error).toBeInstanceOf(RingletError);
    return (error as RingletError).id;
  }
}

/** Nothing has been sent, and what is sent now arrives. */
async function expectSound(send: () => unknown, message: string): Promise<void> {
  const before = got.length;
  send();
  await expect.poll(() => got.length).toBeGreaterThan(before);
  expect(got.slice(before)).toEqual([message]);
}

describe('NodeEndpoint', () => {
  let endpoint: NodeEndpoint;
  beforeAll(async () => {
    endpoint = connect(url()) as unknown as NodeEndpoint;
    await endpoint.ready;
  });
  afterAll(() => endpoint.drop());

  test.each(NOT_THERE)('%s', async (_name, make) => {
    expect(refusalOf(() => endpoint.sendMessage(make()))).toBe(ErrorId.argumentInvalid);
    expect(refusalOf(() => endpoint.send(make(), 0, 0, 1))).toBe(ErrorId.argumentInvalid);
    expect(refusalOf(() => endpoint.send(make(), 0, 4, 1))).toBe(ErrorId.argumentInvalid);
    expect(refusalOf(() => endpoint.sendControl(9, make(), 0, 0))).toBe(ErrorId.argumentInvalid);
    expect(refusalOf(() => endpoint.close(1000, make(), 0, 0))).toBe(ErrorId.argumentInvalid);
    expect(endpoint.bufferedAmount).toBe(0);
    await expectSound(() => endpoint.sendMessage(Uint8Array.of(1, 2)), '1,2');
  });

  test.each(NO_UTF8)('text with %s', async (_name, bytes) => {
    expect(refusalOf(() => endpoint.sendMessage(bytes, 0, bytes.length, false))).toBe(601);
    expect(endpoint.bufferedAmount).toBe(0);
    await expectSound(() => endpoint.sendMessage(Uint8Array.of(0xc3, 0xa4), 0, 2, false), 'ä');
  });

  test.each(['no', 1, 0, null, {}])('isBinary %o', (isBinary) =>
    expect(refusalOf(() => endpoint.sendMessage(Uint8Array.of(1), 0, 1, isBinary as never))).toBe(601),
  );

  test.each([5n, Symbol('s'), Object.create(null), 'x'])('no numbers: %o', (value) => {
    const wrong = value as never;
    const one = Uint8Array.of(1);
    expect(refusalOf(() => endpoint.send(one, wrong, 1, 1))).toBe(601);
    expect(refusalOf(() => endpoint.send(one, 0, wrong, 1))).toBe(601);
    expect(refusalOf(() => endpoint.send(one, 0, 1, wrong))).toBe(601);
    expect(refusalOf(() => endpoint.sendMessage(one, wrong))).toBe(601);
    expect(refusalOf(() => endpoint.sendControl(9, one, 0, wrong))).toBe(601);
  });

  test.each([5n, Symbol('s'), Object.create(null), detached(), '1000', {}])('close code %o', async (code) => {
    expect(refusalOf(() => endpoint.close(code as never))).toBe(ErrorId.closeCodeRefused);
    await expectSound(() => endpoint.sendMessage(Uint8Array.of(1, 2)), '1,2');
  });

  test('what waits is a copy, of a Buffer and of a subclass with a constructor of its own, too', async () => {
    class Sized extends Uint8Array {
      constructor() {
        super(300_000);
      }
    }
    for (const bytes of [Buffer.alloc(300_000, 1), new Sized().fill(1)]) {
      const before = got.length;
      expect(endpoint.sendMessage(bytes)).toBe(0);
      bytes.fill(2);
      await expect.poll(() => got.length).toBe(before + 1);
      const octets = got[before].split(',');
      expect([octets.length, octets.every((octet) => octet === '1')]).toEqual([300_000, true]);
    }
  });

  test('octets of a buffer that has grown since', async () => {
    const buffer = new ArrayBuffer(10, { maxByteLength: 20 });
    const follows = new Uint8Array(buffer);
    await expectSound(() => endpoint.send(follows.fill(1), 0, 5, 1), '1,1,1,1,1');
    buffer.resize(20);
    await expectSound(() => endpoint.send(follows.fill(3), 9, 19, 1), '3,3,3,3,3,3,3,3,3,3');
  });
});

describe('broadcast', () => {
  test.each(NOT_THERE)('%s', (_name, make) =>
    expect(refusalOf(() => server.broadcast(make()))).toBe(ErrorId.argumentInvalid),
  );

  test.each(NO_UTF8)('text with %s', (_name, bytes) =>
    expect(refusalOf(() => server.broadcast(bytes, { isBinary: false }))).toBe(ErrorId.argumentInvalid),
  );

  test('a filter that is asynchronous, or throws for the second, sends nobody anything', async () => {
    const seen: unknown[] = [];
    const onMessage = (_: unknown, data: unknown): void => void seen.push(data);
    const clients = [connect(url(), { events: { onMessage } }), connect(url(), { events: { onMessage } })];
    await Promise.all(clients.map(({ ready }) => ready));
    await expect.poll(() => server.connections).toBeGreaterThanOrEqual(2);
    const asynchronous = (): boolean => Promise.resolve(false) as never;
    expect(refusalOf(() => server.broadcast('x', { filter: asynchronous }))).toBe(601);
    let asked = 0;
    const throws = (): boolean => {
      asked += 1;
      if (asked === 2) throw new Error('second');
      return true;
    };
    expect(() => server.broadcast('x', { filter: throws })).toThrow('second');
    server.broadcast('y');
    await expect.poll(() => seen.length).toBe(2);
    expect(seen).toEqual(['y', 'y']);
    for (const client of clients) client.drop();
  });
});

describe('MessagePeer', () => {
  let peer: MessagePeer;
  beforeAll(async () => {
    await new Promise<void>((resolve) => (peer = connectPeer(url(), { onOpen: () => resolve() })));
  });
  afterAll(() => peer.endpoint.drop());

  test.each(NOT_THERE)('%s', async (_name, make) => {
    expect(refusalOf(() => peer.sendMessage(make()))).toBe(ErrorId.argumentInvalid);
    await expectSound(() => peer.sendMessage(Uint8Array.of(1)), '1');
  });

  test.each(NO_UTF8)('text with %s', (_name, bytes) =>
    expect(peer.sendMessage(bytes, 0, bytes.length, false)).toBe(ErrorId.argumentInvalid),
  );

  test('what is nothing of it', () => {
    expect(peer.sendMessage(undefined as never)).toBe(601);
    expect(peer.sendMessage(counting(4), 0.5, 2)).toBe(601);
    expect(peer.sendMessage(counting(4), 0, 2, 'no' as never)).toBe(601);
    expect(peer.sendText(5 as never)).toBe(601);
    expect(peer.close(1000, 5 as never)).toBe(601);
    expect(refusalOf(() => new PeerDuplex({} as never))).toBe(601);
  });

  test('a close that is refused behind what waits is refused at once', () => {
    expect(peer.sendMessage(new Uint8Array(500_000))).toBe(0);
    expect(peer.bufferedAmount).toBeGreaterThan(0);
    expect(peer.close(4)).toBe(ErrorId.closeCodeRefused);
    expect(peer.close(1000, 'x'.repeat(200))).toBe(ErrorId.closeReasonTooLong);
    expect(peer.close(1000)).toBe(0);
  });
});

describe('WebSocketClient', () => {
  let client: WebSocketClient;
  beforeAll(async () => {
    const options = { ...device.network.ws, host: '127.0.0.1', port: server.port };
    await new Promise<void>((resolve) => {
      client = new WebSocketClient({
        ...options,
        onWritable: () => resolve(),
      });
    });
  });
  afterAll(() => client.close());

  test.each(NOT_THERE)('%s', async (_name, make) => {
    expect(refusalOf(() => client.write(make()))).toBe(ErrorId.argumentInvalid);
    expect(refusalOf(() => client.write(make(), { more: true }))).toBe(ErrorId.argumentInvalid);
    await expectSound(() => client.write(Uint8Array.of(1)), '1');
  });

  test('detached buffers of every kind', () => {
    const { buffer } = detached();
    const view = new DataView(new ArrayBuffer(4));
    structuredClone(view.buffer, { transfer: [view.buffer] });
    for (const data of [buffer, view]) expect(refusalOf(() => client.write(data as never))).toBe(601);
  });

  test.each([
    { binary: 'no' },
    { binary: 0 },
    { binary: null },
    { more: 1 },
    { more: 'yes' },
    { opcode: '1' },
    { opcode: 3 },
  ])('options %o', async (options) => {
    expect(refusalOf(() => client.write(Uint8Array.of(1), options as never))).toBe(601);
    await expectSound(() => client.write(Uint8Array.of(1)), '1');
  });
});

describe.each([
  ['WebSocketClient', WebSocketClient, device.network.ws],
  ['Socket', Socket, {}],
])('read(buffer) of %s', (_name, Client, options) => {
  test.each(NOT_THERE)('%s: nothing is read, and nothing is lost', async (_kind, make) => {
    let said = '';
    const client = await new Promise<InstanceType<typeof Client>>((resolve) => {
      const it = new Client({
        ...options,
        host: '127.0.0.1',
        port: server.port,
        onWritable: () => resolve(it),
        onReadable() {
          expect(refusalOf(() => it.read(make() as never))).toBe(ErrorId.argumentInvalid);
          const target = new Uint8Array(8);
          const count = it.read(target)!;
          said = Buffer.from(target.subarray(0, count)).toString();
        },
      } as never);
    });
    server.broadcast(utf8('Hello'));
    await expect.poll(() => said).toBe('Hello');
    client.close();
  });
});

describe('Outbox and Uplink', () => {
  const outbox = new Outbox({ memory: 4096 });
  const uplink = new Uplink('ws://127.0.0.1:1/', { outbox });
  const posts: [string, (bytes: Uint8Array, options?: never) => number][] = [
    ['outbox', (bytes, options) => outbox.post(bytes, options)],
    ['uplink', (bytes, options) => uplink.post(bytes, options)],
  ];
  describe.each(posts)('%s', (_name, post) => {
    test.each(NOT_THERE)('%s', (_what, make) => expect(refusalOf(() => post(make()))).toBe(601));

    test.each(NO_UTF8)('text with %s', (_what, bytes) =>
      expect(refusalOf(() => post(bytes, { binary: false } as never))).toBe(601),
    );

    test.each([null, 5, 'x', { binary: 'no' }, { urgent: 1 }, { ugrent: true }])('options %o', (options) =>
      expect(refusalOf(() => post(Uint8Array.of(1), options as never))).toBeGreaterThan(600),
    );
  });

  test('nothing was posted', () => expect(outbox.nextNumber).toBe(0));

  test.each(['5', null, true, 5n, -1, 1.5, undefined])('acknowledge(%o)', (upTo) => {
    expect(refusalOf(() => outbox.acknowledge(upTo as never))).toBe(601);
    expect(refusalOf(() => uplink.acknowledge(upTo as never))).toBe(601);
    expect(refusalOf(() => outbox.acknowledge(0, upTo as never))).toBe(
      upTo === true || upTo === undefined ? 0 : 601,
    );
  });

  test('Uplink.send', () => {
    for (const [, make] of NOT_THERE) expect(refusalOf(() => uplink.send(make(), 0, 0, true))).toBe(601);
    for (const [, bytes] of NO_UTF8)
      expect(refusalOf(() => uplink.send(bytes, 0, bytes.length, false))).toBe(601);
    expect(refusalOf(() => uplink.send(counting(4), 0, 9, true))).toBe(601);
    expect(refusalOf(() => uplink.send(counting(4), 0, 4, 'no' as never))).toBe(601);
    expect(uplink.send(counting(4), 0, 4, true)).toBe(false);
  });
});

describe('WebSocket: what Web IDL says of a BufferSource', () => {
  let socket: WebSocket;
  beforeAll(async () => {
    socket = new WebSocket(url());
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  });
  afterAll(() => socket.close());

  test.each([2, 100, 0])('a subclass of four octets that says %d', async (length) =>
    expectSound(() => socket.send(lying(length)), '0,0,0,0'),
  );

  test('detached memory is empty, whatever it is seen through', async () => {
    const view = new DataView(new ArrayBuffer(4));
    structuredClone(view.buffer, { transfer: [view.buffer] });
    for (const data of [detached(), detached().buffer, view]) await expectSound(() => socket.send(data), '');
  });

  test('what waits is a copy of a Buffer', async () => {
    const before = got.length;
    const bytes = Buffer.alloc(300_000, 1);
    socket.send(bytes);
    bytes.fill(2);
    await expect.poll(() => got.length).toBe(before + 1);
    expect(got[before].includes('2')).toBe(false);
  });
});
