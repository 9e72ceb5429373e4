import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { compressionOf } from '../../hosts/node/cli/arguments.ts';
import { addStreamCommand } from '../../hosts/node/cli/stream/command.ts';
import { startGateway } from '../../hosts/node/cli/stream/gateway.ts';
import { FileStore } from '../../hosts/node/store/file-store.ts';
import { SUBPROTOCOL } from '../../src/uplink/protocol.ts';
import { makeCertificates } from '../hosts/support/certificates.ts';
import { type Run, runCommand } from './support/run-command.ts';

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

const stream = (...args: string[]): Promise<Run> => runCommand(addStreamCommand, 'stream', ...args);

function objectIn(run: Run): Record<string, unknown> {
  expect(run.stdout.endsWith('\n')).toBe(true);
  expect(run.stdout.trimEnd()).not.toContain('\n');
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

/** A sentence and nothing else. */
function sentenceIn({ stdout, stderr }: Run): string {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^ringlet: [^\n]*\.\n$/);
  return stderr;
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Echoes on `server`, and calls `onSocket` for every connection with how many there have been. */
function echoOn(server: Server, onSocket?: (socket: WebSocket, count: number) => void): WebSocketServer {
  let count = 0;
  const sockets = new WebSocketServer({ server: server as ReturnType<typeof createHttpServer> });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
    socket.on('error', () => {});
    onSocket?.(socket, ++count);
  });
  cleanups.push(() => {
    for (const socket of sockets.clients) socket.terminate();
  });
  return sockets;
}

/** Interrupts the stream, and nothing that listened `before` it. */
function interrupt(before: readonly NodeJS.SignalsListener[]): void {
  for (const listener of process.listeners('SIGINT')) if (!before.includes(listener)) listener('SIGINT');
}

describe('without a URL', () => {
  test('streams to a gateway of its own, closes, and prints one object', async () => {
    const run = await stream('--seconds', '1', '--json');
    expect(run.code).toBe(0);
    const summary = objectIn(run);
    expect(summary).toMatchObject({
      engine: 'node',
      rate: 50,
      unanswered: 0,
      reconnects: 0,
      closedCleanly: true,
    });
    expect(summary.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
    // Two messages a sample. A machine that is busy with others lets it skip some, and end late.
    const { seconds, messagesSent, skipped } = summary as Record<string, number>;
    expect(seconds).toBeGreaterThanOrEqual(0.99);
    expect(messagesSent / 2 + skipped).toBeGreaterThan(25);
    expect(messagesSent / 2 + skipped).toBeLessThanOrEqual(2 + 50 * seconds);
    expect(summary.messagesReceived).toBe(summary.messagesSent);
    expect(summary).toMatchObject({
      recordsPosted: messagesSent,
      recordsAcknowledged: messagesSent,
      recordsDropped: 0,
      recordsKept: 0,
      roundTrips: messagesSent,
    });
    expect(summary.rttP50).toBeGreaterThan(0);
    expect(summary.rttP99).toBeGreaterThanOrEqual(summary.rttP50 as number);
  });

  test('says what it does in plain lines where there is no terminal', async () => {
    const run = await stream('--seconds', '2.2', '--rate', '20');
    expect([run.code, run.stderr]).toEqual([0, '']);
    const lines = run.stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^streaming to ws:.*, a gateway of its own$/);
    expect(lines[1]).toMatch(
      /^\d s  sent \d+\/s .*received .*round trip p50 .* ms p99 .*reconnects 0  RAM .* MB$/,
    );
    expect(lines.at(-1)).toMatch(/^Sent \d+ messages .* round trip p50 .*\.$/);
    expect(run.stdout).not.toContain('\x1b');
  });

  test('a rate that nobody can keep skips samples, and loses nothing that was sent', async () => {
    const summary = objectIn(await stream('--seconds', '1', '--rate', '200000', '--json'));
    expect(summary.skipped).toBeGreaterThan(0);
    expect(summary.messagesSent).toBeGreaterThan(100);
    expect(summary.messagesReceived).toBe(summary.messagesSent);
    expect([summary.unanswered, summary.closedCleanly]).toEqual([0, true]);
  });
});

