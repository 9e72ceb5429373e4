/** permessage-deflate with ws, both ways, over TCP. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket as WsWebSocket, WebSocketServer, type PerMessageDeflateOptions } from 'ws';
import { Echo, echoEvents } from '../../hosts/node/cli/echo.ts';
import { TCP } from '../../hosts/node/io/tcp.ts';
import { serve, type ListeningServer } from '../../hosts/node/serve.ts';
import { WebSocketClient } from '../../hosts/node/websocket-client.ts';
import type { ByteBuffer, WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { ErrorId } from '../../src/errors.ts';
import { permessageDeflate, type PermessageDeflateOptions } from '../../src/deflate/permessage-deflate.ts';
import { sample, random } from '../deflate/streams.ts';
import { Talk } from '../interop/talk.ts';

const rnd = random(77);
const TEXT = Buffer.from('{"größe":21.75,"unit":"°C","ok":true} '.repeat(300));
/** Of every kind and form of length; those at the end refer to those at the beginning. */
const MESSAGES: readonly Buffer[] = [
  ...[0, 1, 31, 32, 125, 126, 127, 1000, 65_535, 65_536].map((length) => Buffer.from(sample(rnd, length))),
  TEXT,
  Buffer.alloc(100_000),
  ...[3000, 7].map((length) => Buffer.from(sample(rnd, length))),
  TEXT,
];
const isText = (data: Buffer): boolean => data === TEXT;

/** Settings of ws: what a client offers and a server accepts. */
const THEIRS: readonly (readonly [string, PerMessageDeflateOptions])[] = [
  ['as they are', { threshold: 0 }],
  ['a threshold', { threshold: 1024 }],
  ['windows of 2^9', { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 9 }],
  ['windows of 2^8 for the server', { threshold: 0, serverMaxWindowBits: 8 }],
  ['windows of 2^12 and 2^15', { threshold: 0, serverMaxWindowBits: 12, clientMaxWindowBits: 15 }],
  ['no context takeover', { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true }],
  ['no context takeover one way', { threshold: 0, serverNoContextTakeover: true, clientMaxWindowBits: 10 }],
  ['stored', { threshold: 0, zlibDeflateOptions: { level: 0 } }],
  ['small chunks', { threshold: 0, zlibDeflateOptions: { chunkSize: 64, level: 9, memLevel: 1 } }],
];
const OURS: readonly (readonly [string, PermessageDeflateOptions])[] = [
  ['device', { profile: 'device' }],
  ['desk', { profile: 'desk' }],
  ['windows of 2^8 received', { profile: 'desk', receiveWindowBits: 8, threshold: 0 }],
  [
    'windows of 2^9, no takeover',
    {
      profile: 'device',
      receiveWindowBits: 9,
      transmitWindowBits: 9,
      receiveTakeover: false,
      transmitTakeover: false,
    },
  ],
];

describe.each(THEIRS)('our client, a server of ws with %s', (_, perMessageDeflate) => {
  let server: WebSocketServer;
  const extensions: string[] = [];
  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate });
    server.on('connection', (socket) => {
      extensions.push(socket.extensions);
      socket.on('message', (data, binary) => socket.send(data as Buffer, { binary }));
    });
    await once(server, 'listening');
  });
  afterAll(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  /** ws refuses a client with a smaller window than it is set to send with. */
  const isRefused = ({ profile, receiveWindowBits }: PermessageDeflateOptions): boolean =>
    (perMessageDeflate.serverMaxWindowBits ?? 8) > (receiveWindowBits ?? (profile === 'device' ? 10 : 15));

  test.each(OURS)('%s', async (_name, settings) => {
    const talk = Talk.connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
      compression: permessageDeflate(settings),
      transmitBuffer: 4096,
    });
    if (isRefused(settings)) {
      expect(await talk.end()).toEqual({ code: 1006, error: ErrorId.httpStatus });
      return;
    }
    await talk.opened();
    for (const data of MESSAGES) await talk.send(data, !isText(data));
    await talk.until(() => talk.messages.length === MESSAGES.length);
    MESSAGES.forEach((data, i) => expect(talk.messages[i].data.equals(data)).toBe(true));
    expect(extensions.at(-1)).toBe('permessage-deflate');
    talk.endpoint.close(1000);
    expect(await talk.end()).toEqual({ code: 1000, error: 0 });
  });
});

