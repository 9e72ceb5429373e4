import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { addAutobahnCommand } from '../../hosts/node/cli/autobahn.ts';
import { addConnectCommand } from '../../hosts/node/cli/connect.ts';
import { addServeCommand } from '../../hosts/node/cli/serve.ts';
import { type Certificates, makeCertificates } from '../hosts/support/certificates.ts';
import { type Run, runCommand } from './support/run-command.ts';

const serve = (...args: string[]): Promise<Run> =>
  runCommand(addServeCommand, 'serve', '--port', '0', ...args);

/** Sends the signal to what has begun to listen for it since `before`. */
function signal(name: NodeJS.Signals, before: readonly NodeJS.SignalsListener[]): void {
  for (const listener of process.listeners(name)) if (!before.includes(listener)) listener(name);
}

const urlIn = ({ stdout }: Run): string => /^listening on (wss?:\S+)\n$/.exec(stdout)![1];

let folder: string;
let certificates: Certificates;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringlet-serve-'));
  certificates = await makeCertificates();
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('ringlet serve ends', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'after %s, with a Close of 1001 for its clients',
    async (name) => {
      const before = process.listeners(name);
      const run = await serve();
      const socket = new WebSocket(urlIn(run));
      const closed = new Promise((resolve) => socket.on('close', resolve));
      await new Promise((resolve) => socket.on('open', resolve));
      signal(name, before);
      expect(await closed).toBe(1001);
      expect(process.listeners(name)).toEqual(before);
      await expect.poll(() => refused(urlIn(run))).toBe(true);
    },
  );

  test('although a client does not answer', async () => {
    const before = process.listeners('SIGINT');
    const run = await serve();
    const socket = new WebSocket(urlIn(run));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    socket.pause();
    signal('SIGINT', before);
    await expect.poll(() => refused(urlIn(run)), { timeout: 5000 }).toBe(true);
    socket.resume();
    await closed;
  });
});

function refused(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.on('open', () => {
      socket.terminate();
      resolve(false);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

describe('what cannot be used is told in a sentence', () => {
  test.each([
    ['a name or an address', ['--host', '']],
    ['different tokens', ['--protocol', 'two words']],
    ['different tokens', ['--protocol', 'a,a']],
    ['different tokens', ['--protocol', '']],
  ])('%s', async (sentence, args) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const run = await serve(...args);
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr + write.mock.calls.join('')).toContain(sentence);
  });

  test.each([
    ['the file of --cert holds no PEM certificate', 'key', 'key'],
    ['the file of --key holds no PEM private key, or one with a passphrase', 'cert', 'cert'],
    ['the key of --key does not belong to the certificate of --cert', 'cert', 'other key'],
    ['--cert and --key belong together', 'cert', undefined],
    ['--cert and --key belong together', undefined, 'key'],
  ])('%s', async (sentence, cert, key) => {
    const texts: Record<string, string> = {
      cert: certificates.good.cert,
      key: certificates.good.key,
      'other key': certificates.stranger.key,
    };
    const args: string[] = [];
    if (cert !== undefined) args.push('--cert', file('cert.pem', texts[cert]));
    if (key !== undefined) args.push('--key', file('key.pem', texts[key]));
    const expected = { code: 1, stdout: '', stderr: `ringlet: ${sentence}.\n` };
    expect(await serve(...args)).toEqual(expected);
    expect(await runCommand(addConnectCommand, 'connect', 'wss://127.0.0.1:1', ...args)).toEqual(expected);
    expect(await runCommand(addAutobahnCommand, 'autobahn', 'wss://127.0.0.1:1', ...args)).toEqual(expected);
  });

  test('a file of --ca that holds none', async () => {
    const args = ['--ca', file('ca.pem', 'nothing')];
    const run = await runCommand(addConnectCommand, 'connect', 'wss://127.0.0.1:1', ...args);
    expect([run.code, run.stderr]).toEqual([1, 'ringlet: the file of --ca holds no PEM certificate.\n']);
  });
});
