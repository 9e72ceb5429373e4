/** The server inside applications: attached to `http.Server`, with Express, Fastify, and by hand. */
import { once } from 'node:events';
import express from 'express';
import Fastify from 'fastify';
import { createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import {
  serveUpgrades,
  type ServeUpgradesOptions,
  type UpgradeServer,
} from '../../hosts/node/serve-upgrades.ts';
import type { OwnEndpoint } from '../../hosts/node/endpoint/node-endpoint.ts';
import type { NodeRequest, Refusal } from '../../hosts/node/serve.ts';
import { ErrorId } from '../../src/errors.ts';
import { makeCertificates } from '../hosts/support/certificates.ts';
import { requestOf } from '../hosts/support/raw-client.ts';
import { listening, messageOf, visit } from './support.ts';

let server: Server;
let sockets: UpgradeServer<OwnEndpoint> | undefined;
const requests: NodeRequest[] = [];
const refusals: Refusal[] = [];

beforeEach(() => {
  server = createServer((_request, response) => response.end('page'));
  requests.length = refusals.length = 0;
});

afterEach(async () => {
  await sockets?.close();
  server.closeAllConnections();
  server.close();
});

/** A server that says the path, then echoes. */
function upgrades(options: ServeUpgradesOptions<OwnEndpoint> = {}): UpgradeServer<OwnEndpoint> {
  return (sockets = serveUpgrades<OwnEndpoint>({
    onRequest: (request) => void requests.push(request),
    onRefused: (refusal) => refusals.push(refusal),
    events: {
      onOpen: (endpoint) => endpoint.sendText(endpoint.path),
      onMessage: (endpoint, data) => endpoint.sendText(String(data)),
    },
    ...options,
  }));
}

/** Says something and hears it again. */
async function talk(url: string, options?: object): Promise<string[]> {
  const { socket } = await visit(url, options);
  const heard = [await messageOf(socket)];
  socket.send('hello');
  heard.push(await messageOf(socket));
  socket.close(1000);
  await once(socket, 'close');
  return heard;
}

describe('attached to an http.Server', () => {
  test('serves its path and leaves the pages alone', async () => {
    upgrades({ path: '/chat' }).attach(server);
    const port = await listening(server);
    expect(await talk(`ws://127.0.0.1:${port}/chat?room=1`)).toEqual(['/chat?room=1', 'hello']);
    expect(await (await fetch(`http://127.0.0.1:${port}/chat`)).text()).toBe('page');
    expect((await visit(`ws://127.0.0.1:${port}/other`)).status).toBe(404);
    expect(refusals).toEqual([{ error: ErrorId.requestRefused, status: 404, address: '127.0.0.1' }]);
  });

  test('hands on the request as Node read it, and the peer', async () => {
    upgrades().attach(server);
    const port = await listening(server);
    await talk(`ws://127.0.0.1:${port}/x`, { headers: { 'X-Any': 'thing' } });
    const [{ incoming, remoteAddress, secure, path }] = requests;
    expect([incoming?.url, incoming?.headers['x-any'], remoteAddress, secure, path]).toEqual([
      '/x',
      'thing',
      '127.0.0.1',
      false,
      '/x',
    ]);
  });

  test('shares it with others who listen for upgrades, whichever came first', async () => {
    const other = new WebSocketServer({ noServer: true });
    upgrades({ path: '/ours' }).attach(server);
    server.on('upgrade', (request, socket, head) => {
      if (request.url !== '/theirs') return;
      other.handleUpgrade(request, socket, head, (peer) => peer.send('theirs'));
    });
    const port = await listening(server);
    const { socket } = await visit(`ws://127.0.0.1:${port}/theirs`);
    expect(await talk(`ws://127.0.0.1:${port}/ours`)).toEqual(['/ours', 'hello']);
    socket.terminate();
  });

  test("two of ours share it, too, and what is nobody's is answered as the option says", async () => {
    const detachFirst = upgrades({ path: /^\/a\d$/ }).attach(server);
    const first = sockets!;
    upgrades({ path: (path) => path === '/b', unmatched: 426 }).attach(server);
    const port = await listening(server);
    expect(await talk(`ws://127.0.0.1:${port}/a1`)).toEqual(['/a1', 'hello']);
    expect(await talk(`ws://127.0.0.1:${port}/b`)).toEqual(['/b', 'hello']);
    expect((await visit(`ws://127.0.0.1:${port}/c`)).status).toBe(426);
    detachFirst();
    expect((await visit(`ws://127.0.0.1:${port}/a1`)).status).toBe(426);
    expect(server.listenerCount('upgrade')).toBe(1);
    await Promise.all([first.close(), sockets!.close()]);
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  test('takes an https.Server', async () => {
    const { good, ca } = await makeCertificates();
    const secure = createTlsServer({ cert: good.cert, key: good.key });
    upgrades().attach(secure);
    const port = await listening(secure);
    expect(
      await talk(`wss://localhost:${port}/s`, { ca: ca.cert, host: '127.0.0.1', servername: 'localhost' }),
    ).toEqual(['/s', 'hello']);
    expect([requests[0].secure, requests[0].remoteAddress]).toEqual([true, '127.0.0.1']);
    secure.close();
  });

  test.each([
    ['another version', { 'Sec-WebSocket-Version': '12' }, 426],
    ['a key that is none', { 'Sec-WebSocket-Key': 'short' }, 400],
    ['another upgrade', { Upgrade: 'h2c' }, 426],
  ])('judges by the same rules: %s', async (_name, headers, status) => {
    upgrades().attach(server);
    const port = await listening(server);
    const answer = await new Promise<IncomingMessage>((resolve) => {
      httpRequest({
        port,
        host: '127.0.0.1',
        headers: {
          Connection: 'Upgrade',
          Upgrade: 'websocket',
          'Sec-WebSocket-Version': '13',
          'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
          ...headers,
        },
      })
        .on('response', resolve)
        .end();
    });
    answer.resume();
    expect(answer.statusCode).toBe(status);
  });
});

describe('handleUpgrade', () => {
  test('takes over from whoever looked at the request first, with what came behind it', async () => {
    const { handleUpgrade } = upgrades();
    server.on('upgrade', (request, socket, head) => {
      setTimeout(() => handleUpgrade(request, socket, head), 20);
    });
    const port = await listening(server);
    const client = connectTcp(port, '127.0.0.1');
    let received = '';
    client.on('data', (data: Buffer) => (received += data.toString('latin1')));
    // A masked frame in the same segment.
    client.write(Buffer.from(`${requestOf()}\x81\x82\0\0\0\0hi`, 'latin1'));
    await expect.poll(() => received).toMatch(/^HTTP\/1.1 101 [^]*\x81\x05\/chat\x81\x02hi$/);
    client.destroy();
  });

  test('outlives a client that leaves, before and while the hook is awaited', async () => {
    let asked = 0;
    const { handleUpgrade } = upgrades({
      onRequest: () => {
        asked += 1;
        return new Promise<void>(() => {});
      },
    });
    server.on('upgrade', (request, socket, head) => {
      if (request.headers['x-late'] === undefined) handleUpgrade(request, socket, head);
      else {
        socket.on('error', () => {});
        socket.on('close', () => handleUpgrade(request, socket, head));
        socket.resume();
      }
    });
    const port = await listening(server);
    const late = connectTcp(port, '127.0.0.1', () => {
      late.write(requestOf('X-Late: 1'));
      setTimeout(() => late.resetAndDestroy(), 20);
    });
    const waiting = connectTcp(port, '127.0.0.1');
    waiting.write(requestOf());
    await expect.poll(() => asked).toBe(1);
    waiting.resetAndDestroy();
    await expect.poll(() => refusals.map(({ status }) => status)).toEqual([0]);
    await expect.poll(() => sockets!.handshakes).toBe(0);
  });

  test('refuses what it cannot take, and a socket that it has had', async () => {
    const { handleUpgrade } = upgrades();
    const seen: unknown[] = [];
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      for (const call of [
        () => handleUpgrade(request, new PassThrough(), head),
        () => handleUpgrade({} as IncomingMessage, socket, head),
        () => handleUpgrade(request, socket, 'head' as never),
        () => handleUpgrade(request, socket, head),
        () => handleUpgrade(request, socket, head),
      ]) {
        try {
          seen.push(call());
        } catch (error) {
          seen.push((error as { id: number }).id);
        }
      }
    });
    const port = await listening(server);
    expect((await talk(`ws://127.0.0.1:${port}/`))[1]).toBe('hello');
    const refused = ErrorId.argumentInvalid;
    expect(seen).toEqual([refused, refused, refused, undefined, refused]);
  });

  test('answers with 503 when it is full, and when it is closed', async () => {
    const { handleUpgrade, close } = upgrades({ maxConnections: 1 });
    server.on('upgrade', handleUpgrade);
    const port = await listening(server);
    const { socket } = await visit(`ws://127.0.0.1:${port}/`);
    expect((await visit(`ws://127.0.0.1:${port}/`)).status).toBe(503);
    await close({ timeout: 5000 });
    expect(socket.readyState).toBeGreaterThan(1);
    expect((await visit(`ws://127.0.0.1:${port}/`)).status).toBe(503);
  });
});

describe('in a framework', () => {
  test('Express', async () => {
    const app = express();
    app.get('/', (_request, response) => void response.send('express'));
    server = createServer(app);
    upgrades({ path: '/live' }).attach(server);
    const port = await listening(server);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('express');
    expect(await talk(`ws://127.0.0.1:${port}/live`)).toEqual(['/live', 'hello']);
  });

  test('Fastify, whose close says goodbye', async () => {
    const app = Fastify();
    app.get('/', () => 'fastify');
    const { attach, close } = upgrades({ path: '/live' });
    attach(app.server);
    app.addHook('preClose', () => close({ reason: 'restart' }));
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as { port: number };
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('fastify');
    expect(await talk(`ws://127.0.0.1:${port}/live`)).toEqual(['/live', 'hello']);
    const { socket } = await visit(`ws://127.0.0.1:${port}/live`);
    const closed = once(socket, 'close');
    await app.close();
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, String(reason)]).toEqual([1001, 'restart']);
  });
});

test.each([
  [{ path: 'chat' }, 'path must be'],
  [{ unmatched: 200 }, 'unmatched must be'],
  [{ tls: {} }, 'tls must be'],
  [{ port: 80 }, 'serveUpgrades has no option "port"'],
])('options that are wrong are refused: %o', (options, must) =>
  expect(() => serveUpgrades(options as never)).toThrow(must),
);

test('what is no server is refused', () => {
  expect(() => upgrades().attach({} as never)).toThrow('the server must be');
});
