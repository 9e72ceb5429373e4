import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { hasColours } from '../../hosts/node/cli/colours.ts';
import { addConnectCommand } from '../../hosts/node/cli/connect.ts';
import { LineReader } from '../../hosts/node/cli/line-reader.ts';
import { visible } from '../../hosts/node/terminal-text.ts';
import { type Run, runCommand } from './support/run-command.ts';

let input: PassThrough;
let server: WebSocketServer;
let url = '';
/** What the server saw: messages as octets in hex, behind `t` or `b`, and the close code. */
let seen: string[];
let onSocket: (socket: WebSocket) => void;

beforeEach(async () => {
  input = new PassThrough();
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as unknown as typeof process.stdin);
  // Of this test only: a connection of the one before may end late.
  const mine: string[] = (seen = []);
  onSocket = (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', skipUTF8Validation: true });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) =>
      mine.push(`${isBinary ? 'b' : 't'}${(data as Buffer).toString('hex')}`),
    );
    socket.on('close', (code) => mine.push(String(code)));
    onSocket(socket);
  });
  await new Promise((listening) => server.once('listening', listening));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const socket of server.clients) socket.terminate();
  await new Promise((closed) => server.close(closed));
});

const connect = (...args: string[]): Promise<Run> => runCommand(addConnectCommand, 'connect', url, ...args);
/** The same, without a pause at the end of the input. */
const connectBriefly = (...args: string[]): Promise<Run> => connect('--wait', '0.3', ...args);
const hex = (text: string): string => Buffer.from(text).toString('hex');

describe('lines in, messages out', () => {
  test('sends lines and prints what comes back, then closes', async () => {
    input.end('one\ntwo\r\n\nthree\u2028and\rfour\nlast');
    const run = await connectBriefly();
    expect(run).toEqual({ code: 0, stdout: 'one\ntwo\n\nthree\u2028and\rfour\nlast\n', stderr: '' });
    await expect.poll(() => seen.at(-1)).toBe('1000');
  });

  test('sends any octets as they are when they are binary', async () => {
    input.end(Buffer.from('61ff0d0a00c3280a', 'hex'));
    const run = await connectBriefly('--binary');
    expect(run).toEqual({ code: 0, stdout: '61ff0d\n00c328\n', stderr: '' });
    expect(seen.slice(0, 2)).toEqual(['b61ff0d', 'b00c328']);
  });

  test('does not send as text what is none', async () => {
    input.end(Buffer.from('610a62ff0a630a', 'hex'));
    const run = await connectBriefly();
    expect(run.code).toBe(1);
    expect(run.stderr).toBe('ringlet: a line of the input is not UTF-8; --binary sends any bytes.\n');
    await expect.poll(() => seen).toEqual(['t61', '1000']);
  });

  test('says why the input cannot be read', async () => {
    onSocket = (socket) => socket.on('message', () => input.destroy(new Error('EISDIR: is a directory')));
    input.write('one\n');
    const run = await connectBriefly();
    expect([run.code, run.stderr]).toEqual([
      1,
      'ringlet: the input cannot be read: EISDIR: is a directory.\n',
    ]);
  });
});

describe('how it ends', () => {
  test('an interrupt begins the closing handshake', async () => {
    const before = process.listeners('SIGINT');
    onSocket = (socket) =>
      socket.on('message', () => {
        for (const listener of process.listeners('SIGINT'))
          if (!before.includes(listener)) listener('SIGINT');
      });
    input.write('one\n');
    const run = await connect();
    expect(run.code).toBe(130);
    await expect.poll(() => seen.at(-1)).toBe('1001');
    expect(process.listeners('SIGINT')).toEqual(before);
  });

  test.each([
    [1000, '', 0, ''],
    [1001, 'see you', 0, ''],
    [1011, 'out of\x1b[2J luck', 1, 'the server closed with 1011 out of\u241b[2J luck.'],
    [4003, '', 1, 'the server closed with 4003.'],
  ])('the server closes with %d %s', async (code, reason, exitCode, sentence) => {
    onSocket = (socket) => socket.close(code, reason);
    const run = await connect();
    expect(run.code).toBe(exitCode);
    expect(run.stderr).toBe(sentence === '' ? '' : `ringlet: ${url}/: ${sentence}\n`);
  });

  test('the server is lost', async () => {
    onSocket = (socket) => socket.terminate();
    const run = await connect();
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^ringlet: ws:.*\.\n$/);
  });
});

describe('a reply that takes its time', () => {
  test('is not lost at the end of a pipe', async () => {
    onSocket = (socket) => socket.on('message', (data) => setTimeout(() => socket.send(String(data)), 500));
    input.end('x\n');
    expect(await connect()).toEqual({ code: 0, stdout: 'x\n', stderr: '' });
    await expect.poll(() => seen.at(-1)).toBe('1000');
  });

  test('is waited for as long as is said', async () => {
    onSocket = (socket) => socket.on('message', () => setTimeout(() => socket.send('late'), 2500));
    input.end('x\n');
    expect((await connect('--wait', '3500ms')).stdout).toBe('late\n');
  });
});

