/** Whole messages and strings on endpoints of Node: what `connect` returns and what servers make. */
import { getEventListeners, once } from 'node:events';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket as Peer, WebSocketServer } from 'ws';
import { connect, type ConnectOptions } from '../../hosts/node/connect.ts';
import type { NodeEndpoint, OwnEndpoint } from '../../hosts/node/endpoint/node-endpoint.ts';
import { serve, type ListeningServer, type ServeOptions } from '../../hosts/node/serve.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { State } from '../../src/connection/record.ts';
import { ErrorId } from '../../src/errors.ts';
import type { Message } from '../../src/messages/message-peer.ts';
import { serveRaw } from '../websocket/servers.ts';

const running: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

/** A server of ours that sends every message back. */
async function echo(options: ServeOptions<OwnEndpoint> = {}): Promise<ListeningServer<OwnEndpoint>> {
  const server = await serve({
    events: {
      onMessage: (endpoint, data, isBinary) => {
        const fault = isBinary ? endpoint.sendMessage(data as Uint8Array) : endpoint.sendText(data as string);
        expect(fault).toBe(0);
      },
    },
    ...options,
  });
  running.push(server);
  return server;
}

const to = ({ port }: { port: number }): string => `ws://127.0.0.1:${port}/`;

function open(url: string, options?: ConnectOptions<OwnEndpoint>): NodeEndpoint<OwnEndpoint> {
  const endpoint = connect(url, options);
  running.push({ close: () => endpoint.drop() });
  return endpoint;
}

/** A server of ws's. */
async function peers(): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  running.push(server);
  await once(server, 'listening');
  return server;
}

/** A server that opens every connection and says nothing then. */
const silent = (): Promise<string> => serveRaw(() => {});

/** Octets that say where they are. */
const octets = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => i ^ (i >> 8) ^ (i >> 16));

describe('a message of any length', () => {
  test.each([0, 1, 125, 126, 65535, 65536, 300_000, 5_000_000])('of %i octets, and text', async (length) => {
    const server = await echo({ transmitBuffer: 4096 });
    const endpoint = open(to(server), { transmitBuffer: 1024 });
    await endpoint.ready;
    const sent = octets(length);
    expect(endpoint.sendMessage(sent)).toBe(0);
    // It was taken, and belongs to the caller again.
    const expected = sent.slice();
    sent.fill(0);
    const messages = endpoint[Symbol.asyncIterator]();
    const { value } = await messages.next();
    expect(value).toBeInstanceOf(Uint8Array);
    expect(value).not.toBeInstanceOf(Buffer);
    expect(Buffer.compare(value as Uint8Array, expected)).toBe(0);
    await endpoint.drained();
    const text = 'wäre 𝄞 '.repeat(length / 10);
    expect(endpoint.sendText(text)).toBe(0);
    expect((await messages.next()).value).toBe(text);
  });

  test('is sent in fragments, and nothing comes between them', async () => {
    const server = await peers();
    const received: Buffer[] = [];
    server.on('connection', (peer) => peer.on('message', (data: Buffer) => received.push(data)));
    const endpoint = open(to(server.address() as { port: number }), { transmitBuffer: 256 });
    await endpoint.ready;
    expect(endpoint.sendMessage(octets(10_000))).toBe(0);
    expect(endpoint.writable).toBe(0);
    expect(endpoint.send(octets(1), 0, 1, 1)).toBe(ErrorId.writeTooLong);
    expect(endpoint.sendText('behind')).toBe(0);
    expect(endpoint.close(1000, 'done')).toBe(0);
    expect(endpoint.sendText('too late')).toBe(ErrorId.notOpen);
    await expect.poll(() => received.map((data) => data.length)).toEqual([10_000, 6]);
    expect(received[1].toString()).toBe('behind');
    await expect
      .poll(() => [endpoint.state, endpoint.error, endpoint.closeCode])
      .toEqual([State.closed, 0, 1000]);
  });

  test('is not begun within another, and is refused where too much waits', async () => {
    const server = await echo();
    const endpoint = open(to(server), { maxBufferedAmount: 1000, transmitBuffer: 256 });
    expect(endpoint.sendText('early')).toBe(ErrorId.notOpen);
    await endpoint.ready;
    expect(endpoint.send(octets(1), 0, 1, 1 | 2)).toBe(0);
    expect(endpoint.sendText('x')).toBe(ErrorId.argumentInvalid);
    expect(endpoint.send(octets(1), 0, 1, 1)).toBe(0);
    expect(endpoint.sendMessage(octets(5000))).toBe(0);
    expect(endpoint.bufferedAmount).toBeGreaterThan(4000);
    expect(endpoint.sendMessage(octets(900))).toBe(ErrorId.writeTooLong);
    await endpoint.drained();
    expect(endpoint.bufferedAmount).toBe(0);
    expect(endpoint.sendMessage(octets(900))).toBe(0);
    expect(() => endpoint.sendText(5 as never)).toThrow('text must be a string');
    expect(() => endpoint.sendMessage('x' as never)).toThrow('bytes must be a Uint8Array');
    expect(() => endpoint.sendMessage(octets(3), 2, 1)).toThrow('bytes must be a Uint8Array');
  });

  test('comes whole to onMessage, beside its spans for onData', async () => {
    const server = await peers();
    server.on('connection', (peer) => {
      peer.send('in ', { fin: false });
      peer.send('pieces', { fin: true });
      peer.send(Buffer.from([1, 2, 3]));
      peer.close(4001, 'all');
    });
    const seen: unknown[] = [];
    let spans = 0;
    const target = {};
    connect(to(server.address() as { port: number }), {
      target,
      events: {
        onData: (_target, _bytes, start, end) => (spans += end - start),
        onMessage: (of, data, isBinary) => seen.push([of === target, data, isBinary]),
        onClose: (_target, code, error) => seen.push([code, error]),
      },
    });
    await expect.poll(() => seen.length).toBe(3);
    expect(seen).toEqual([
      [true, 'in pieces', false],
      [true, Uint8Array.of(1, 2, 3), true],
      [4001, 0],
    ]);
    expect(spans).toBe(12);
  });

  test('comes whole to onMessage though onData throws at some of its spans; both exceptions are reported', async () => {
    const caught: string[] = [];
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => caught.push(error.message));
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    });
    const server = await peers();
    server.on('connection', (peer) => {
      peer.send('in ', { fin: false });
      peer.send('three ', { fin: false });
      peer.send('pieces', { fin: true });
      peer.send('and one');
      peer.close();
    });
    const seen: unknown[] = [];
    let spans = 0;
    connect(to(server.address() as { port: number }), {
      events: {
        onData() {
          if (++spans !== 3) throw new Error(`span ${spans}`);
        },
        onMessage(_endpoint, data) {
          seen.push(data);
          throw new Error('message');
        },
        onClose: (_endpoint, _code, error) => seen.push(error),
      },
    });
    await expect.poll(() => seen).toEqual(['in three pieces', 'and one', 0]);
    expect(caught.sort()).toEqual(['message', 'message', 'span 1', 'span 2', 'span 4']);
  });
});

