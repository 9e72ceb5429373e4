import { createClient } from 'graphql-ws';
import TheirReconnecting from 'reconnecting-websocket';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket as Peer, WebSocket as WsSocket, WebSocketServer } from 'ws';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ReconnectingWebSocket } from '../../hosts/node/reconnecting.ts';
import { RingletError } from '../../src/errors.ts';
import { GrowingDelay } from '../../src/reconnecting/growing-delay.ts';
import type { ReconnectingOptions } from '../../src/reconnecting/options.ts';

const FAST = { minReconnectionDelay: 5, maxReconnectionDelay: 20, minUptime: 50 };

async function serve(
  onConnection: (peer: Peer, url: string) => void = () => undefined,
  options: object = {},
): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  server.on('connection', (peer, { url }) => onConnection(peer, url!));
  await once(server, 'listening');
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A port on which nobody listens. */
async function nowhere(): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `ws://127.0.0.1:${port}/`;
}

function made(
  url: ConstructorParameters<typeof ReconnectingWebSocket>[0],
  options: ReconnectingOptions = {},
  protocols?: ConstructorParameters<typeof ReconnectingWebSocket>[1],
): { socket: ReconnectingWebSocket; told: string[]; messages: unknown[] } {
  const socket = new ReconnectingWebSocket(url, protocols, { ...FAST, ...options });
  onTestFinished(() => socket.close());
  const told: string[] = [];
  const messages: unknown[] = [];
  for (const type of ['open', 'error'] as const) socket.addEventListener(type, () => void told.push(type));
  socket.addEventListener('close', ({ code }) => void told.push(`close ${code}`));
  socket.addEventListener('message', ({ data }) => void messages.push(data));
  return { socket, told, messages };
}

describe('looks like a WebSocket', () => {
  test('constants, properties and states from the beginning to the end', async () => {
    const url = await serve(undefined, { handleProtocols: () => 'b' });
    const { socket, told } = made(url, {}, ['a', 'b']);
    expect([socket.CONNECTING, socket.OPEN, socket.CLOSING, socket.CLOSED]).toEqual([0, 1, 2, 3]);
    expect(ReconnectingWebSocket.CLOSING).toBe(2);
    expect(Object.prototype.toString.call(socket)).toBe('[object ReconnectingWebSocket]');
    expect([socket.readyState, socket.url, socket.protocol, socket.retryCount]).toEqual([0, '', '', 0]);
    await expect.poll(() => told).toEqual(['open']);
    expect([socket.readyState, socket.url, socket.protocol, socket.extensions]).toEqual([1, url, 'b', '']);
    socket.close(4001, 'enough');
    expect(socket.readyState).toBe(2);
    const closed = await new Promise<{ code: number; reason: string; wasClean: boolean }>((resolve) => {
      socket.onclose = resolve;
    });
    expect([closed.code, closed.reason, closed.wasClean]).toEqual([4001, 'enough', true]);
    expect(socket.readyState).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(told).toEqual(['open', 'close 4001']);
  });

  test('a close before there is a connection has one event, and nothing follows', async () => {
    let seen = 0;
    const url = await serve(() => void seen++);
    const { socket, told } = made(url);
    socket.close();
    await expect.poll(() => told).toEqual(['close 1006']);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([told, seen]).toEqual([['close 1006'], 0]);
  });

  test('what is wrong is refused at once', () => {
    for (const url of ['', 'ftp://x/', 'ws://x/#y'])
      expect(() => new ReconnectingWebSocket(url)).toThrow(/URL/);
    expect(() => new ReconnectingWebSocket('ws://x/', ['a', 'a'])).toThrow(/subprotocol/);
    for (const [name, value] of [
      ['minReconnectionDelay', -1],
      ['maxReconnectionDelay', Infinity],
      ['reconnectionDelayGrowFactor', 0.5],
      ['maxRetries', '3'],
      ['connectionTimeout', NaN],
      ['WebSocket', {}],
    ])
      expect(() => new ReconnectingWebSocket('ws://x/', [], { [name as string]: value })).toThrow(
        RingletError,
      );
    const { socket } = made('ws://127.0.0.1:1/', { startClosed: true });
    expect(() => socket.close(1001)).toThrow(/close code/);
    expect(() => socket.close(1000, 'x'.repeat(124))).toThrow(/reason/);
  });
});

