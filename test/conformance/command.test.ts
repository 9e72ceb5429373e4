import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp, createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { addConformanceCommands, startFuzzingServer } from '../../hosts/node/conformance/index.ts';
import { ProgressLine } from '../../hosts/node/conformance/progress.ts';
import { makeCertificates } from '../hosts/support/certificates.ts';
import { ask, startWsServer, wsClient } from './echo-peers.ts';
import { startFaultyServer } from './faulty.ts';

let directory = '';
let stdout = '';
let stderr = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conformance-command-'));
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true));
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(directory, { recursive: true });
});

/** Runs `conformance …` in this process; gives the exit code. */
async function run(...words: readonly string[]): Promise<unknown> {
  const program = new Command().exitOverride();
  addConformanceCommands(program);
  process.exitCode = undefined;
  await program.parseAsync(['conformance', ...words], { from: 'user' });
  return process.exitCode;
}

const listening = async (): Promise<string> => {
  await expect.poll(() => stderr).toContain('Waiting for clients at ');
  return /wss?:\/\/[\d.:]+/.exec(stderr)![0];
};

describe('conformance client', () => {
  test('exits with 0 when nothing failed, and leaves reports', async () => {
    const peer = await startWsServer();
    const report = join(directory, 'report');
    expect(
      await run('client', peer.url, '--cases', '1.1.1,2.1', '--agent', 'peer', '--report', report, '--json'),
    ).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ peer: { OK: 2, failed: [] } });
    expect(stderr).toContain('peer: 2 OK; none failed');
    expect(JSON.parse(await readFile(join(report, 'index.json'), 'utf8'))).toHaveProperty(['peer', '2.1']);
    await peer.close();
  });

  test('exits with 1 when a case failed, and names it', async () => {
    const peer = await startFaultyServer({ checksRsv: false });
    expect(await run('client', peer.url, '--cases', '1.1.1', '3.1', '--json').catch(String)).toContain(
      'too many arguments',
    );
    expect(await run('client', peer.url, '--cases', '1.1.1', '--cases', '3.1', '--json')).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ faulty: { OK: 1, FAILED: 1, failed: ['3.1'] } });
    await peer.close();
  });

  test('goes by a file of expected results when there is one', async () => {
    const peer = await startFaultyServer({ textCheck: 'at the end' });
    const file = join(directory, 'expected.json');
    await writeFile(file, '{"faulty": {"*": "OK", "6.4.2": "NON-STRICT"}}');
    expect(await run('client', peer.url, '--cases', '6.4.2', '--expect', file, '--json')).toBe(0);
    await writeFile(file, '{"faulty": {"*": "OK"}}');
    expect(await run('client', peer.url, '--cases', '6.4.2', '--expect', file)).toBe(1);
    expect(stderr).toContain('faulty, case 6.4.2: NON-STRICT with end OK; expected was OK');
    await peer.close();
  });

  test.each([
    ['NO_SUCH_CASE', 'There is no case 8.1.1.', ['client', 'ws://127.0.0.1:1', '--cases', '8.1.1']],
    ['BAD_PATTERN', '"x" is no case id', ['client', 'ws://127.0.0.1:1', '--exclude', 'x']],
    ['BAD_URL', '"there" is no address', ['client', 'there']],
    ['BAD_URL', 'no fragment', ['client', 'ws://127.0.0.1:1/#there']],
    ['BAD_URL', 'must not hold a user name', ['client', 'ws://me:secret@127.0.0.1:1']],
    ['CANNOT_READ_FILE', 'cannot be read', ['server', '--port', '0', '--expect', '/nowhere/results.json']],
    ['BAD_OPTION', 'from 1 to 1000', ['client', 'ws://127.0.0.1:1', '--messages', '2000']],
    ['CANNOT_READ_FILE', 'cannot be read', ['client', 'wss://127.0.0.1:1', '--ca', '/nowhere/ca.pem']],
    ['BAD_OPTION', 'both --cert and --key', ['server', '--cert', 'a.pem']],
  ])('exits with 2 and says %s in a sentence and as an object', async (code, sentence, words) => {
    expect(await run(...words, '--json')).toBe(2);
    expect(stderr).toContain(sentence);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code, message: expect.stringContaining(sentence) } });
    expect(stderr).not.toContain('secret');
  });

  test.each([
    ['from 0 to 65535', ['server', '--port', '70000']],
    ['from 0 to 65535', ['server', '--port', '-1']],
    ['a name or an address', ['server', '--host', '']],
    ['at least one case', ['client', 'ws://127.0.0.1:1', '--cases', '']],
    ['at least one case', ['server', '--exclude', ' , ']],
  ])('refuses an argument that says nothing: %s', async (sentence, words) => {
    const error: unknown = await run(...words).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommanderError);
    expect((error as CommanderError).message).toContain(sentence);
  });

  test('reads the expected results before it runs anything', async () => {
    let connections = 0;
    const peer = await startWsServer({ verifyClient: () => ++connections > 0 });
    const file = join(directory, 'expected.json');
    await writeFile(file, '{"peer": {"six": "OK"}}');
    for (const each of [file, join(directory, 'none.json')])
      expect(await run('client', peer.url, '--cases', '1.1.1', '--expect', each)).toBe(2);
    expect(connections).toBe(0);
    await peer.close();
  });

  test.runIf(existsSync('/proc/self'))('says that nothing can be written to a place like /proc', async () => {
    expect(await run('client', 'ws://127.0.0.1:1', '--report', '/proc/conformance/report', '--json')).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CANNOT_WRITE_REPORT' } });
  });

  test('says in words why no secure connection comes about', async () => {
    const plain = createTcpServer((socket) => socket.on('error', () => undefined).end('hello\r\n'));
    await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening));
    const { port } = plain.address() as AddressInfo;
    expect(await run('client', `wss://127.0.0.1:${port}`, '--cases', '1.1.1')).toBe(2);
    expect(stderr).toMatch(/cannot be reached: [a-z ]+\.\n$/);
    plain.close();
  }, 15_000);

  test('ends in good order when it is interrupted', async () => {
    let begin!: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    let connections = 0;
    const verifyClient = (): boolean => {
      if (++connections === 2) begin();
      return true;
    };
    const peer = await startWsServer({ verifyClient });
    const report = join(directory, 'report');
    const ended = run(
      'client',
      peer.url,
      '--cases',
      '1.1.1,5.19,5.20',
      '--agent',
      'peer',
      '--report',
      report,
      '--json',
    );
    // The second case, which takes more than a second, has begun.
    await begun;
    process.emit('SIGINT');
    expect(await ended).toBe(130);
    expect(JSON.parse(stdout)).toEqual({ peer: { OK: 1, failed: [] } });
    const index = JSON.parse(await readFile(join(report, 'index.json'), 'utf8')) as object;
    expect(index).toMatchObject({ peer: { '1.1.1': { behavior: 'OK' } } });
    await peer.close();
  });
});