describe('for await', () => {
  test('has every message in order, and ends with the connection', async () => {
    const server = await peers();
    server.on('connection', (peer) => {
      for (let i = 0; i < 1000; i++) peer.send(`${i}`);
      peer.close(1000);
    });
    const endpoint = open(to(server.address() as { port: number }));
    // What came with the response is not lost to who awaits that it is open.
    await endpoint.ready;
    const messages: Message[] = [];
    for await (const message of endpoint) messages.push(message);
    expect(messages).toEqual(Array.from({ length: 1000 }, (_, i) => `${i}`));
    expect([endpoint.closeCode, endpoint.error]).toEqual([1000, 0]);
  });

  test('stops a peer whose messages nobody takes', async () => {
    const server = await peers();
    const peer = new Promise<Peer>((resolve) => server.once('connection', resolve));
    const endpoint = open(to(server.address() as { port: number }));
    await endpoint.ready;
    const messages = endpoint[Symbol.asyncIterator]();
    const sender = await peer;
    for (let i = 0; i < 256; i++) sender.send(Buffer.alloc(1 << 16, i));
    await expect.poll(() => endpoint.paused).toBe(true);
    // The kernel's buffers hold a part of the 16 MiB; the rest waits at the sender.
    expect(sender.bufferedAmount).toBeGreaterThan(1 << 20);
    for (let i = 0; i < 256; i++) {
      const { value } = await messages.next();
      expect(Buffer.compare(value as Uint8Array, Buffer.alloc(1 << 16, i))).toBe(0);
    }
    expect(sender.bufferedAmount).toBe(0);
  });

  test('throws what the connection fails with, behind what came before, once', async () => {
    const server = await peers();
    server.on('connection', (peer) => {
      peer.send('last');
      // A frame with a reserved opcode.
      setImmediate(() =>
        (peer as unknown as { _socket: NodeJS.WritableStream })._socket.write(Buffer.from([0x83, 0])),
      );
    });
    const endpoint = open(to(server.address() as { port: number }));
    const messages = endpoint[Symbol.asyncIterator]();
    await expect.poll(() => endpoint.state).toBe(State.closed);
    expect(await messages.next()).toEqual({ value: 'last', done: false });
    await expect(messages.next()).rejects.toMatchObject({ id: ErrorId.reservedOpcode });
    expect(await messages.next()).toEqual({ value: undefined, done: true });
  });

  test('that is left closes the connection in order, though the peer goes on sending', async () => {
    const server = await peers();
    const closed = new Promise((resolve) => {
      server.on('connection', (peer) => {
        const timer = setInterval(() => peer.send(Buffer.alloc(100_000)), 1);
        peer.on('close', (code) => (clearInterval(timer), resolve(code)));
      });
    });
    const endpoint = open(to(server.address() as { port: number }));
    for await (const message of endpoint) {
      expect(message.length).toBe(100_000);
      break;
    }
    expect(await closed).toBe(1000);
    await expect.poll(() => [endpoint.state, endpoint.error]).toEqual([State.closed, 0]);
  });

  test('ends with drop(), before the connection and after it; one at a time', async () => {
    const server = await echo();
    const endpoint = open(to(server));
    await endpoint.ready;
    const messages = endpoint[Symbol.asyncIterator]();
    expect(() => endpoint[Symbol.asyncIterator]()).toThrow('iterated already');
    const next = messages.next();
    endpoint.drop();
    expect(await next).toEqual({ value: undefined, done: true });
    const early = open(to(server));
    await early[Symbol.asyncIterator]().return();
    expect(early.state).toBe(State.closed);
    await expect(early.ready).rejects.toMatchObject({ id: ErrorId.closed });
  });

  test('nobody listens: the process hears of it', async () => {
    const endpoint = open('ws://127.0.0.1:1/');
    await expect(endpoint.ready).rejects.toMatchObject({ id: ErrorId.connectFailed });
    await expect(endpoint[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      id: ErrorId.connectFailed,
    });
  });
});

