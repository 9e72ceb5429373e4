/**
 * The WebSocket of the web as devices have it, over the ECMA-419 client, with a runtime that has no URL, no Blob and no
 * DOMException: on Node, in a process of its own, since a runtime is lent once.
 */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { device } from '../../hosts/node/device.ts';
import { ErrorId } from '../../src/errors.ts';
import { addressOf } from '../../src/websocket/address.ts';
import { connectClient, type Provider } from '../../src/websocket/client-link.ts';
import type { Link, WebSocketRuntime } from '../../src/websocket/runtime.ts';
import type { MessageEventLike } from '../../src/websocket/types.ts';
import { WebSocket } from '../../src/websocket/websocket.ts';
import { next, record, type Seen, serve } from './servers.ts';

const links: Link[] = [];
const runtime: WebSocketRuntime<WebSocket> = {
  maxMessageSize: 16384,
  maxBufferedAmount: 16384,
  addressOf,
  connect(socket, address, protocol, options) {
    const provider = (options.ws ?? device.network.ws) as unknown as Provider;
    const { credentials } = address;
    const header = credentials === '' ? '' : `Basic ${Buffer.from(credentials).toString('base64')}`;
    const link = connectClient(socket, address, protocol, options, provider, header, setImmediate);
    links.push(link);
    return link;
  },
  scratch: new Uint8Array(0),
  encodeInto: () => -1,
  encode: (text) => new TextEncoder().encode(text),
  decode: (bytes, start, end) => new TextDecoder().decode(bytes.subarray(start, end)),
  exception: (name, message) => Object.defineProperty(new Error(message), 'name', { value: name }),
  report: (error) => {
    throw error;
  },
  later: setImmediate,
};
WebSocket._lend(runtime);