describe.each(OURS)('our server with %s', (_, settings) => {
  let server: ListeningServer;
  beforeAll(async () => {
    server = await serve<Echo>({
      events: echoEvents,
      accept: () => new Echo(),
      compression: permessageDeflate(settings),
      transmitBuffer: Echo.transmitBuffer,
    });
  });
  afterAll(() => server.close());

  test.each(THEIRS.filter(([, theirs]) => theirs.clientMaxWindowBits === undefined))(
    'a client of ws with %s',
    async (_name, theirs) => {
      const client = new WsWebSocket(`ws://127.0.0.1:${server.port}/`, { perMessageDeflate: theirs });
      await once(client, 'open');
      expect(client.extensions).toBe('permessage-deflate');
      const received: Buffer[] = [];
      const all = new Promise<void>((resolve, reject) => {
        client.on('message', (data) => {
          received.push(data as Buffer);
          if (received.length === MESSAGES.length) resolve();
        });
        client.on('error', reject);
        client.on('close', (code) => reject(new Error(`closed: ${code}`)));
      });
      for (const data of MESSAGES) client.send(data, { binary: !isText(data) });
      await all;
      MESSAGES.forEach((data, i) => expect(received[i].equals(data)).toBe(true));
      client.close(1000);
    },
  );

  test('a client of ws that offers nothing talks without compression', async () => {
    const client = new WsWebSocket(`ws://127.0.0.1:${server.port}/`, { perMessageDeflate: false });
    await once(client, 'open');
    expect(client.extensions).toBe('');
    client.send(TEXT, { binary: false });
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(data.equals(TEXT)).toBe(true);
    client.close();
  });
});

describe('the ECMA-419 client', () => {
  let server: WebSocketServer;
  const sent: number[] = [];
  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
    server.on('connection', (socket) => {
      socket.on('message', (data, binary) => {
        sent.push((data as Buffer).length);
        socket.send(data as Buffer, { binary });
      });
    });
    await once(server, 'listening');
  });
  afterAll(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  /** Echoes `MESSAGES` one after the other, read in the way of `how`. */
  function run(how: 'onSpan' | 'read all' | 'read 7' | 'read into'): Promise<boolean[]> {
    const verdicts: boolean[] = [];
    const scratch = new Uint8Array(100);
    return new Promise((resolve, reject) => {
      let at = 0;
      let parts: Buffer[] = [];
      let index = 0;
      const take = (octets: Uint8Array): void => void parts.push(Buffer.from(octets));
      const end = (client: WebSocketClient): void => {
        verdicts.push(Buffer.concat(parts).equals(MESSAGES[index]));
        parts = [];
        at = 0;
        if (++index < MESSAGES.length) write(client, client.write(new Uint8Array(0), { opcode: 10 }));
        else {
          client.close();
          resolve(verdicts);
        }
      };
      const write = (client: WebSocketClient, room: number): void => {
        const data = MESSAGES[index];
        const binary = !isText(data);
        if (at < 0) return;
        do {
          const count = Math.min(room, data.length - at);
          if (count === 0 && at < data.length) return;
          room = client.write(data.subarray(at, at + count), { binary, more: at + count < data.length });
          at += count;
        } while (at < data.length);
        at = -1;
      };
      const onSpan: WebSocketClientOptions['onSpan'] = function (bytes, start, stop, { more }) {
        take(bytes.subarray(start, stop));
        if (!more) end(this as WebSocketClient);
      };
      const onReadable: WebSocketClientOptions['onReadable'] = function (count, { more }) {
        const read = (): number => {
          if (how === 'read into') {
            const got = this.read(scratch as ByteBuffer) ?? 0;
            take(scratch.subarray(0, got));
            return got;
          }
          const got = (how === 'read 7' ? this.read(7) : this.read()) as ArrayBuffer | undefined;
          if (got !== undefined) take(new Uint8Array(got));
          return got?.byteLength ?? 0;
        };
        for (let left = count; left > 0;) left -= read();
        if (!more) end(this as WebSocketClient);
      };
      new WebSocketClient({
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        compression: permessageDeflate({ profile: 'device', threshold: 0 }),
        socket: { io: TCP },
        ...(how === 'onSpan' ? { onSpan } : { onReadable }),
        onWritable(room) {
          write(this as WebSocketClient, room);
        },
        onError: reject,
      });
    });
  }

  test.each(['onSpan', 'read all', 'read 7', 'read into'] as const)('%s', async (how) => {
    expect(await run(how)).toEqual(MESSAGES.map(() => true));
    expect(sent.splice(0)).toEqual(MESSAGES.map((data) => data.length));
  });
});
