/**
 * Real TCP and the gateway's file, from Node and from the desktop build of XS: cuts in the middle of anything, and a gateway
 * that is stopped, killed and started again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Outbox, SUBPROTOCOL, Uplink } from '../../hosts/node/uplink.ts';
import { isMissing, library, runInDesk } from '../xs/support/desk.ts';
import { Cutter } from './cutter.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const COMMAND = path('../../hosts/node/cli/ringlet.mjs');

const CUTS = 50;
/** Milliseconds of keepalive, of its timeout, and for the machine that runs this. */
const KEEPALIVE = 300;
const KEEPALIVE_TIMEOUT = 300;
const SLACK = 500;
/** No pong came in time. */
const KEEPALIVE_ERRORS = [404, 405];

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
  const isReady = once(createInterface({ input: child.stdout }), 'line').then(() => true);
  // Somebody else may have been given the port meanwhile.
  if (!(await Promise.race([isReady, once(child, 'exit').then(() => false)])))
    throw new Error(`the gateway at port ${port} ended with ${child.exitCode}`);
  return child;
}

/** The numbers of the records in a file, in its order. */
const numbersIn = (file: string): number[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { number: number }).number);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A sender that posts records as fast as they are taken, and knows when all are acknowledged. */
interface Sender {
  /** Its states so far, each with the error of the loss that led there. */
  readonly states: () => readonly { readonly state: string; readonly error: number }[];
  /** How many records are acknowledged. */
  readonly acknowledged: () => number;
  /** All are. */
  readonly done: Promise<unknown>;
}

function startOnNode(port: number, records: number): Sender {
  const states: { state: string; error: number }[] = [];
  const outbox = new Outbox({ memory: 32_768, keep: 'acknowledged', whenFull: 'refuse' });
  const uplink = new Uplink(`ws://127.0.0.1:${port}/`, {
    protocol: SUBPROTOCOL,
    outbox,
    backoffBase: 20,
    backoffLongest: 100,
    keepalive: KEEPALIVE,
    keepaliveTimeout: KEEPALIVE_TIMEOUT,
    onChange: ({ state, loss }) => void states.push({ state, error: loss?.error ?? 0 }),
  });
  onTestFinished(() => uplink.stop());
  uplink.start();
  const done = (async () => {
    for (let posted = 0; posted < records;) {
      const payload = Buffer.from(JSON.stringify({ posted, text: 'x'.repeat(posted % 60) }));
      const isKept = uplink.post(payload, { binary: false }) >= 0;
      if (isKept) posted++;
      if (!isKept || posted % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect.poll(() => outbox.kept, { timeout: 60_000 }).toBe(0);
  })();
  return {
    states: () => states,
    acknowledged: () => outbox.counters.acknowledged,
    done,
  };
}

function startInDesk(port: number, records: number): Sender {
  let output = '';
  const lines = (kind: string): string[] => output.split('\n').filter((line) => line.startsWith(`${kind} `));
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const done = runInDesk({
    signal: end.signal,
    modules: {
      ...library,
      'ringlet/uplink': path('../../dist/moddable/uplink.js'),
      app: path('xs/sender.js'),
    },
    args: [port, records, KEEPALIVE, KEEPALIVE_TIMEOUT].map(String),
    onOutput: (text) => (output += text),
  }).then(({ status, stderr }) => expect([status, stderr]).toEqual([0, '']));
  // Of a test that fails before it waits for that.
  done.catch(() => {});
  return {
    states: () =>
      lines('state').map((line) => ({ state: line.split(' ')[1], error: Number(line.split(' ')[2]) })),
    acknowledged: () => Number(lines('acknowledged').at(-1)?.split(' ')[1] ?? 0),
    done,
  };
}

/** What runs the sender, how it is started, octets of the frame of its shortest record, and whether it is not there. */
const senders: [string, (port: number, records: number) => Sender, number, boolean][] = [
  ['Node', startOnNode, 14 + '{"posted":0,"text":""}'.length, false],
  ['the desktop build of XS', startInDesk, 14 + 4, isMissing],
];

describe.each(senders)('from %s', (_what, start, shortest, isLeftOut) => {
  test.skipIf(isLeftOut)(
    `10,000 records through ${CUTS} cuts: every one once in the file, in order`,
    { timeout: 180_000 },
    async () => {
      const records = 10_000;
      const file = newFile();
      const port = await freePort();
      await startGateway(port, file);
      const cutter = await Cutter.listen(port, CUTS, Math.floor((records * shortest) / (CUTS + 1)));
      onTestFinished(() => cutter.close());
      const sender = start(cutter.port, records);
      await sender.done;
      expect(cutter.count).toBe(CUTS);
      expect(sender.states().filter(({ state }) => state === 'open').length).toBeGreaterThan(CUTS);
      expect(numbersIn(file)).toEqual(upTo(records));
      expect(sender.acknowledged()).toBe(records);
    },
  );

  test.skipIf(isLeftOut)(
    'a gateway that is stopped is noticed in time, one that is killed is waited for, and nothing is lost',
    { timeout: 60_000 },
    async () => {
      const records = 6000;
      const file = newFile();
      const port = await freePort();
      let gateway = await startGateway(port, file);
      const sender = start(port, records);
      const opened = (): number => sender.states().filter(({ state }) => state === 'open').length;
      await expect.poll(sender.acknowledged, { timeout: 20_000 }).toBeGreaterThan(100);
      gateway.kill('SIGSTOP');
      const stoppedAt = performance.now();
      await expect
        .poll(() => sender.states().some(({ error }) => KEEPALIVE_ERRORS.includes(error)), {
          timeout: 10_000,
          interval: 5,
        })
        .toBe(true);
      expect(performance.now() - stoppedAt).toBeLessThan(KEEPALIVE + KEEPALIVE_TIMEOUT + SLACK);
      gateway.kill('SIGCONT');
      await expect.poll(opened, { timeout: 20_000 }).toBeGreaterThan(1);
      const before = opened();
      gateway.kill('SIGKILL');
      await once(gateway, 'exit');
      gateway = await startGateway(port, file);
      await expect.poll(opened, { timeout: 20_000 }).toBeGreaterThan(before);
      // What it came to stands in the report of a sender that hangs.
      await expect
        .poll(sender.acknowledged, { timeout: 20_000, message: JSON.stringify(sender.states()) })
        .toBe(records);
      await sender.done;
      expect(numbersIn(file)).toEqual(upTo(records));
    },
  );
});
