import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { addConnectCommand } from '../../hosts/node/cli/connect.ts';
import { LineReader } from '../../hosts/node/cli/line-reader.ts';
import { visible } from '../../hosts/node/terminal-text.ts';
import { type Run, runCommand } from './support/run-command.ts';

let input: PassThrough & { isTTY?: boolean };
let server: WebSocketServer;
let url = '';
/** What the server saw: messages as octets in hex, behind `t` or `b`, and the close code. */
let seen: string[];
let onSocket: (socket: WebSocket) => void;
const stdoutIsTTY = process.stdout.isTTY;

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
  process.stdout.isTTY = stdoutIsTTY;
  for (const socket of server.clients) socket.terminate();
  await new Promise((closed) => server.close(closed));
});

const connect = (...args: string[]): Promise<Run> => runCommand(addConnectCommand, 'connect', url, ...args);
const hex = (text: string): string => Buffer.from(text).toString('hex');

function atTerminal(): void {
  input.isTTY = true;
  process.stdout.isTTY = true;
}

describe('lines in, messages out', () => {
  test('sends lines and prints what comes back, then closes', async () => {
    input.end('one\ntwo\r\n\nthree\u2028and\rfour\nlast');
    const run = await connect();
    expect(run).toEqual({ code: 0, stdout: 'one\ntwo\n\nthree\u2028and\rfour\nlast\n', stderr: '' });
    await expect.poll(() => seen.at(-1)).toBe('1000');
  });

  test('sends any octets as they are when they are binary', async () => {
    input.end(Buffer.from('61ff0d0a00c3280a', 'hex'));
    const run = await connect('--binary');
    expect(run).toEqual({ code: 0, stdout: '61ff0d\n00c328\n', stderr: '' });
    expect(seen.slice(0, 2)).toEqual(['b61ff0d', 'b00c328']);
  });

  test('does not send as text what is none', async () => {
    input.end(Buffer.from('610a62ff0a630a', 'hex'));
    const run = await connect();
    expect(run.code).toBe(1);
    expect(run.stderr).toBe('ringlet: a line of the input is not UTF-8; --binary sends any octets.\n');
    await expect.poll(() => seen).toEqual(['t61', '1000']);
  });

  test('says why the input cannot be read', async () => {
    onSocket = (socket) => socket.on('message', () => input.destroy(new Error('EISDIR: is a directory')));
    input.write('one\n');
    const run = await connect();
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

describe('at a terminal', () => {
  test('shows messages, pings and the close code, and takes commands', async () => {
    atTerminal();
    onSocket = (socket) => {
      socket.on('message', (data) => socket.send(data, { binary: false }));
      socket.ping('are you there');
      socket.on('ping', () => setImmediate(() => input.write('hello\n/close 77\n/close 4001 bye bye\n')));
    };
    input.write('/ping me\n');
    const run = await connect();
    expect(run.code).toBe(0);
    expect(run.stdout).toBe('< hello\n');
    const remarks = run.stderr.trimEnd().split('\n');
    expect([...remarks].sort()).toEqual([
      'closed with 4001 bye bye',
      `connected to ${url}/`,
      'ping are you there',
      'pong me',
      'that close code may not be sent',
    ]);
    expect([remarks[0], remarks.at(-1)]).toEqual([`connected to ${url}/`, 'closed with 4001 bye bye']);
  });

  test('nothing that a peer sends drives the terminal', async () => {
    atTerminal();
    onSocket = (socket) => {
      socket.ping('\x1b]0;title\x07');
      socket.send('red\x1b[31m\ttab\r\x7f\u009b2J ü', { binary: false, fin: false });
      setTimeout(() => socket.terminate(), 50);
    };
    const run = await connect();
    expect(run.stdout).toBe('< red\u241b[31m\ttab\u240d\u2421\ufffd2J ü\n');
    expect(run.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect(run.stderr).toContain('ping \u241b]0;title\u2407');
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
