import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { Agent, WebSocket as UndiciWebSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket as WsWebSocket, WebSocketServer } from 'ws';
import { Echo, echoEvents } from '../../hosts/node/cli/echo.ts';
import { serve, type ListeningServer } from '../../hosts/node/serve.ts';
import { makeCertificate } from './certificate.ts';
import { Talk } from './talk.ts';

const LENGTHS = [0, 1, 125, 126, 127, 65535, 65536, 1_000_000];

/** Text of `length` octets with characters of every length. */
function textOf(length: number): Buffer {
  const pattern = Buffer.from('aé€😀');
  const text = Buffer.alloc(length, 'x');
  for (let at = 0; at + pattern.length <= length; at += pattern.length) pattern.copy(text, at);
  return text;
}

function octetsOf(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7) ^ (i >> 8)));
}

let certificate: { cert: string; key: string };
beforeAll(async () => {
  certificate = await makeCertificate();
});

describe.each(['ws', 'wss'])('our client and the server of ws, %s', (scheme) => {
  let url: string;
  let close: () => void;

  beforeAll(async () => {
    const server = scheme === 'ws' ? createHttpServer() : createServer(certificate);
    const sockets = new WebSocketServer({ server, handleProtocols: (names) => [...names][1] ?? false });
    sockets.on('connection', (socket) => {
      socket.on('message', (data, binary) => {
        if (data.toString() === 'close me') socket.close(4321, 'as you like');
        else socket.send(data as Buffer, { binary });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/path?query`;
    close = () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    };
  });
  afterAll(() => close());

  test('messages of every form of length come back', async () => {
    const talk = Talk.connect(url, { tls: { ca: certificate.cert }, protocol: 'a, b' });
    await talk.opened();
    expect(talk.endpoint.protocol).toBe('b');
    for (const length of LENGTHS) {
      await talk.send(textOf(length), false);
      await talk.send(octetsOf(length), true);
    }
    await talk.until(() => talk.messages.length === 2 * LENGTHS.length);
    for (const [i, length] of LENGTHS.entries()) {
      expect(talk.messages[2 * i]!.binary).toBe(false);
      expect(talk.messages[2 * i]!.data.equals(textOf(length))).toBe(true);
      expect(talk.messages[2 * i + 1]!.binary).toBe(true);
      expect(talk.messages[2 * i + 1]!.data.equals(octetsOf(length))).toBe(true);
    }
    const ping = Buffer.from('are you there');
    talk.endpoint.sendControl(9, ping, 0, ping.length);
    await talk.until(() => talk.pongs.length === 1);
    expect(talk.pongs[0]).toEqual(ping);
    talk.endpoint.close(1000);
    expect(await talk.end()).toEqual({ code: 1000, error: 0 });
  });

  test('the server closes', async () => {
    const talk = Talk.connect(url, { tls: { ca: certificate.cert } });
    await talk.opened();
    await talk.send(Buffer.from('close me'), false);
    expect(await talk.end()).toEqual({ code: 4321, error: 0 });
  });
});

describe.each(['ws', 'wss'])('our server, %s', (scheme) => {
  let server: ListeningServer;
  let url: string;

  beforeAll(async () => {
    server = await serve<Echo>({
      tls: scheme === 'wss' ? certificate : undefined,
      protocols: ['mqtt'],
      events: echoEvents,
      accept: () => new Echo(),
      transmitBuffer: Echo.transmitBuffer,
      onRequest: ({ path, origin }) =>
        path === '/secret' || origin === 'http://evil.test' ? { status: 403 } : undefined,
    });
    url = `${scheme}://127.0.0.1:${server.port}/`;
  });
  afterAll(() => server.close());

  test('and the client of ws', async () => {
    const client = new WsWebSocket(url, ['amqp', 'mqtt'], { ca: certificate.cert, perMessageDeflate: false });
    await once(client, 'open');
    expect(client.protocol).toBe('mqtt');
    const received: Buffer[] = [];
    client.on('message', (data) => received.push(data as Buffer));
    for (const length of LENGTHS) {
      client.send(textOf(length), { binary: false });
      client.send(octetsOf(length));
    }
    client.ping('hello');
    const [pong] = (await once(client, 'pong')) as [Buffer];
    expect(pong.toString()).toBe('hello');
    while (received.length < 2 * LENGTHS.length) await once(client, 'message');
    for (const [i, length] of LENGTHS.entries()) {
      expect(received[2 * i]!.equals(textOf(length))).toBe(true);
      expect(received[2 * i + 1]!.equals(octetsOf(length))).toBe(true);
    }
    client.close(4000, 'done');
    const [code, reason] = (await once(client, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4000, 'done']);
  });

  test('and the client of undici', async () => {
    const dispatcher = new Agent({ connect: { ca: certificate.cert } });
    const client = new UndiciWebSocket(url, { protocols: ['mqtt'], dispatcher });
    client.binaryType = 'arraybuffer';
    const received: (string | ArrayBuffer)[] = [];
    await new Promise<void>((resolve, reject) => {
      client.onopen = () => resolve();
      client.onerror = () => reject(new Error('undici could not connect'));
    });
    expect(client.protocol).toBe('mqtt');
    const all = new Promise<void>((resolve) => {
      client.onmessage = ({ data }) => {
        received.push(data as string | ArrayBuffer);
        if (received.length === 2 * LENGTHS.length) resolve();
      };
    });
    for (const length of LENGTHS) {
      client.send(textOf(length).toString());
      client.send(octetsOf(length));
    }
    await all;
    for (const [i, length] of LENGTHS.entries()) {
      expect(received[2 * i]).toBe(textOf(length).toString());
      expect(Buffer.from(received[2 * i + 1] as ArrayBuffer).equals(octetsOf(length))).toBe(true);
    }
    const closed = new Promise<{ code: number; wasClean: boolean }>((resolve) => {
      client.onclose = ({ code, wasClean }) => resolve({ code, wasClean });
    });
    client.close(1000);
    expect(await closed).toEqual({ code: 1000, wasClean: true });
    await dispatcher.close();
  });

  test('refuses by its hook', async () => {
    const client = new WsWebSocket(`${url}secret`, { ca: certificate.cert });
    const [, response] = (await once(client, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(403);
    client.on('error', () => {});
    client.terminate();
  });
});

test('a certificate that nobody trusts is a TLS fault', async () => {
  const server = await serve<Echo>({ tls: certificate, events: echoEvents, accept: () => new Echo() });
  const talk = Talk.connect(`wss://127.0.0.1:${server.port}/`);
  expect(await talk.end()).toEqual({ code: 1006, error: 511 });
  await server.close();
});