describe('with a URL', () => {
  test('streams there, with the headers and the subprotocol asked for', async () => {
    const server = createHttpServer();
    const port = await portOf(server);
    let request: unknown[] = [];
    const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] });
    sockets.on('connection', (socket, { url, headers }) => {
      request = [url, headers['x-key'], socket.protocol];
      socket.on('message', (data, binary) => socket.send(data, { binary }));
    });
    const args = ['--header', 'X-Key: a b', '--protocol', 'telemetry,other', '--seconds', '0.3', '--json'];
    const run = await stream(`ws://localhost:${port}/in?token=secret`, ...args);
    expect(run.code).toBe(0);
    expect(request).toEqual(['/in?token=secret', 'a b', 'telemetry']);
    expect(objectIn(run)).toMatchObject({ url: `ws://localhost:${port}/in`, closedCleanly: true });
    expect(run.stderr + run.stdout).not.toContain('secret');
  });

  test('over TLS: verified, refused, or whatever it is', async () => {
    const { ca, good } = await makeCertificates();
    const directory = mkdtempSync(join(tmpdir(), 'ringlet-'));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    const caFile = join(directory, 'ca.pem');
    writeFileSync(caFile, ca.cert);
    const server = createHttpsServer({ cert: good.cert, key: good.key });
    echoOn(server);
    const url = `wss://localhost:${await portOf(server)}`;
    expect(objectIn(await stream(url, '--ca', caFile, '--seconds', '0.3', '--json'))).toMatchObject({
      closedCleanly: true,
    });
    expect(objectIn(await stream(url, '--insecure', '--seconds', '0.3', '--json'))).toMatchObject({
      closedCleanly: true,
    });
    const refused = await stream(url, '--seconds', '0.3', '--json');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe('');
    expect(JSON.stringify(objectIn(refused).error)).toContain('an authority that is not trusted');
    const mixedUp = await stream(url, '--cert', caFile, '--seconds', '0.3');
    expect(sentenceIn(mixedUp)).toContain('--cert and --key belong together');
  });

  test('an interrupt ends it in good order', async () => {
    const before = process.listeners('SIGINT');
    const server = createHttpServer();
    echoOn(server, (socket) => void socket.once('message', () => interrupt(before)));
    const run = await stream(`ws://127.0.0.1:${await portOf(server)}`, '--json');
    expect(run.code).toBe(0);
    expect(objectIn(run)).toMatchObject({ closedCleanly: true });
    expect(process.listeners('SIGINT')).toEqual(before);
  });

  test('a connection that is lost is made again', async () => {
    const before = process.listeners('SIGINT');
    const server = createHttpServer();
    echoOn(server, (socket, count) => {
      socket.once('message', () => {
        if (count === 1) socket.terminate();
        else interrupt(before);
      });
    });
    const run = await stream(`ws://127.0.0.1:${await portOf(server)}`, '--json');
    expect(run.code).toBe(0);
    expect(run.stderr).toBe('');
    const summary = objectIn(run);
    expect(summary).toMatchObject({ reconnects: 1, closedCleanly: true });
    expect((summary.messagesReceived as number) + (summary.unanswered as number)).toBe(summary.messagesSent);
  });

  test('a server that is gone when the time is over is told of, with what there was', async () => {
    const server = createHttpServer();
    const sockets = echoOn(server, (socket) => {
      socket.once('message', () => {
        socket.terminate();
        sockets.close();
        server.close();
      });
    });
    const run = await stream(`ws://127.0.0.1:${await portOf(server)}`, '--seconds', '1.5', '--json');
    expect(run.code).toBe(1);
    expect(objectIn(run)).toMatchObject({ closedCleanly: false });
    expect(run.stderr).toBe('');
    expect(JSON.stringify(objectIn(run).error)).toMatch(
      /ws:.*the server could not be reached \(connect ECONNREFUSED .*\)\./,
    );
  });

  test('a server that never answers does not hold it up', async () => {
    const server = createHttpServer();
    new WebSocketServer({ server }).on('connection', () => {});
    const run = await stream(`ws://127.0.0.1:${await portOf(server)}`, '--seconds', '0.2', '--json');
    expect(run.code).toBe(0);
    const summary = objectIn(run);
    expect(summary).toMatchObject({ messagesReceived: 0, rttP50: null, rttP99: null, closedCleanly: true });
    expect(summary.unanswered).toBe(summary.messagesSent);
  });
});

