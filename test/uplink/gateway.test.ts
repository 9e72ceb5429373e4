/** Real TCP and the gateway's file: cuts in the middle of anything, and a gateway that is stopped and killed under a device. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Outbox, SUBPROTOCOL, Uplink } from '../../hosts/node/uplink.ts';
import { isMissing, library, runInDesk } from '../xs/support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const COMMAND = path('../../hosts/node/cli/ringlet.mjs');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-gateway-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'records.ndjson');
}

async function startGateway(port: number, file: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [COMMAND, 'gateway', '--port', String(port), '--out', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

/** The numbers of the records in a file, in its order. */
const numbersIn = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { number: number }).number);

test(
  '10,000 records through 50 cuts: every one once in the file, in order',
  { timeout: 120_000 },
  async () => {
    const file = newFile();
    const port = await freePort();
    await startGateway(port, file);
    const sockets = new Set<Socket>();
    const proxy = createServer((near) => {
      const far = connect({ port, host: '127.0.0.1' });
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        sockets.add(one);
        one.on('error', () => undefined).on('close', () => other.destroy());
        one.pipe(other);
      }
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    });
    const outbox = new Outbox({ memory: 32_768, keep: 'acknowledged', whenFull: 'refuse' });
    let opened = 0;
    const uplink = new Uplink(`ws://127.0.0.1:${(proxy.address() as AddressInfo).port}/`, {
      protocol: SUBPROTOCOL,
      outbox,
      backoffBase: 2,
      backoffLongest: 10,
      onChange: ({ state }) => void (state === 'open' && opened++),
    });
    onTestFinished(() => uplink.stop());
    uplink.start();
    let cuts = 0;
    let posted = 0;
    // A cut each 200 records: some while they are on their way, some while acknowledgements are.
    while (posted < 10_000) {
      const payload = Buffer.from(JSON.stringify({ posted, text: 'x'.repeat(posted % 60) }));
      const isKept = uplink.post(payload, { binary: false }) >= 0;
      if (!isKept || posted % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      if (!isKept) continue;
      if (++posted % 200 === 0 && cuts < 50) {
        await expect.poll(() => uplink.state, { interval: 1 }).toBe('open');
        cuts++;
        for (const socket of sockets) socket.resetAndDestroy();
        sockets.clear();
      }
    }
    await expect.poll(() => outbox.kept, { timeout: 60_000 }).toBe(0);
    expect(cuts).toBe(50);
    expect(opened).toBeGreaterThan(50);
    expect(numbersIn(file)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(outbox.counters.acknowledged).toBe(10_000);
    console.info(`${opened} connections, ${outbox.counters.repeated} records sent again`);
  },
);

describe.skipIf(isMissing)('in the desktop build of XS', () => {
  test('a gateway that is stopped is noticed, one that is killed is waited for, and nothing is lost', async () => {
    const file = newFile();
    const port = await freePort();
    let gateway = await startGateway(port, file);
    let output = '';
    const count = (text: string): number => output.split(text).length - 1;
    const records = 2000;
    const running = runInDesk({
      modules: {
        ...library,
        'ringlet/uplink': path('../../dist/moddable/uplink.js'),
        app: path('xs/sender.js'),
      },
      args: [String(port), String(records)],
      onOutput: (text) => (output += text),
    });
    await expect.poll(() => count('acknowledged')).toBeGreaterThan(1);
    gateway.kill('SIGSTOP');
    // 405: no pong. It is noticed while the peer is stopped.
    await expect.poll(() => output).toMatch(/waiting [1-9]/);
    gateway.kill('SIGCONT');
    await expect.poll(() => count('open 0')).toBeGreaterThan(1);
    gateway.kill('SIGKILL');
    await once(gateway, 'exit');
    const before = count('open 0');
    gateway = await startGateway(port, file);
    await expect.poll(() => count('open 0')).toBeGreaterThan(before);
    const { status, stdout, stderr } = await running;
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`all ${records}\n$`));
    expect(numbersIn(file)).toEqual(Array.from({ length: records }, (_, i) => i));
  });
});
