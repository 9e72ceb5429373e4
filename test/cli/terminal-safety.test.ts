/** Nothing of a peer's drives a terminal, and no secret is echoed, in every command (hostile input R12). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { addAutobahnCommand } from '../../hosts/node/cli/autobahn.ts';
import { addConnectCommand } from '../../hosts/node/cli/connect.ts';
import { addStreamCommand } from '../../hosts/node/cli/stream/command.ts';
import { addConformanceCommands } from '../../hosts/node/conformance/index.ts';
import { ProgressLine } from '../../hosts/node/conformance/progress.ts';
import { visible, visibleJson, visibleLine, withoutCredentials } from '../../hosts/node/terminal-text.ts';
import { type Run, runCommand } from './support/run-command.ts';

/** Every character that drives a terminal: C0 but the tab and the newline, DEL, C1, and directions. */
const DRIVES = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const ATTACK = '\x1b]0;title\x07\x1b[2J\x7f\x9b31m\u202egnp.exe\u2066';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server that answers every request with `head`. */
function answering(head: string): Promise<number> {
  return listening(
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(Buffer.from(`${head}\r\n\r\n`, 'latin1')));
    }),
  );
}

function isHarmless({ stdout, stderr }: Run): void {
  expect(stdout).not.toMatch(DRIVES);
  expect(stderr).not.toMatch(DRIVES);
}

describe('visible text', () => {
  test('has signs for what drives a terminal', () => {
    for (let code = 0; code <= 0x206f; code++) {
      const character = String.fromCharCode(code);
      expect(visible(character) === character).toBe(!DRIVES.test(character));
    }
    expect(visibleLine('a\nb\tc')).toBe('a\u240ab\tc');
  });

  test('as JSON is the same value', () => {
    const value = { [ATTACK]: ['\u2028', ATTACK] };
    expect(visibleJson(value)).not.toMatch(DRIVES);
    expect(JSON.parse(visibleJson(value))).toEqual(value);
  });

  test.each([
    ['wss://user:secret@a.example:81/path?token=secret#secret', 'wss://a.example:81/path'],
    ['wss://user:secret@[bad/path?token=secret', 'wss://[bad/path'],
    ['//user:secret@a/b?secret', '//a/b'],
    ['/path?secret', '/path'],
    ['ws://a.example/#secret', 'ws://a.example/'],
  ])('an address without secrets: %s', (address, shown) => expect(withoutCredentials(address)).toBe(shown));
});

describe('a Location', () => {
  const commands: [string, Parameters<typeof runCommand>[0], string[]][] = [
    ['connect', addConnectCommand, []],
    ['stream', addStreamCommand, ['--seconds', '1']],
    ['autobahn', addAutobahnCommand, []],
  ];
  test.each(commands)('in %s', async (name, add, args) => {
    const port = await answering(
      'HTTP/1.1 302 Moved\r\nLocation: https://me:secret@b.example/\x9b31m\x85x?token=secret',
    );
    const run = await runCommand(add, name, `ws://127.0.0.1:${port}/here?token=secret`, ...args);
    isHarmless(run);
    // A tester that cannot be talked to is a command that could not begin.
    expect(run.code).toBe(name === 'autobahn' ? 2 : 1);
    expect(run.stderr).toContain('302 Found, leading to https://b.example/');
    expect(run.stderr).not.toContain('secret');
  });
});

test('a certificate', async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'x' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'evil\x1b[31m\x9b.example' }] }],
  });
  const server = createTlsServer({ cert, key }, (socket) => socket.on('error', () => {}));
  server.on('tlsClientError', () => {});
  const port = await listening(server);
  const ca = join(mkdtempSync(join(tmpdir(), 'ringlet-ca-')), 'ca.pem');
  writeFileSync(ca, cert);
  for (const [name, add] of [
    ['connect', addConnectCommand],
    ['stream', addStreamCommand],
  ] as const) {
    const run = await runCommand(add, name, `wss://localhost:${port}/`, '--ca', ca);
    isHarmless(run);
    expect(run.stderr).toContain('evil');
  }
});

test('what a tester says of its cases', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  servers.push(server);
  server.on('connection', (socket, { url = '' }) => {
    const path = url.split('?')[0];
    if (path === '/getCaseCount') socket.send('1');
    if (path === '/getCaseInfo') socket.send(JSON.stringify({ id: `1.${ATTACK}` }));
    if (path === '/getCaseStatus')
      socket.send(JSON.stringify({ behavior: `OK${ATTACK}`, behaviorClose: ATTACK }));
    socket.close(1000);
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const args of [[], ['--json']]) {
    const run = await runCommand(addAutobahnCommand, 'autobahn', url, ...args);
    isHarmless(run);
    expect(run.stdout + run.stderr).toContain('OK\u241b]0;title\u2407');
  }
});

test('what a peer calls itself, in the progress of the conformance lab and in its results', async () => {
  let output = '';
  const sink = new Writable({ write: (text, _encoding, done) => ((output += String(text)), done()) });
  new ProgressLine(sink).show({ agent: ATTACK, id: '1.1.1', number: 1, total: 1, result: null });
  expect(output).toContain('case 1.1.1');
  expect(output).not.toMatch(DRIVES);

  const port = await answering(`HTTP/1.1 200 OK\r\nServer: a\x9b31m\x85\x1b[2J\x07b`);
  const run = await runCommand(
    addConformanceCommands,
    'conformance',
    'client',
    `ws://127.0.0.1:${port}/?token=secret`,
    '--cases',
    '1.1.1',
    '--json',
  );
  isHarmless(run);
  expect(run.stderr + run.stdout).not.toContain('secret');
});

describe('what was typed and may be a secret is not echoed', () => {
  const program = join(import.meta.dirname, '..', '..', 'hosts', 'node', 'cli', 'ringlet.mjs');
  test.each([
    [['connect', 'ws://a.example/', '--header', 'Authorization Bearer secret']],
    [['connect', 'ws://a.example/', '--header=Authorization Bearer secret']],
    [['connect', 'ws://a.example/', '--haeder=Authorization: secret']],
    [['wss://me:secret@a.example/?token=secret']],
    [['connect', 'wss://me:secret@a.example/?token=secret']],
    [['connect', 'wss://me:secret@[a?token=secret']],
    [['connect', 'ws://127.0.0.1:1/?token=secret']],
    [['connect', 'ws://127.0.0.1:1/', '--header', 'Authorization: secret\u0001']],
    [['connect', 'ws://127.0.0.1:1/', '--header', 'Sec-WebSocket-Key: secret']],
    [['stream', 'ws://127.0.0.1:1/?token=secret', '--seconds', '1']],
    [['autobahn', 'ws://127.0.0.1:1/?token=secret']],
    [['autobahn', 'wss://me:secret@a.example/']],
    [['conformance', 'client', 'ws://127.0.0.1:1/?token=secret']],
    [['conformance', 'client', 'ws://me:secret@127.0.0.1:1/']],
    [['conformance', 'client', 'http://me:secret@127.0.0.1:1/?token=secret']],
  ])('%j', (args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      input: '',
    });
    expect(status).toBeGreaterThan(0);
    expect(stdout + stderr).not.toContain('secret');
    expect(stderr).toMatch(/\w{3}/);
    expect(stderr).not.toContain('    at ');
  });
});