describe('what the gateway of its own writes', () => {
  test.each(['ndjson', 'csv'])('is every record once, in order: %s', async (format) => {
    const directory = mkdtempSync(join(tmpdir(), 'ringlet-'));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    const out = join(directory, `records.${format}`);
    const summary = objectIn(await stream('--seconds', '0.4', '--json', '--out', out));
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    if (format === 'csv') expect(lines.shift()).toBe('session,number,urgent,sender,received,kind,payload');
    const numbers = lines.map((line) =>
      format === 'csv' ? Number(line.split(',')[1]) : (JSON.parse(line) as { number: number }).number,
    );
    expect(numbers).toEqual(Array.from({ length: summary.recordsPosted as number }, (_, i) => i));
    if (format === 'ndjson') expect(JSON.parse(lines[0])).toMatchObject({ data: { seq: 0 } });
  });

  test('cannot be written where there is no directory', async () => {
    const run = await stream('--seconds', '0.4', '--out', '/no/such/directory/x.ndjson');
    expect(run.code).toBe(2);
    expect(sentenceIn(run)).toContain('cannot be written (ENOENT)');
  });
});

describe('an outbox in files', () => {
  test('says when records cannot be kept in files, and when they are again', async () => {
    const server = createHttpServer();
    echoOn(server);
    const url = `ws://127.0.0.1:${await portOf(server)}`;
    const directory = mkdtempSync(join(tmpdir(), 'ringlet-'));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    const append = vi.spyOn(FileStore.prototype, 'append');
    cleanups.push(() => append.mockRestore());
    for (let i = 0; i < 10; i++)
      append.mockImplementationOnce(() => {
        throw new Error('ENOSPC: no space left on device, \u001b[31mwrite');
      });
    const { stdout } = await stream(url, '--store', directory, '--seconds', '1');
    const lines = stdout.split('\n').filter((line) => line.startsWith('records'));
    expect(lines).toEqual([
      'records are kept in memory only: ENOSPC: no space left on device, ␛[31mwrite',
      'records are kept in files again',
    ]);
  });

  test('is gone on with by the next stream', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ringlet-'));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    // It takes everything and says nothing.
    const server = createHttpServer();
    const silent = new WebSocketServer({ server, handleProtocols: () => 'outbox.ringlet' });
    silent.on('connection', () => {});
    const url = `ws://127.0.0.1:${await portOf(server)}`;
    const first = objectIn(await stream(url, '--store', directory, '--seconds', '0.3', '--json'));
    expect(first.recordsKept).toBe(first.recordsPosted);
    const out = join(directory, 'records.ndjson');
    const second = objectIn(await stream('--store', directory, '--seconds', '0.3', '--json', '--out', out));
    const all = (first.recordsPosted as number) + (second.recordsPosted as number);
    expect(second).toMatchObject({ recordsAcknowledged: all, recordsKept: 0 });
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { number: number }).number)).toEqual(
      Array.from({ length: all }, (_, i) => i),
    );
  });
});