describe('an AbortSignal', () => {
  const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  test('that is aborted already refuses to connect, with its reason', () => {
    const reason = new Error('changed my mind');
    expect(() => connect('ws://127.0.0.1:1/', { signal: AbortSignal.abort(reason) })).toThrow(
      expect.objectContaining({ id: ErrorId.aborted, cause: reason }) as Error,
    );
  });

  test.each(['while connecting', 'in the handshake', 'when open'])('%s', async (when) => {
    const server =
      when === 'in the handshake'
        ? await echo({ onRequest: () => new Promise<void>(() => {}) })
        : await echo();
    const controller = new AbortController();
    const { signal } = controller;
    const closes: unknown[] = [];
    const endpoint = connect<OwnEndpoint>(to(server), {
      signal,
      events: { onClose: (of, code, error) => closes.push([of === endpoint, code, error]) },
    });
    expect(listeners(signal)).toBe(1);
    if (when === 'when open') await endpoint.ready;
    else if (when === 'in the handshake') await expect.poll(() => server.handshakes).toBe(1);
    const reason = new Error('enough');
    controller.abort(reason);
    expect(closes).toEqual([]);
    await expect.poll(() => closes).toEqual([[true, when === 'when open' ? 1000 : 1006, ErrorId.aborted]]);
    expect(endpoint.transportReason).toBe(reason);
    expect(listeners(signal)).toBe(0);
    await expect.poll(() => [server.connections, server.handshakes]).toEqual([0, 0]);
  });

  test('closes an open connection in order: what waits is not sent, what comes is not delivered', async () => {
    const peers: OwnEndpoint[] = [];
    const heard: string[] = [];
    const closed: unknown[] = [];
    const server = await serve<OwnEndpoint>({
      port: 0,
      events: {
        onOpen: (peer) => void peers.push(peer),
        onMessage: (peer, data) => {
          heard.push(String(data));
          peer.sendText('too late');
        },
        onClose: (_peer, code, error) => closed.push([code, error]),
      },
    });
    running.push(server);
    const controller = new AbortController();
    const messages: string[] = [];
    const closes: unknown[] = [];
    const endpoint = connect<OwnEndpoint>(to(server), {
      signal: controller.signal,
      events: {
        onMessage: (_endpoint, data) => messages.push(String(data)),
        onClose: (_endpoint, code, error) => closes.push([code, error]),
      },
    });
    await endpoint.ready;
    endpoint.sendText('before');
    endpoint.sendText('x'.repeat(1 << 20));
    const drained = endpoint.drained();
    controller.abort();
    expect(endpoint.sendText('after')).toBe(ErrorId.notOpen);
    await drained;
    await expect.poll(() => closes).toEqual([[1000, ErrorId.aborted]]);
    await expect.poll(() => closed).toEqual([[1000, 0]]);
    expect([heard, messages]).toEqual([['before'], []]);
  });

  test('makes a loop over the messages throw at once, whether the peer answers or not', async () => {
    const server = await silent();
    const controller = new AbortController();
    const closes: unknown[] = [];
    const endpoint = connect<OwnEndpoint>(server, {
      signal: controller.signal,
      closeTimeout: 200,
      events: { onClose: (_endpoint, code, error) => closes.push([code, error]) },
    });
    await endpoint.ready;
    const reason = new Error('enough');
    const next = endpoint[Symbol.asyncIterator]().next();
    controller.abort(reason);
    await expect(next).rejects.toMatchObject({ id: ErrorId.aborted, cause: reason });
    expect(closes).toEqual([]);
    await expect.poll(() => closes).toEqual([[1006, ErrorId.aborted]]);
  });

  test('drops a connection that is closing already', async () => {
    const controller = new AbortController();
    const closes: unknown[] = [];
    const endpoint = connect<OwnEndpoint>(await silent(), {
      signal: controller.signal,
      events: { onClose: (_endpoint, code, error) => closes.push([code, error]) },
    });
    await endpoint.ready;
    endpoint.close(1000);
    controller.abort();
    await expect.poll(() => closes, { timeout: 2000 }).toEqual([[1006, ErrorId.aborted]]);
  });

  test('keeps nothing of a connection that is over', async () => {
    const server = await echo();
    const { signal } = new AbortController();
    for (const end of ['drop', 'close'] as const) {
      const endpoint = open(to(server), { signal });
      await endpoint.ready;
      endpoint[end]();
      await expect.poll(() => listeners(signal)).toBe(0);
    }
  });
});