/** What came back of each message that was sent: texts, and hashes of octets. */
async function echoOf(...messages: (string | Uint8Array)[]): Promise<unknown[]> {
  const socket = new WebSocket(await serve());
  const came: unknown[] = [];
  const done = new Promise<void>((resolve) => {
    socket.onmessage = ({ data }: MessageEventLike) => {
      came.push(
        typeof data === 'string'
          ? data
          : createHash('sha1')
              .update(new Uint8Array(data as ArrayBuffer))
              .digest('hex'),
      );
      if (came.length === messages.length) resolve();
    };
  });
  await next(socket, 'open');
  for (const message of messages) socket.send(message as string);
  await done;
  socket.close();
  return came;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

describe('messages', () => {
  test('come back as they were sent, whatever their kind and length', async () => {
    const long = Uint8Array.from({ length: 9000 }, (_, i) => i * 7);
    const text = 'ä€😀'.repeat(700);
    const came = await echoOf('', 'short', text, new Uint8Array(0), Uint8Array.of(1, 2, 3), long);
    expect(came).toEqual([
      '',
      'short',
      text,
      hashOf(new Uint8Array(0)),
      hashOf(Uint8Array.of(1, 2, 3)),
      hashOf(long),
    ]);
  });

  test('a part of a buffer is sent as that part', async () => {
    const whole = Uint8Array.from({ length: 100 }, (_, i) => i);
    expect(await echoOf(whole.subarray(10, 20))).toEqual([hashOf(whole.slice(10, 20))]);
  });

  test('longer than the ring leave in fragments, of both kinds', async () => {
    const text = 'x'.repeat(12_000);
    const octets = new Uint8Array(12_000).fill(5);
    expect(await echoOf(text)).toEqual([text]);
    expect(await echoOf(octets)).toEqual([hashOf(octets)]);
  });

  test('of a peer in fragments of both kinds, empty ones too', async () => {
    const url = await serve((peer) => {
      peer.send('a', { fin: false });
      peer.send('', { fin: false });
      peer.send('b', { fin: true });
      peer.send(Buffer.of(1), { fin: false, binary: true });
      peer.send(Buffer.alloc(0), { fin: false });
      peer.send(Buffer.alloc(0), { fin: true });
      peer.send(Buffer.alloc(0), { fin: true, binary: true });
    });
    const socket = new WebSocket(url);
    const came: unknown[] = [];
    await new Promise<void>((resolve) => {
      socket.onmessage = ({ data }: MessageEventLike) => {
        came.push(typeof data === 'string' ? data : [...new Uint8Array(data as ArrayBuffer)]);
        if (came.length === 3) resolve();
      };
    });
    expect(came).toEqual(['ab', [1], []]);
    socket.close();
  });
});

describe('the ends', () => {
  test.each<[string, (socket: WebSocket) => void, string]>([
    ['with a code and a reason', (socket) => socket.close(3000, 'done'), 'close 3000 clean done'],
    ['without', (socket) => socket.close(), 'close 1005 clean'],
  ])('%s', async (_name, close, expected) => {
    const socket = new WebSocket(await serve());
    const { closed } = record(socket);
    await next(socket, 'open');
    close(socket);
    expect(await closed).toEqual(['open', expected]);
  });

  test('a peer that closes, and one that is gone', async () => {
    const closes = record(new WebSocket(await serve((peer) => peer.close(4000, 'bye'))));
    expect(await closes.closed).toEqual(['open', 'close 4000 clean bye']);
    const goes = record(new WebSocket(await serve((peer) => peer.terminate())));
    expect((await goes.closed).at(-1)).toBe('close 1006 unclean');
  });

  test('nobody there', async () => {
    const { closed } = record(new WebSocket('ws://127.0.0.1:1/'));
    expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
  });

  test('what is done behind the end is refused by the link, and does nothing', async () => {
    const socket = new WebSocket(await serve());
    const { closed } = record(socket);
    await next(socket, 'open');
    const link = links.at(-1)!;
    socket.close();
    await closed;
    expect(link.send(Uint8Array.of(1), 0, 1, 1)).not.toBe(0);
    expect(link.close(1000, new Uint8Array(0))).not.toBe(0);
    socket.send('late');
    expect(socket.bufferedAmount).toBe(4);
  });
});

test('credentials of the URL and headers of the options are sent', async () => {
  let seen: Seen | undefined;
  const url = await serve((_peer, one) => (seen = one));
  const socket = new WebSocket(url.replace('ws://', 'ws://me:secret@'), { headers: { 'X-Device': 'bay 7' } });
  await next(socket, 'open');
  expect(seen!.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('me:secret').toString('base64')}`,
    'x-device': 'bay 7',
  });
  socket.close();
});

test('wrong options are refused, and nothing is connected', () => {
  expect(() => new WebSocket('ws://127.0.0.1:1/', { maxBufferedAmount: -1 })).toThrow('maxBufferedAmount');
  expect(() => new WebSocket('ws://127.0.0.1:1/', { ws: {} as never })).toThrow('ws');
});

test('binaryType is arraybuffer where there are no Blobs', async () => {
  const socket = new WebSocket('ws://127.0.0.1:1/');
  expect(socket.binaryType).toBe('arraybuffer');
  await record(socket).closed;
});

/** A client of ECMA-419 that tells less than ours: neither a protocol, nor a code, nor what went wrong. */
class BareClient {
  static last: BareClient;
  readonly target: unknown;
  readonly options: Record<string, (this: unknown, ...rest: unknown[]) => void>;
  isClosed = false;
  failure: unknown;
  room = 100;

  constructor(options: { target: unknown }) {
    this.options = options as never;
    this.target = options.target;
    BareClient.last = this;
  }

  write(): number {
    if (this.failure !== undefined) throw this.failure;
    return this.room;
  }

  read(): undefined {
    return undefined;
  }

  close(): void {
    this.isClosed = true;
  }

  tell(name: string, ...rest: unknown[]): void {
    this.options[name].apply(this, rest);
  }
}

describe('over a client that tells little', () => {
  const bare = (): WebSocket => new WebSocket('ws://127.0.0.1:1/', { ws: { io: BareClient } as never });

  test('the end has the code for no code, and an error the one for no close', async () => {
    const clean = record(bare());
    BareClient.last.tell('onWritable', 100);
    BareClient.last.tell('onClose');
    expect(await clean.closed).toEqual(['open', 'close 1005 clean']);
    const torn = record(bare());
    BareClient.last.tell('onError');
    expect(await torn.closed).toEqual(['error at 3', 'close 1006 unclean']);
  });

  test('an error without an id is that it is not open', async () => {
    const socket = bare();
    BareClient.last.tell('onWritable', 100);
    await next(socket, 'open');
    expect(socket.protocol).toBe('');
    BareClient.last.failure = new Error('gone');
    const link = links.at(-1)!;
    expect(link.send(Uint8Array.of(1), 0, 1, 1)).toBe(ErrorId.notOpen);
    expect(link.close(0, new Uint8Array(0))).toBe(ErrorId.notOpen);
    // Who sends sees no exception: the standard has none for that.
    socket.send('lost');
    expect(socket.bufferedAmount).toBe(4);
  });

  test('a message of which nothing can be read is an empty one', async () => {
    const socket = bare();
    BareClient.last.tell('onWritable', 100);
    await next(socket, 'open');
    const came = next<MessageEventLike>(socket, 'message');
    BareClient.last.tell('onReadable', 5, { binary: false, more: false });
    expect((await came).data).toBe('');
  });

  test('what waits in the client is counted, and not what it has taken', async () => {
    const socket = bare();
    BareClient.last.tell('onWritable', 100);
    await next(socket, 'open');
    BareClient.last.room = 40;
    socket.send('x'.repeat(60));
    expect(socket.bufferedAmount).toBe(60);
    // More than half of it has gone: no more can wait than lies there.
    BareClient.last.tell('onWritable', 90);
    expect(socket.bufferedAmount).toBe(10);
    BareClient.last.tell('onWritable', 100);
    expect(socket.bufferedAmount).toBe(0);
  });

  test('an empty fragment of a binary message goes on, and an empty end ends it', async () => {
    const socket = bare();
    BareClient.last.tell('onWritable', 100);
    await next(socket, 'open');
    const came = next<MessageEventLike>(socket, 'message');
    BareClient.last.tell('onReadable', 0, { binary: true, more: true });
    BareClient.last.tell('onReadable', 0, { binary: true, more: false });
    expect(new Uint8Array((await came).data as ArrayBuffer)).toHaveLength(0);
  });

  test('an error that has no id is a failed transport', async () => {
    const { closed } = record(bare());
    BareClient.last.tell('onError', new Error('radio off'));
    expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
  });

  test('to go on while a message is delivered is left to whoever delivers', async () => {
    const socket = bare();
    BareClient.last.tell('onWritable', 100);
    await next(socket, 'open');
    const link = links.at(-1)!;
    let depth = 0;
    let deepest = 0;
    let count = 0;
    socket.onmessage = () => {
      deepest = Math.max(deepest, ++depth);
      if (++count < 3) BareClient.last.tell('onReadable', 1, { binary: false, more: false });
      link.resume();
      depth--;
    };
    await new Promise((resolve) => setImmediate(resolve));
    BareClient.last.tell('onReadable', 1, { binary: false, more: false });
    await expect.poll(() => count).toBe(3);
    expect(deepest).toBe(1);
  });

  test('what opens after it was closed stays closed', async () => {
    const socket = bare();
    const { closed } = record(socket);
    socket.close();
    BareClient.last.tell('onWritable', 100);
    expect(await closed).toEqual(['error at 3', 'close 1006 unclean']);
    expect(BareClient.last.isClosed).toBe(true);
  });

  test('what was told twice ends once', async () => {
    const { events, closed } = record(bare());
    BareClient.last.tell('onError');
    BareClient.last.tell('onClose');
    await closed;
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(events).toEqual(['error at 3', 'close 1006 unclean']);
  });

  test('what takes an event handler away that is not there takes nothing away', () => {
    const socket = bare();
    socket.onmessage = null;
    expect(socket.onmessage).toBe(null);
    socket.onmessage = 5 as never;
    expect(socket.onmessage).toBe(null);
    socket.close();
  });
});