describe('comes back', () => {
  test('after every kind of end, with queued messages first and in order', async () => {
    const got: string[] = [];
    const peers: Peer[] = [];
    const url = await serve((peer) => {
      peers.push(peer);
      peer.on('message', (data, isBinary) => {
        got.push(isBinary ? `binary ${(data as Buffer).toString('hex')}` : (data as Buffer).toString());
        peer.send(data, { binary: isBinary });
      });
    });
    const { socket, told, messages } = made(url);
    socket.binaryType = 'arraybuffer';
    const octets = Uint8Array.of(1, 2);
    socket.send('first');
    socket.send(octets);
    octets.fill(9);
    socket.send(new Blob(['ä']));
    expect(socket.bufferedAmount).toBe(5 + 2 + 2);
    socket.addEventListener('open', () => socket.send('from open'), { once: true });
    await expect.poll(() => messages.length).toBe(4);
    expect(got).toEqual(['first', 'binary 0102', 'binary c3a4', 'from open']);
    expect(new Uint8Array(messages[1] as ArrayBuffer)).toEqual(Uint8Array.of(1, 2));
    peers[0].close(1012);
    await expect.poll(() => peers.length).toBe(2);
    await expect.poll(() => socket.readyState).toBe(1);
    socket.addEventListener(
      'close',
      () => {
        expect(socket.readyState).toBe(3);
        socket.send('meanwhile');
      },
      { once: true },
    );
    peers[1].terminate();
    await expect.poll(() => got.at(-1)).toBe('meanwhile');
    peers[2].close();
    await expect.poll(() => peers.length).toBe(4);
    await expect.poll(() => told.length).toBe(8);
    expect(told).toEqual(['open', 'close 1012', 'open', 'error', 'close 1006', 'open', 'close 1005', 'open']);
  });

  test('by `reconnect`, which closes what there is; and from `startClosed` and a `close`', async () => {
    const peers: Peer[] = [];
    const url = await serve((peer) => void peers.push(peer));
    const { socket, told } = made(url, { startClosed: true });
    expect(socket.readyState).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(peers.length).toBe(0);
    socket.reconnect();
    await expect.poll(() => told).toEqual(['open']);
    socket.reconnect(4000, 'again');
    await expect.poll(() => told).toEqual(['open', 'close 4000', 'open']);
    socket.close();
    await expect.poll(() => told.at(-1)).toBe('close 1000');
    socket.reconnect();
    await expect.poll(() => told.at(-1)).toBe('open');
    expect(peers.length).toBe(3);
  });

  test('gives up after maxRetries, and not before', async () => {
    const { socket, told } = made(await nowhere(), { maxRetries: 3 });
    await expect.poll(() => told.length).toBe(8);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(told).toEqual(Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 'error' : 'close 1006')));
    expect([socket.readyState, socket.retryCount]).toEqual([3, 3]);
  });

  test('an attempt has a deadline', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((silent) => void silent.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { socket, told } = made(url, { connectionTimeout: 40, maxRetries: 1 });
    const errors: unknown[] = [];
    socket.addEventListener('error', ({ error }) => void errors.push(error?.message));
    await expect.poll(() => told.length).toBe(4);
    expect(errors).toEqual(['TIMEOUT', 'TIMEOUT']);
  });

  test('no more than maxEnqueuedMessages wait; the others are dropped and counted', async () => {
    const got: string[] = [];
    const url = await serve(
      (peer) => void peer.on('message', (data) => got.push((data as Buffer).toString())),
    );
    const { socket } = made(url, { maxEnqueuedMessages: 2 });
    for (const text of ['a', 'b', 'c']) socket.send(text);
    expect([socket.bufferedAmount, socket.droppedMessages]).toEqual([2, 1]);
    await expect.poll(() => got).toEqual(['a', 'b']);
  });
});

describe('asks before each attempt', () => {
  test('a function for the URL and one for the subprotocols, at once or later', async () => {
    const seen: string[] = [];
    const url = await serve((peer, path) => {
      seen.push(`${path} ${peer.protocol}`);
      if (seen.length < 3) peer.close();
    });
    let n = 0;
    made(
      () => (++n === 2 ? Promise.resolve(`${url}later`) : `${url}${n}`),
      {},
      () => (n === 3 ? Promise.resolve(['x']) : `p${n}`),
    );
    await expect.poll(() => seen).toEqual(['/1 p1', '/later p2', '/3 x']);
  });

  test('what it throws, rejects or answers wrongly is a failed attempt', async () => {
    const url = await serve();
    const answers = [
      () => {
        throw new Error('thrown');
      },
      () => Promise.reject(new Error('rejected')),
      () => 'no URL at all',
      () => url,
    ];
    const errors: unknown[] = [];
    const { socket, told } = made(() => answers.shift()!() as string);
    socket.addEventListener('error', ({ error }) => void errors.push(error?.message));
    await expect.poll(() => told.at(-1)).toBe('open');
    expect(errors.slice(0, 2)).toEqual(['thrown', 'rejected']);
    expect(errors.length).toBe(3);
  });
});

