/** A device is the server: `attach` with the opening handshake, in the desk XS, on Node and in the simulated world. */
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { Listener, type TCP, WebSocketClient } from '../../hosts/node/index.ts';
import { serverHandshake } from '../../hosts/node/server-handshake.ts';
import { World } from '../../hosts/simulated/index.ts';
import { RingletError } from '../../src/errors.ts';
import type { ConnectionError } from '../../src/errors.ts';
import { RawClient, requestOf } from '../hosts/support/raw-client.ts';
import { isMissing, library, runInDesk } from '../xs/support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Header lines with lists of thousands of elements, as long as a device reads lines and heads. */
const LISTS: readonly (readonly string[])[] = [
  [`Sec-WebSocket-Protocol: ${Array.from({ length: 400 }, (_, i) => `a${i}`).join()}`],
  ['a', 'b', 'c', 'd'].map((each) => `Sec-WebSocket-Protocol: ${differing(each, 480)}`),
  Array.from({ length: 4 }, () => `Sec-WebSocket-Protocol: a${','.repeat(1900)}`),
  Array.from({ length: 4 }, () => `Sec-WebSocket-Extensions: a${','.repeat(1900)}`),
  Array.from({ length: 4 }, () => `Sec-WebSocket-Extensions: ${'a,'.repeat(950)}a`),
  Array.from({ length: 4 }, () => `Sec-WebSocket-Extensions: a${';b'.repeat(950)}`),
];

function differing(beginning: string, count: number): string {
  return Array.from({ length: count }, (_, i) => beginning + i.toString(36)).join();
}

describe.skipIf(isMissing)('in the desktop build of XS', () => {
  test('a phone gets the page and talks to it; others are refused', { timeout: 60_000 }, async () => {
    const [port, page] = [await freePort(), await freePort()];
    let output = '';
    const running = runInDesk({
      modules: {
        ...library,
        'ringlet/server-handshake': path('../../dist/moddable/server-handshake.js'),
        gauge: path('../../examples/phone/gauge.js'),
        page: path('../../examples/phone/page.js'),
        app: path('xs/gauge.js'),
      },
      args: [String(port), String(page)],
      options: ['--memory', '49152'],
      onOutput: (text) => (output += text),
      until: /told off/,
    });
    await expect.poll(() => output).toContain('listening');
    const response = await fetch(`http://127.0.0.1:${page}/`);
    expect(await response.text()).toMatch(/^<!doctype html>[\s\S]*<\/script>\n$/);
    const foreign = new WebSocket(`ws://127.0.0.1:${port}/`, { origin: 'http://evil.example' });
    expect(String((await once(foreign, 'error'))[0])).toContain('403');
    const plain = await fetch(`http://127.0.0.1:${port}/`);
    expect([plain.status, plain.headers.get('sec-websocket-version')]).toEqual([426, '13']);
    const phone = new WebSocket(`ws://127.0.0.1:${port}/`, { origin: `http://127.0.0.1:${page}` });
    const said: string[] = [];
    phone.on('message', (data) => said.push((data as Buffer).toString()));
    await once(phone, 'open');
    phone.send('on');
    await expect.poll(() => said.at(-1)).toBe('{"light":"on"}');
    phone.send('off');
    const { stderr } = await running;
    expect(stderr).toBe('');
    phone.terminate();
  });

  // Each has more elements than its memory has room for, were they all kept.
  test('heads of many elements do not fill its memory', { timeout: 60_000 }, async () => {
    const port = await freePort();
    let output = '';
    const running = runInDesk({
      modules: {
        ...library,
        'ringlet/deflate': path('../../dist/moddable/deflate.js'),
        'ringlet/server-handshake': path('../../dist/moddable/server-handshake.js'),
        app: path('xs/open.js'),
      },
      args: [String(port)],
      options: ['--memory', '90000'],
      onOutput: (text) => (output += text),
      until: /last/,
    });
    await expect.poll(() => output).toContain('listening');
    const statuses: number[] = [];
    for (const lines of [...LISTS, []]) {
      const client = new RawClient(port).send(requestOf(...lines));
      await expect.poll(() => client.status || client.isClosed).toBeTruthy();
      statuses.push(client.status);
      client.socket.destroy();
    }
    expect(statuses).toEqual([...LISTS.map(() => 431), 101]);
    new RawClient(port).send(requestOf('X-Last: 1'));
    const { stderr } = await running;
    expect(stderr).toBe('');
  });
});

interface Served {
  readonly port: number;
  readonly told: string[];
}

/** An echo of the ECMA-419 class behind a listener on Node. */
async function serve(
  options: Parameters<typeof serverHandshake>[0] = {},
  handshakeTimeout = 10_000,
): Promise<Served> {
  const handshake = serverHandshake(options);
  const told: string[] = [];
  const port = await freePort();
  const listener = new Listener({
    port,
    address: '127.0.0.1',
    onReadable() {
      const attach = this.read() as TCP;
      new WebSocketClient({
        attach,
        handshake,
        handshakeTimeout,
        onWritable() {
          if (!told.includes('open')) told.push('open', this.protocol);
        },
        onReadable(count, { more, binary }) {
          this.write(this.read(count) as ArrayBuffer, { more, binary });
        },
        onClose: () => void told.push('close'),
        onError: ({ id, httpStatus }: ConnectionError) => void told.push(`error ${id} ${httpStatus}`),
      });
    },
  });
  onTestFinished(() => listener.close());
  await new Promise(setImmediate);
  return { port, told };
}

