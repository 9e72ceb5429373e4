import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { generate } from 'selfsigned';
import { describe, expect, it, onTestFinished } from 'vitest';
import { duplexes } from '../../hosts/node/messages.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { PLACES, type serveMessages } from './servers.ts';

/** aedes behind our server. */
async function broker(serve: typeof serveMessages): Promise<string> {
  const aedes = await Aedes.createBroker();
  onTestFinished(() => new Promise<void>((done) => aedes.close(() => done())));
  return serve(
    duplexes((duplex) => {
      duplex.on('error', () => {});
      aedes.handle(duplex);
    }),
    { protocols: ['mqtt'] },
  );
}

const NAMES = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'];
const mosquittoPath = NAMES.find((path) => existsSync(path));
if (mosquittoPath === undefined) console.warn('skipped: mosquitto is not installed');

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A real mosquitto with a WebSocket listener, with TLS or without. */
async function mosquitto(certificate?: { readonly cert: string; readonly key: string }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  const port = await freePort();
  const lines = [
    'per_listener_settings false',
    'allow_anonymous true',
    // It does not start with listeners for WebSockets alone.
    `listener ${await freePort()} 127.0.0.1`,
    `listener ${port} 127.0.0.1`,
    'protocol websockets',
  ];
  if (certificate !== undefined) {
    for (const [name, text] of [
      ['certfile', certificate.cert],
      ['keyfile', certificate.key],
    ]) {
      writeFileSync(join(folder, name), text, { mode: 0o644 });
      lines.push(`${name} ${join(folder, name)}`);
    }
  }
  chmodSync(folder, 0o755);
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, `${lines.join('\n')}\n`);
  // libwebsockets takes memory for as many files as may be open.
  const child = spawn('sh', ['-c', `ulimit -n 1024; exec ${mosquittoPath} -c ${file}`], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await exited;
    rmSync(folder, { recursive: true });
  });
  await expect
    .poll(
      () =>
        new Promise<boolean>((resolve) => {
          const socket = connect(port, '127.0.0.1', () => resolve(true));
          socket.on('error', () => resolve(false));
          socket.on('connect', () => socket.destroy());
        }),
      { timeout: 10_000 },
    )
    .toBe(true);
  return `${certificate === undefined ? 'ws' : 'wss'}://localhost:${port}/mqtt`;
}

/** Subscribes, publishes a message of `size` octets and many small ones, and ends in order. */
async function converse(url: string, size: number, tls?: object): Promise<void> {
  const sockets: WebSocket[] = [];
  const client = await mqtt.connectAsync(url, {
    // What mqtt takes a WebSocket of the web with, in place of ws.
    forceNativeWebSocket: true,
    createWebsocket: (address, protocols) => {
      const socket = new WebSocket(address, { protocols, tls });
      sockets.push(socket);
      return socket as never;
    },
  });
  expect(sockets).toHaveLength(1);
  expect(sockets[0].protocol).toBe('mqtt');
  const received: Buffer[] = [];
  client.on('message', (_topic, payload) => received.push(payload));
  await client.subscribeAsync('a/#', { qos: 1 });
  const large = Buffer.alloc(size, 'large ');
  await client.publishAsync('a/large', large, { qos: 1 });
  for (let i = 0; i < 200; i++) await client.publishAsync('a/small', String(i), { qos: 1 });
  await expect.poll(() => received.length).toBe(201);
  expect(received[0].equals(large)).toBe(true);
  expect(received.slice(1).map(String)).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
  await client.endAsync();
  expect(sockets[0].readyState).toBeGreaterThanOrEqual(2);
}

/** What mosquitto's WebSockets pass on in reasonable time: with ws, too, 100 KB take them seconds. */
const SLOW = 10_000;

describe('mqtt over our WebSocket', () => {
  it.each(PLACES)('to aedes %s', async (_place, serve) => converse(await broker(serve), 4 << 20));

  it.skipIf(mosquittoPath === undefined)('to mosquitto, ws', async () => converse(await mosquitto(), SLOW));

  it.skipIf(mosquittoPath === undefined)('to mosquitto, wss', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    await converse(await mosquitto({ cert, key }), SLOW, { ca: cert });
  });
});