describe('conformance server', () => {
  test('with --once ends after the first report', async () => {
    const ended = run('server', '--port', '0', '--cases', '1.1.1', '--once', '--json');
    const url = await listening();
    await wsClient()(`${url}/runCase?case=1&agent=one`);
    await ask(`${url}/updateReports?agent=one`);
    expect(await ended).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ one: { OK: 1, failed: [] } });
  });

  test('ends in good order when it is interrupted', async () => {
    const report = join(directory, 'report');
    const ended = run('server', '--port', '0', '--cases', '6.22.*', '--report', report);
    const url = await listening();
    await wsClient()(`${url}/runCase?casetuple=6.22.19&agent=one`);
    process.emit('SIGTERM');
    expect(await ended).toBe(0);
    expect(await readFile(join(report, 'one_case_6_22_19.html'), 'utf8')).toContain('Case 6.22.19: Pass');
    expect(await readFile(join(report, 'index.html'), 'utf8')).toContain('6.22.19');
  });

  test('with --once lets the client that asked for its reports close in good order', async () => {
    const { good } = await makeCertificates();
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    await Promise.all([writeFile(cert, good.cert), writeFile(key, good.key)]);
    for (const tls of [[], ['--cert', cert, '--key', key]]) {
      stderr = '';
      const ended = run('server', '--port', '0', '--cases', '1.1.1', '--once', ...tls);
      const url = `${await listening()}/updateReports?agent=one`;
      const socket = new WebSocket(url, { rejectUnauthorized: false });
      const code = await new Promise((closed) => socket.on('error', () => undefined).on('close', closed));
      expect([tls.length, code]).toEqual([tls.length, 1000]);
      expect(await ended).toBe(0);
    }
  });

  test('ends although somebody never finishes a TLS handshake', async () => {
    const { good } = await makeCertificates();
    const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    await Promise.all([writeFile(cert, good.cert), writeFile(key, good.key)]);
    const ended = run('server', '--port', '0', '--cases', '1.1.1', '--cert', cert, '--key', key);
    const { port } = new URL(await listening());
    const silent = connectTcp(Number(port), '127.0.0.1');
    await new Promise((connected) => silent.once('connect', connected));
    const closed = new Promise((gone) => silent.on('error', () => undefined).once('close', gone));
    process.emit('SIGINT');
    expect(await ended).toBe(0);
    await closed;
  });

  test('exits with 2 when the port is in use', async () => {
    const other = await startFuzzingServer({ port: 0 });
    expect(await run('server', '--port', String(other.port), '--json')).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'PORT_IN_USE' } });
    await other.close();
  });
});

describe('progress', () => {
  const step = { agent: 'a', id: '1.1.1', number: 1, total: 2, result: null };

  test('rewrites one line on a terminal', () => {
    let written = '';
    const line = new ProgressLine({ isTTY: true, columns: 30, write: (text) => (written += text) });
    line.show(step);
    line.clear();
    expect(written).toBe('\r\u001b[2Ka: case 1.1.1, 1 of 2, 0 fail\r\u001b[2K');
  });

  test('is sparse elsewhere', () => {
    let written = '';
    const line = new ProgressLine({ write: (text) => (written += text) });
    for (let number = 1; number <= 5; number++) line.show({ ...step, number });
    line.clear();
    expect(written).toBe('a: case 1.1.1, 1 of 2, 0 failed\n');
  });
});