/** What a server answers to `request`, up to the end of the stream or to the head's end. */
async function answerTo(port: number, request: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  let answer = '';
  socket.on('data', (data) => (answer += data.toString('latin1')));
  socket.on('error', () => undefined);
  // Octet by octet, as the worst network would.
  for (const octet of request.slice(0, 300)) if (!socket.write(octet)) await once(socket, 'drain');
  socket.write(request.slice(300));
  await Promise.race([once(socket, 'close'), expect.poll(() => answer).toContain('\r\n\r\n')]);
  return answer;
}

const REQUEST =
  'GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n';

describe('on Node', () => {
  test('answers the request of RFC 6455 §1.3 as it says there', async () => {
    const { port, told } = await serve({ protocols: ['superchat', 'chat'] });
    const answer = await answerTo(port, REQUEST);
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).toContain('\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n');
    expect(answer).toContain('\r\nSec-WebSocket-Protocol: chat\r\n');
    await expect.poll(() => told).toEqual(['open', 'chat']);
  });

  test.each([
    ['another method', REQUEST.replace('GET', 'POST'), 405],
    ['no key', REQUEST.replace(/Sec-WebSocket-Key.*\r\n/, ''), 400],
    ['another version', REQUEST.replace('Version: 13', 'Version: 8'), 426],
    ['no upgrade', REQUEST.replace(/Upgrade: websocket\r\n/, ''), 426],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`, 431],
  ])('refuses %s by its status', async (_, request, status) => {
    const { port, told } = await serve();
    expect(await answerTo(port, request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toMatch(/^error \d+ /);
  });

  test('the hook decides: by status, by headers that it asked for; nonsense is a 500', async () => {
    const { port } = await serve({
      requestHeaders: ['X-Token'],
      onRequest({ headers, path }) {
        if (path === '/nonsense') return { status: 7 };
        return headers.get('x-token') === 'good' ? { headers: [['X-Room', '5']] } : { status: 401 };
      },
    });
    expect(await answerTo(port, REQUEST)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await answerTo(port, REQUEST.replace('/chat', '/nonsense'))).toMatch(/^HTTP\/1\.1 500 /);
    const accepted = await answerTo(port, REQUEST.replace('\r\n\r\n', '\r\nx-token: good\r\n\r\n'));
    expect(accepted).toMatch(/^HTTP\/1\.1 101 [\s\S]*\r\nX-Room: 5\r\n/);
  });

  test('who says nothing is gone at the deadline', async () => {
    const { port, told } = await serve({}, 300);
    const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
    await once(socket, 'close');
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toMatch(/^error/);
  });

  test('options that are wrong are refused', () => {
    for (const options of [
      { protocols: ['a b'] },
      { protocols: ['a', 'a'] },
      { protocols: 'a' },
      { requestHeaders: ['a:'] },
      { onRequest: 5 },
    ])
      expect(() => serverHandshake(options as never)).toThrow(RingletError);
    const handshake = serverHandshake();
    expect(() => new WebSocketClient({ handshake, host: '127.0.0.1' } as never)).toThrow(RingletError);
    expect(() => new WebSocketClient({ handshake: {}, attach: {} } as never)).toThrow(RingletError);
  });
});

test('in the simulated world: one device serves, another connects, over slow networks', () => {
  const world = new World({ seed: 5 });
  const told: string[] = [];
  const server = world.host('server', { link: { latency: 40 } });
  const client = world.host('client', { link: { latency: 60 } });
  const handshake = serverHandshake({ protocols: ['chat'] });
  const SimulatedListener = server.Listener as unknown as new (options: object) => object;
  const ServerClient = server.WebSocketClient as unknown as typeof WebSocketClient;
  const Client = client.WebSocketClient as unknown as typeof WebSocketClient;
  new SimulatedListener({
    port: 80,
    onReadable(this: { read(): never }) {
      new ServerClient({
        attach: this.read(),
        handshake,
        onReadable(count, { more, binary }) {
          this.write(this.read(count) as ArrayBuffer, { more, binary });
        },
      });
    },
  });
  let isOpen = false;
  new Client({
    ...(client.device.network.ws as object),
    host: server.address,
    port: 80,
    protocol: 'chat',
    onWritable() {
      if (isOpen) return;
      isOpen = true;
      told.push(this.protocol);
      this.write(Uint8Array.of(1, 2, 3));
    },
    onReadable(count) {
      told.push(String(new Uint8Array(this.read(count) as ArrayBuffer)));
      this.write(Uint8Array.of(3, 232), { opcode: 8 });
    },
    onClose: () => void told.push('closed'),
    onError: ({ id }) => void told.push(`error ${id}`),
  });
  world.run(10_000);
  expect(told).toEqual(['chat', '1,2,3', 'closed']);
});