describe('delays', () => {
  const delays = (least: number, most: number, factor: number, word: number): number[] => {
    const delay = new GrowingDelay(least, most, factor, () => word);
    return [1, 2, 3, 4, 5].map(() => delay.next());
  };

  test('lie between the least and a span that grows by the factor up to the longest', () => {
    expect(delays(1000, 10_000, 2, 1)).toEqual([1000, 1000, 1000, 1000, 1000]);
    // A source that has failed: the whole span, not a storm.
    expect(delays(1000, 10_000, 2, 0)).toEqual([2000, 4000, 8000, 10_000, 10_000]);
    // The whole span: twice the least, then twice as much each time.
    expect(delays(1000, 10_000, 2, -1)).toEqual([2000, 4000, 8000, 10_000, 10_000]);
    expect(delays(500, 300, 1.3, -1)).toEqual([300, 300, 300, 300, 300]);
  });

  test('begin anew after a good connection', () => {
    const delay = new GrowingDelay(10, 1000, 10, () => -1);
    expect([delay.next(), delay.next(), delay.attempts]).toEqual([20, 200, 2]);
    delay.reset();
    expect([delay.attempts, delay.next()]).toEqual([0, 20]);
  });
});

describe('in the place of reconnecting-websocket', () => {
  /** What a program sees of either through a close by the server, a kill, and its own close. */
  async function story(Class: typeof ReconnectingWebSocket): Promise<string[]> {
    const peers: Peer[] = [];
    const url = await serve((peer) => {
      peers.push(peer);
      peer.on('message', (data) => peer.send(`echo ${(data as Buffer).toString()}`));
    });
    const story: string[] = [];
    const socket = new Class(url, [], { ...FAST, WebSocket: WsSocket as never });
    onTestFinished(() => socket.close());
    socket.onopen = () => void story.push('open');
    socket.onmessage = ({ data }) => void story.push(String(data));
    socket.addEventListener('close', ({ code }) => void story.push(`close ${code}`));
    socket.send('queued');
    await expect.poll(() => story.at(-1)).toBe('echo queued');
    peers[0].close(4002);
    await expect.poll(() => story.at(-1)).toBe('open');
    socket.send('second');
    await expect.poll(() => story.at(-1)).toBe('echo second');
    story.push(String(socket.readyState));
    socket.close(4003, 'done');
    await expect.poll(() => story.at(-1)).toBe('close 4003');
    story.push(String(socket.readyState));
    return story;
  }

  test('the same program sees the same, over another WebSocket class', async () => {
    const theirs = await story(TheirReconnecting as never);
    expect(theirs).toEqual([
      ...['open', 'echo queued', 'close 4002', 'open', 'echo second', '1', 'close 4003', '3'],
    ]);
    expect(await story(ReconnectingWebSocket)).toEqual(theirs);
  });

  test('graphql-ws runs over it, and goes on after its server has thrown it off', async () => {
    const peers: Peer[] = [];
    const url = await serve(
      (peer) => {
        peers.push(peer);
        peer.on('message', (data) => {
          const { type, id } = JSON.parse((data as Buffer).toString()) as { type: string; id?: string };
          if (type === 'connection_init') peer.send('{"type":"connection_ack"}');
          if (type !== 'subscribe') return;
          peer.send(JSON.stringify({ type: 'next', id, payload: { data: { n: peers.length } } }));
          peer.send(JSON.stringify({ type: 'complete', id }));
        });
      },
      { handleProtocols: () => 'graphql-transport-ws' },
    );
    class Socket extends ReconnectingWebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, FAST);
      }
    }
    const client = createClient({ url, webSocketImpl: Socket, lazy: true, lazyCloseTimeout: 60_000 });
    onTestFinished(() => client.dispose());
    const query = async (): Promise<unknown[]> => {
      const results = [];
      for await (const { data } of client.iterate({ query: '{ n }' })) results.push(data?.n);
      return results;
    };
    expect(await query()).toEqual([1]);
    peers[0].close(1012);
    await expect.poll(() => peers.length).toBeGreaterThan(1);
    expect((await query())[0]).toBeGreaterThan(1);
  });
});