describe('with --deflate', () => {
  test('compression is offered, and messages are compressed when it is agreed to', async () => {
    const server = createHttpServer();
    const port = await portOf(server);
    let extensions = '';
    let read = 0;
    let octets = 0;
    const sockets = new WebSocketServer({ server, perMessageDeflate: { threshold: 0 } });
    sockets.on('connection', (socket, { socket: below }) => {
      ({ extensions } = socket);
      socket.on('message', (data, binary) => {
        octets += (data as Buffer).length;
        read = below.bytesRead;
        socket.send(data, { binary });
      });
    });
    const run = await stream(`ws://127.0.0.1:${port}/`, '--deflate', '--seconds', '0.5', '--json');
    expect(run.code).toBe(0);
    expect(extensions).toBe('permessage-deflate');
    const summary = objectIn(run);
    expect(summary).toMatchObject({ unanswered: 0, closedCleanly: true, octetsSent: octets });
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(octets);
  });

  test('nothing is offered without it', async () => {
    const server = createHttpServer();
    const port = await portOf(server);
    let offer: string | undefined = 'none has come';
    const sockets = new WebSocketServer({ server, perMessageDeflate: true });
    sockets.on('connection', (socket, { headers }) => {
      offer = headers['sec-websocket-extensions'];
      socket.on('message', (data, binary) => socket.send(data, { binary }));
    });
    expect((await stream(`ws://127.0.0.1:${port}/`, '--seconds', '0.1', '--json')).code).toBe(0);
    expect(offer).toBeUndefined();
  });

  test.each([true, false])('the gateway of its own agrees when it is asked for: %s', async (deflate) => {
    const gateway = await startGateway(compressionOf(deflate));
    cleanups.push(() => void gateway.close());
    const socket = new WebSocket(`ws://${gateway.host}:${gateway.port}/`, SUBPROTOCOL);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.extensions.includes('permessage-deflate')).toBe(deflate);
    socket.terminate();
  });

  test('the summary has the same fields', async () => {
    const plain = objectIn(await stream('--seconds', '0.2', '--json'));
    const compressed = objectIn(await stream('--deflate', '--seconds', '0.2', '--json'));
    expect(compressed).toMatchObject({ unanswered: 0, closedCleanly: true });
    expect(Object.keys(compressed)).toEqual(Object.keys(plain));
  });

  test('with the engine xs it is refused', async () => {
    const run = await stream('--deflate', '--engine', 'xs');
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/^error: .*--deflate.*\.\n$/);
  });
});

describe('what cannot be done is said in one sentence', () => {
  test('nobody listens', async () => {
    const run = await stream('ws://127.0.0.1:1/');
    expect(run.code).toBe(1);
    expect(sentenceIn(run)).toContain('the server could not be reached (connect ECONNREFUSED 127.0.0.1:1)');
  });

  test('a web server that is none for WebSockets', async () => {
    const server = createHttpServer((_request, response) => response.writeHead(404).end());
    const run = await stream(`ws://127.0.0.1:${await portOf(server)}/`);
    expect(run.code).toBe(1);
    expect(sentenceIn(run)).toContain('the server answered 404 Not Found');
  });

  test('something that is no web server', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-none\r\n'));
    const run = await stream(`ws://127.0.0.1:${await portOf(server)}/`);
    expect(run.code).toBe(1);
    sentenceIn(run);
  });

  test('no TLS where TLS is asked for', async () => {
    const server = createHttpServer();
    const run = await stream(`wss://127.0.0.1:${await portOf(server)}/`);
    expect(run.code).toBe(1);
    expect(sentenceIn(run)).toMatch(/no secure connection could be made \([a-z ]+\)\.$/m);
  });

  test.each([
    [['nonsense'], 'should look like ws://'],
    [['ftp://127.0.0.1/'], 'must begin with ws:// or wss://'],
    [['ws://127.0.0.1/#x'], 'no fragment'],
    [['ws://me:pw@127.0.0.1/'], 'send an Authorization header instead.'],
    [['ws://127.0.0.1:1', '--protocol', 'a b'], 'a subprotocol is not a token'],
    [['ws://127.0.0.1:1', '--header', 'Upgrade: x'], 'a header has an invalid name'],
    [['wss://127.0.0.1:1', '--ca', 'package.json'], 'the file of --ca holds no PEM certificate'],
  ])('%j', async (args, part) => {
    const run = await stream(...args);
    expect(run.code).toBe(2);
    expect(sentenceIn(run)).toContain(part);
  });

  test.each([
    ['--rate', '0'],
    ['--rate', 'fast'],
    ['--rate=-1'],
    ['--rate', 'Infinity'],
    ['--seconds', '0'],
    ['--seconds', ''],
    ['--header', 'x'],
    ['--ca', 'no-such-file'],
    ['--unknown'],
    ['--outbox', '100'],
    ['--store', 'x', '--engine', 'xs'],
    ['ws://127.0.0.1:1', '--out', 'x'],
  ])('%j', async (...args) => {
    const run = await stream(...args);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^error: .*\n$/);
  });
});
