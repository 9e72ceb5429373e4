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
  runCommand(addServeCommand, 'serve', '--quiet', '--port', '0', ...args);

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

/** Opens a connection; what comes is in `received`, text as it is. */
async function client(run: Run, ...protocols: string[]) {
  const socket = new WebSocket(`${urlIn(run)}/path?token=s3cret`, protocols);
  const received: string[] = [];
  socket.on('message', (data) => received.push((data as Buffer).toString()));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => socket.on('open', resolve));
  return { socket, received, closed };
}

describe('a server to write clients against', () => {
  const listeners = process.listeners('SIGINT');
  afterEach(() => signal('SIGINT', listeners));

  test('says who comes, who is refused and who goes, without secrets', async () => {
    const run = await runCommand(addServeCommand, 'serve', '--port', '0', '--subprotocol', 'a,b');
    let log = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((log += String(text)), true));
    const { socket, received, closed } = await client(run, 'b');
    socket.send('hello');
    await expect.poll(() => received).toEqual(['hello']);
    socket.close(4001);
    await closed;
    await fetch(urlIn(run).replace('ws:', 'http:'));
    await expect.poll(() => log).toContain('refused 127.0.0.1: ');
    expect(log).toMatch(/^\d\d:\d\d:\d\d #1 open .*\/path, subprotocol b$/m);
    expect(log).toMatch(/#1 closed with 4001 after \S+ s; 1 message \(5 B\) received, 1 \(5 B\) sent$/m);
    expect(log).not.toContain('s3cret');
  });

  test('--broadcast sends every message to everybody, whole', async () => {
    const run = await serve('--broadcast');
    const [first, second] = [await client(run), await client(run)];
    first.socket.send('to ', { fin: false });
    second.socket.send('from the other');
    first.socket.send('all', { fin: true });
    for (const { received } of [first, second])
      await expect.poll(() => [...received].sort()).toEqual(['from the other', 'to all']);
  });

  test('--delay keeps messages for their time, and in order', async () => {
    const { socket, received } = await client(await serve('--delay', '0.3s'));
    const started = performance.now();
    for (const text of ['1', '2', '3']) socket.send(text);
    await expect.poll(() => received, { timeout: 5000 }).toEqual(['1', '2', '3']);
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  test.each([
    ['2', '4002', ['a', 'b']],
    ['150ms', '1000', ['a', 'b', 'c']],
  ])('--close-after %s closes with %s', async (after, code, expected) => {
    const { socket, received, closed } = await client(
      await serve('--close-after', after, '--close-code', code),
    );
    for (const text of ['a', 'b', 'c']) socket.send(text);
    expect(await closed).toBe(Number(code));
    expect(received).toEqual(expected);
  });

  test.each([
    ['--delay', 'soon'],
    ['--close-after', '0'],
    ['--close-code', '1005'],
  ])('%s %s is refused', async (option, value) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const run = await serve(option, value);
    expect(run.code).toBe(1);
    expect(run.stderr + write.mock.calls.join('')).toContain('It must be');
  });
});

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
    const expected = { code: 2, stdout: '', stderr: `ringlet: ${sentence}.\n` };
    expect(await serve(...args)).toEqual(expected);
    expect(await runCommand(addConnectCommand, 'connect', 'wss://127.0.0.1:1', ...args)).toEqual(expected);
    expect(await runCommand(addAutobahnCommand, 'autobahn', 'wss://127.0.0.1:1', ...args)).toEqual(expected);
  });

  test('a file of --ca that holds none', async () => {
    const args = ['--ca', file('ca.pem', 'nothing')];
    const run = await runCommand(addConnectCommand, 'connect', 'wss://127.0.0.1:1', ...args);
    expect([run.code, run.stderr]).toEqual([2, 'ringlet: the file of --ca holds no PEM certificate.\n']);
  });
});