describe('what is sent', () => {
  test('--execute sends lines, reads no input, and takes commands', async () => {
    const path = join(tmpdir(), `ringlet-connect-${process.pid}`);
    writeFileSync(path, Buffer.from('00ff', 'hex'));
    try {
      const lines = ['one', '//two', '/binary 0x01 ff', `/file ${path}`, '/close 4001 bye'];
      const run = await connectBriefly(...lines.flatMap((line) => ['-x', line]));
      expect(run.code).toBe(0);
      await expect.poll(() => seen.at(-1)).toBe('4001');
      expect(seen).toEqual([`t${hex('one')}`, `t${hex('/two')}`, 'b01ff', 'b00ff', '4001']);
    } finally {
      rmSync(path);
    }
  });

  test.each([
    ['/nonsense', 'there is no command /nonsense'],
    ['/binary 0', 'pairs of hex digits'],
    ['/file /dev/zero', 'it is no regular file'],
    ['/file /no/such\x1bfile', '/no/such\u241bfile cannot be read: there is none of that name'],
    ['/close 1005', 'that close code may not be sent'],
    [`/ping ${'x'.repeat(126)}`, 'at most 125 bytes'],
    ['/save /tmp', 'there is no message'],
  ])('a command that cannot be obeyed ends a script with a sentence: %j', async (line, sentence) => {
    const run = await connectBriefly('-x', line);
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toContain(sentence);
  });

  test('lines of a pipe that begin with / are messages, unless they are said to be commands', async () => {
    input.end('/ping\n');
    await connectBriefly();
    input = new PassThrough();
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as unknown as typeof process.stdin);
    input.end('/binary 0a\n');
    await connectBriefly('--commands');
    expect(seen.filter((each) => each !== '1000')).toEqual([`t${hex('/ping')}`, 'b0a']);
  });

  test('--hex sends hex digits, and binary messages come out as such', async () => {
    input.end('00 ff\n\n');
    expect((await connectBriefly('--hex')).stdout).toBe('00ff\n\n');
    expect(seen.slice(0, 2)).toEqual(['b00ff', 'b']);
  });
});

describe('what is printed', () => {
  test('--json prints an object a line, and nothing else', async () => {
    onSocket = (socket) => {
      socket.ping('\x1b');
      socket.on('message', (data, binary) => socket.send(data, { binary }));
    };
    const run = await connectBriefly('--json', '-v', '-x', 'a\u009b', '-x', '/binary 00');
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    const events = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toMatchObject({ event: 'open', url: `${url}/`, protocol: '' });
    expect(events[0]!.response).toContain('Upgrade: websocket');
    expect(events).toContainEqual({ event: 'ping', data: '1b' });
    expect(events).toContainEqual({ event: 'message', type: 'text', data: 'a\u009b' });
    expect(events).toContainEqual({ event: 'message', type: 'binary', data: '00' });
    expect(events.at(-1)).toMatchObject({ event: 'close', code: 1000, sent: 2, received: 2 });
  });

  test('--json tells a failure as an object, too', async () => {
    onSocket = (socket) => socket.close(1011, 'no');
    const run = await connect('--json');
    expect([run.code, run.stderr]).toEqual([1, '']);
    expect(JSON.parse(run.stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({
      event: 'close',
      code: 1011,
      error: { message: `${url}/: the server closed with 1011 no` },
    });
    const refused = await runCommand(addConnectCommand, 'connect', 'nonsense', '--json');
    expect([refused.code, refused.stderr]).toEqual([2, '']);
    expect(JSON.parse(refused.stdout)).toMatchObject({ event: 'error', error: { id: 601 } });
  });

  test('-v tells of the handshake, and of no secret', async () => {
    const args = ['--header', 'X-Tag: s3cret', '--header', 'Authorization: Bearer s3cret', '-x', 'hi', '-v'];
    const run = await runCommand(addConnectCommand, 'connect', `${url}/p?t=s3cret`, '--wait', '0.3', ...args);
    expect(run.stdout).toBe('hi\n');
    for (const part of [
      '> GET /p?… HTTP/1.1\n',
      '> X-Tag: (hidden)\n',
      '> Authorization: (hidden)\n',
      '< HTTP/1.1 101 Switching Protocols\n',
      '* connected in ',
      '* subprotocol: none; extensions: none\n',
      'closed with 1000\n',
    ])
      expect(run.stderr).toContain(part);
    expect(run.stderr).not.toContain('s3cret');
  });

  test.each([
    [{ FORCE_COLOR: '1' }, '\x1b[36mhi\x1b[0m\n'],
    [{ FORCE_COLOR: '0' }, 'hi\n'],
    [{}, 'hi\n'],
  ])('colours where %j says so', async (environment, expected) => {
    vi.stubEnv('FORCE_COLOR', undefined);
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect((await connectBriefly('-x', 'hi')).stdout).toBe(expected);
    vi.unstubAllEnvs();
  });

  test('a terminal has colours unless NO_COLOR or a dumb one says no', () => {
    const terminal = { isTTY: true };
    expect(hasColours(terminal, {})).toBe(true);
    expect(hasColours(terminal, { NO_COLOR: '' })).toBe(true);
    expect(hasColours(terminal, { NO_COLOR: '1' })).toBe(false);
    expect(hasColours(terminal, { TERM: 'dumb' })).toBe(false);
    expect(hasColours({}, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
  });
});

test('lines are the same at every split', () => {
  const octets = Buffer.from('a\n\nbc\r\nü\nrest');
  for (let cut = 0; cut <= octets.length; cut++) {
    const lines: string[] = [];
    const reader = new LineReader((line) => lines.push(line.toString()));
    reader.push(octets.subarray(0, cut));
    reader.push(octets.subarray(cut));
    reader.end();
    expect(lines).toEqual(['a', '', 'bc\r', 'ü', 'rest']);
  }
});

test('visible text leaves alone what is no control character', () => {
  expect(visible('tab\tnew\nline ü \u{1f600}')).toBe('tab\tnew\nline ü \u{1f600}');
  expect(hex(visible('\u0080'))).toBe('efbfbd');
});