describe('what was agreed on', () => {
  test('is known on both sides', async () => {
    const compression = permessageDeflate();
    const requests: unknown[] = [];
    const server = await echo({
      compression,
      protocols: ['chat'],
      requestHeaders: ['X-Device', 'Accept-Language'],
      onRequest: ({ remoteAddress, remotePort, secure, incoming, headers }) => {
        requests.push([remoteAddress, typeof remotePort, secure, incoming, headers.get('X-DEVICE')]);
        return {
          headers: [
            ['Set-Cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT'],
            ['Set-Cookie', 'b=2'],
            ['X-RateLimit-Remaining', '59'],
          ],
        };
      },
    });
    const endpoint = open(`${to(server)}way?x=1`, {
      compression,
      protocol: 'other, chat',
      headers: { 'X-Device': 'desk', Cookie: 'secret=1' },
      responseHeaders: ['Set-Cookie', 'x-ratelimit-remaining', 'location'],
    });
    await endpoint.ready;
    const [accepted] = [...server.targets()];
    expect(requests).toEqual([['127.0.0.1', 'number', false, undefined, 'desk']]);
    expect([endpoint.protocol, accepted.protocol]).toEqual(['chat', 'chat']);
    expect(endpoint.extensions).toMatch(/^permessage-deflate/);
    expect(accepted.extensions).toBe(endpoint.extensions);
    expect([endpoint.remoteAddress, endpoint.remotePort]).toEqual(['127.0.0.1', server.port]);
    expect(accepted.remoteAddress).toBe('127.0.0.1');
    expect([...endpoint.headers]).toEqual([
      ['set-cookie', 'a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=2'],
      ['x-ratelimit-remaining', '59'],
    ]);
    expect(endpoint.headers.getSetCookie()).toEqual(['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2']);
    expect(endpoint.headers.get('X-RateLimit-Remaining')).toBe('59');
    // Only what was asked for.
    expect([...accepted.headers]).toEqual([['x-device', 'desk']]);
    expect(accepted.path).toBe('/way?x=1');
    endpoint.close();
    await expect.poll(() => accepted.state).toBe(State.closed);
    expect(accepted.remoteAddress).toBe('127.0.0.1');
  });

  test('is known of a refusal, too', async () => {
    const server = await echo({
      onRequest: () => ({ status: 429, headers: { 'X-RateLimit-Reset': '7', 'Retry-After': '7' } }),
    });
    const endpoint = open(to(server), { responseHeaders: ['x-ratelimit-reset'] });
    await expect(endpoint.ready).rejects.toMatchObject({ httpStatus: 429 });
    expect([endpoint.headers.get('x-ratelimit-reset'), endpoint.retryAfter]).toEqual(['7', '7']);
  });

  test('is nothing where nothing was', async () => {
    const server = await echo();
    const endpoint = open(to(server), { compression: permessageDeflate() });
    await endpoint.ready;
    expect([endpoint.extensions, endpoint.protocol, endpoint.headers.size]).toEqual(['', '', 0]);
  });
});
