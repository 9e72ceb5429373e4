/**
 * Apps that are written for the class of ECMA-419 §24, as the standard words it and as Moddable provides it, run
 * unchanged in the desk XS and under Node, and say the same.
 */
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { device } from '../../hosts/node/device.ts';
import { Listener } from '../../hosts/node/io/listener.ts';
import { TCP } from '../../hosts/node/io/tcp.ts';
import { isMissing, library, runInDesk } from './support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const app = (name: string): string => path(`fixtures/apps/${name}.js`);

const LONG = 'fragments of text '.repeat(200);

/** What the other end does, by path. */
const scenarios: Record<string, (peer: WebSocket) => void> = {
  '/messages': (peer) => {
    let received = '';
    peer.on('message', (data, isBinary) => (received += `${isBinary ? 'b' : 't'}${String(data)} `));
    peer.send('short');
    peer.send(LONG.slice(0, 700), { fin: false });
    peer.send(LONG.slice(700));
    peer.send(Uint8Array.from({ length: 300 }, (_, index) => index));
    peer.send('');
    const whole = 'tone ttwo b\u0003 ';
    void setTimeout(300).then(async () => {
      // Some apps send nothing. What was begun is waited for.
      while (received !== '' && received.length < whole.length) await setTimeout(10);
      if (received !== '' && received !== whole) peer.terminate();
      else peer.close(1000);
    });
  },
  '/control': (peer) => peer.ping('hi'),
};

interface Place {
  readonly port: number;
  /** Where the app itself listens, if it does. */
  readonly listens?: number;
  readonly onOutput?: (text: string) => void;
}

/** Milliseconds for what an app says. */
const PATIENCE = 30_000;

/** A port below those that the system hands out by itself, so that nobody is given it meanwhile. */
async function freePort(): Promise<number> {
  for (let port = 10_000 + (process.pid % 10_000); ; port++) {
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Runs an app under Node: `trace` collects, and `device` has the test's host. */
async function runInNode(name: string, { port, listens, onOutput }: Place): Promise<string> {
  let traced = '';
  const place = { host: 'localhost', port };
  const { ws } = device.network;
  Object.assign(globalThis, {
    trace: (text: string) => {
      traced += text;
      onOutput?.(text);
    },
    device: {
      listens,
      io: { TCP, Listener },
      network: { ws: { ...ws, ...place, client: { ...ws.client, ...place } } },
    },
  });
  const { default: run } = (await import(/* @vite-ignore */ app(name))) as { default: () => void };
  run();
  const lines = expected[name]?.length ?? Infinity;
  for (const end = performance.now() + PATIENCE; performance.now() < end; await setTimeout(20))
    if (traced.split('\n').length > lines) break;
  // Nothing more may come.
  await setTimeout(300);
  return traced;
}

async function runOnDesk(name: string, { port, listens = 0, onOutput }: Place): Promise<string> {
  const modules = {
    ...library,
    system: app('system'),
    'embedded:io/socket/udp': app('udp'),
    'ringlet/ws': path('../../dist/moddable/ws.js'),
    'app under test': app(name),
    app: app('desk'),
  };
  const { status, stdout, stderr } = await runInDesk({
    modules,
    args: [String(port), String(listens)],
    ...(onOutput === undefined ? {} : { onOutput }),
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const MESSAGES_SUM = [...LONG].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
const BYTES_SUM = Array.from({ length: 300 }, (_, index) => index & 255).reduce(
  (sum, octet) => sum + octet,
  0,
);
const SHORT_SUM = [...'short'].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);

const expected: Record<string, string[]> = {
  'read-count': [
    'fewer than before: true',
    'text 5 short',
    'text 3600 fragments of',
    'binary 300',
    'text 0 ',
    'closed',
  ],
  'read-buffer': [
    `5 octets, sum ${SHORT_SUM}`,
    `3600 octets, sum ${MESSAGES_SUM}`,
    `300 octets, sum ${BYTES_SUM}`,
    '0 octets, sum 0',
    'closed',
  ],
  'number-format': [
    'still number',
    `sum ${SHORT_SUM}`,
    `sum ${MESSAGES_SUM}, in pieces`,
    `sum ${BYTES_SUM}`,
    'sum 0',
    'closed, number',
  ],
  control: ['1 2 8 9 10', 'ping true 104 105', 'pong true 1 2 3', 'close true 3 232 98 121 101', 'closed'],
  silence: ['undefined', 'readable true', 'refused', 'refused'],
};

describe.each([
  { engine: 'Node', run: runInNode, isMissing: false },
  { engine: 'the desk XS', run: runOnDesk, isMissing },
])('apps for ECMA-419 in $engine', ({ run, isMissing }) => {
  let server: WebSocketServer;
  let port: number;
  const headers: (string | string[] | undefined)[] = [];

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0, handleProtocols: () => 'a' });
    server.on('connection', (peer, request) => {
      headers.push(request.headers['x-device']);
      scenarios[request.url ?? '']?.(peer);
    });
    await new Promise((resolve) => server.once('listening', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });

  test.skipIf(isMissing).each(Object.keys(expected))('%s', async (name) => {
    const traced = await run(name, { port });
    // A message of 300 octets may come in pieces, and says so.
    expect(
      traced
        .replace(/(sum \d+), in pieces/g, '$1')
        .trimEnd()
        .split('\n'),
    ).toEqual(expected[name].map((line) => line.replace(', in pieces', '')));
    if (name === 'control') expect(headers.at(-1)).toBe('desk');
  });

  test.skipIf(isMissing)('attach', async () => {
    const listens = await freePort();
    const answered = new Promise<Buffer>((resolve, reject) => {
      const onOutput = (text: string): void => {
        if (!text.startsWith('listening')) return;
        const socket = connectSocket({ port: listens, host: '127.0.0.1' });
        const parts: Buffer[] = [];
        socket.on('data', (data) => parts.push(data));
        socket.on('error', reject);
        socket.on('close', () => resolve(Buffer.concat(parts)));
        // Text "hi", masked with 1 2 3 4, then a Close of 1000.
        socket.write(Buffer.from([0x81, 0x82, 1, 2, 3, 4, 104 ^ 1, 105 ^ 2, 0x88, 0x82, 0, 0, 0, 0, 3, 232]));
      };
      // Node binds after the return, in a turn of its own.
      run('attach', { port, listens, onOutput: (text) => setImmediate(onOutput, text) }).catch(reject);
    });
    expect([...(await answered)]).toEqual([0x81, 2, 104, 105, 0x88, 2, 3, 232]);
  });
});
