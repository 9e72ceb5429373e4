import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { next, record, serve, serveRaw, until } from './servers.ts';

interface Message {
  readonly data: string | ArrayBuffer | Blob;
}

async function opened(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  await next(socket, 'open');
  return socket;
}

async function echoed(socket: WebSocket, data: unknown): Promise<string | ArrayBuffer | Blob> {
  const answer = next<Message>(socket, 'message');
  socket.send(data as string);
  return (await answer).data;
}

const octets = (data: unknown): number[] => [...new Uint8Array(data as ArrayBuffer)];

describe('send', () => {
  it.each([
    ['a string', 'Message', 'Message'],
    ['nothing', '', ''],
    ['text that is not ASCII', '¥¥¥¥¥¥', '¥¥¥¥¥¥'],
    ['a short pair of surrogates', '\ud801\udc07', '𐐇'],
    ['surrogates that stand alone', 'a\ud800b\udfff', 'a\ufffdb\ufffd'],
    ['surrogates in longer text', `${'x'.repeat(100)}\udc00\ud800`, `${'x'.repeat(100)}\ufffd\ufffd`],
    ['NUL and BOM', '\ufeffa\0b', '\ufeffa\0b'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a number', 5, '5'],
    ['an object', {}, '[object Object]'],
    ['an object with a text', { toString: () => 'text' }, 'text'],
  ])('%s', async (_, data, expected) => {
    expect(await echoed(await opened(await serve()), data)).toBe(expected);
  });

  it('views with their offsets and lengths, and buffers', async () => {
    const socket = await opened(await serve());
    const { buffer } = Uint8Array.from({ length: 64 }, (_, i) => i);
    const part = (from: number, to: number): number[] => octets(buffer.slice(from, to));
    expect(octets(await echoed(socket, buffer))).toEqual(part(0, 64));
    expect(octets(await echoed(socket, new Uint8Array(buffer, 3, 5)))).toEqual(part(3, 8));
    expect(octets(await echoed(socket, new Int16Array(buffer, 2, 4)))).toEqual(part(2, 10));
    expect(octets(await echoed(socket, new Float64Array(buffer, 8)))).toEqual(part(8, 64));
    expect(octets(await echoed(socket, new DataView(buffer, 1, 2)))).toEqual(part(1, 3));
    expect(octets(await echoed(socket, Buffer.from(buffer, 7, 2)))).toEqual(part(7, 9));
    expect(octets(await echoed(socket, new ArrayBuffer(0)))).toEqual([]);
  });

  it('blobs, in order with what is sent behind them', async () => {
    const socket = await opened(await serve());
    const { events } = record(socket);
    socket.send('before');
    socket.send(new Blob(['blob']));
    expect(socket.bufferedAmount).toBe(10);
    socket.send('behind');
    expect(socket.bufferedAmount).toBe(16);
    await until(() => events.length === 3);
    expect(events).toEqual(['message before', 'message [object ArrayBuffer]', 'message behind']);
  });

  it('refuses memory that other threads can write, and nothing at all', async () => {
    const socket = await opened(await serve());
    const shared = new SharedArrayBuffer(8);
    expect(() => socket.send(shared)).toThrow(TypeError);
    expect(() => socket.send(new Uint8Array(shared))).toThrow(TypeError);
    expect(() => (socket.send as () => void)()).toThrow(TypeError);
    expect(socket.bufferedAmount).toBe(0);
  });

  it('before the connection is open is an InvalidStateError, with whatever is sent', () => {
    const socket = new WebSocket('ws://127.0.0.1:1/');
    for (const data of ['a', 'ä'.repeat(99999), new ArrayBuffer(1), new Blob(['x'])]) {
      expect(() => socket.send(data)).toThrow(
        expect.objectContaining({ name: 'InvalidStateError', code: 11 }),
      );
    }
    expect(socket.bufferedAmount).toBe(0);
    socket.close();
  });

  it('takes the octets as they are now', async () => {
    const socket = await opened(await serve());
    const data = new Uint8Array(300000).fill(7);
    socket.send(data);
    data.fill(8);
    const { data: answer } = await next<Message>(socket, 'message');
    expect(new Uint8Array(answer as ArrayBuffer).every((octet) => octet === 7)).toBe(true);
  });

  it('messages of every size around the limits of lengths and rings, both ways, and 8 MB', async () => {
    const socket = await opened(await serve());
    for (const size of [125, 126, 127, 65401, 65405, 65535, 65536, 65537, 131072, 8_000_000]) {
      const data = new Uint8Array(size).map((_, i) => (i * 31) >> 3);
      const answer = await echoed(socket, data);
      const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
      expect(digest(new Uint8Array(answer as ArrayBuffer)), String(size)).toBe(digest(data));
    }
    const text = '€uro '.repeat(300_000);
    expect((await echoed(socket, text)) === text).toBe(true);
  });

  it('many messages at once stay in order, whatever their length', async () => {
    const socket = await opened(await serve());
    const { events } = record(socket);
    const sent = Array.from({ length: 500 }, (_, i) => `${i} ${'y'.repeat((i * 997) % 4000)}`);
    for (const text of sent) socket.send(text);
    expect(socket.bufferedAmount).toBe(sent.join('').length);
    await until(() => events.length === sent.length);
    expect(events).toEqual(sent.map((text) => `message ${text}`));
    expect(socket.bufferedAmount).toBe(0);
  });
});

describe('bufferedAmount', () => {
  it('counts octets of messages, not characters and not frames', async () => {
    const socket = await opened(await serve());
    socket.send('\u00e5 \u20ac \ud800\udc00');
    expect(socket.bufferedAmount).toBe(2 + 1 + 3 + 1 + 4);
    socket.send(new ArrayBuffer(10));
    expect(socket.bufferedAmount).toBe(21);
    await next(socket, 'message');
    await until(() => socket.bufferedAmount === 0);
  });

  it('cannot be set and goes on growing when nothing is sent any more', async () => {
    const socket = await opened(await serve());
    expect(() => Object.assign(socket, { bufferedAmount: 5 })).toThrow(TypeError);
    socket.close();
    socket.send('xyz');
    expect(socket.bufferedAmount).toBe(3);
    await next(socket, 'close');
    expect(socket.bufferedAmount).toBe(3);
    socket.send(new Uint8Array(5));
    socket.send(new Blob(['ab']));
    expect(socket.bufferedAmount).toBe(10);
  });

  it('keeps what a peer did not take, when the connection ends', async () => {
    const url = await serveRaw((socket) => {
      socket.pause();
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    const socket = await opened(url);
    const { closed } = record(socket);
    socket.send(new Uint8Array(50_000_000));
    expect(socket.bufferedAmount).toBe(50_000_000);
    await closed;
    expect(socket.bufferedAmount).toBeGreaterThan(1_000_000);
    expect(socket.bufferedAmount).toBeLessThanOrEqual(50_000_000);
  });

  it('is bounded by an option: more fails the connection', async () => {
    const url = await serveRaw((socket) => socket.pause());
    const socket = new WebSocket(url, { maxBufferedAmount: 1_000_000 });
    const { closed } = record(socket);
    await next(socket, 'open');
    let error: (Error & { id?: number }) | undefined;
    socket.addEventListener('error', (event) => (error = event.error));
    // What the socket's buffers take is not waiting here.
    for (let i = 0; i < 200 && socket.readyState === 1; i++) {
      socket.send(new Uint8Array(400_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await closed).toEqual(['open', 'error at 3', 'close 1006 unclean']);
    expect(error).toMatchObject({ id: 611 });
  });
});

describe('receive', () => {
  it('makes of binary messages what binaryType says at that time', async () => {
    const socket = await opened(await serve());
    socket.binaryType = 'blob';
    const blob = (await echoed(socket, Uint8Array.of(1, 2, 3))) as Blob;
    expect(blob).toBeInstanceOf(Blob);
    expect(octets(await blob.arrayBuffer())).toEqual([1, 2, 3]);
    socket.binaryType = 'arraybuffer';
    expect(octets(await echoed(socket, Uint8Array.of(4)))).toEqual([4]);
  });

  it('puts fragments together, with a ping among them, each octet by itself', async () => {
    const parts = [
      [0x01, 2, ...Buffer.from('h\u00e4').subarray(0, 2)],
      [0x89, 0],
      [0x00, 1, ...Buffer.from('h\u00e4').subarray(2)],
      [0x00, 0],
      [0x80, 3, ...Buffer.from('\u20ac')],
      [0x02, 1, 9],
      [0x80, 0],
    ].flat();
    const url = await serveRaw((socket) => {
      parts.forEach((octet, i) => setTimeout(() => socket.write(Uint8Array.of(octet)), i * 3));
    });
    const socket = await opened(url);
    expect((await next<Message>(socket, 'message')).data).toBe('h\u00e4\u20ac');
    expect(octets((await next<Message>(socket, 'message')).data)).toEqual([9]);
  });

  it('a hundred thousand fragments of one octet', async () => {
    const count = 100_000;
    const frames = Buffer.alloc(count * 3);
    for (let i = 0; i < count; i++) {
      frames.set([i === 0 ? 2 : i === count - 1 ? 0x80 : 0, 1, i], i * 3);
    }
    const socket = await opened(await serveRaw((peer) => peer.write(frames)));
    const { data } = await next<Message>(socket, 'message');
    expect(octets(data)).toEqual(Array.from({ length: count }, (_, i) => i & 255));
  });

  it('does not lose messages that come with the answer of the handshake, for one who awaits the open event', async () => {
    const url = await serveRaw(() => {}, '\x81\x03one\x81\x03two\x81\x05three');
    const socket = new WebSocket(url);
    await next(socket, 'open');
    const texts = [];
    for (let i = 0; i < 3; i++) texts.push((await next<Message>(socket, 'message')).data);
    expect(texts).toEqual(['one', 'two', 'three']);
  });

  it('gives each message to the handler that was set when the one before was awaited', async () => {
    const url = await serveRaw(() => {}, '\x81\x011\x81\x012\x81\x013\x81\x014');
    const socket = new WebSocket(url);
    const message = (): Promise<unknown> =>
      new Promise((resolve) => (socket.onmessage = ({ data }) => resolve(data)));
    const texts = [];
    for (let i = 0; i < 4; i++) texts.push(await message());
    expect(texts).toEqual(['1', '2', '3', '4']);
  });

  it('tells the origin and what else a message event has', async () => {
    const url = await serve((peer) => peer.send('x'));
    const event = await next<MessageEvent & { origin: string }>(new WebSocket(`${url}/path`), 'message');
    expect(event.origin).toBe(url);
    expect(event).toMatchObject({
      lastEventId: '',
      source: null,
      ports: [],
      bubbles: false,
      cancelable: false,
    });
    expect(event).toBeInstanceOf(MessageEvent);
    expect(String(event)).toBe('[object MessageEvent]');
  });
});
