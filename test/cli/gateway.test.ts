/** The receiving end: rows, the file that knows what it has, and the command under a sender that is not kind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { Gateway } from '../../hosts/node/cli/gateway/gateway.ts';
import { addGatewayCommand } from '../../hosts/node/cli/gateway/command.ts';
import { RecordFile } from '../../hosts/node/cli/gateway/record-file.ts';
import { csv, type GatewayRecord, ndjson } from '../../hosts/node/cli/gateway/row.ts';
import { Outbox, Uplink } from '../../hosts/node/uplink.ts';
import { SUBPROTOCOL } from '../../src/uplink/protocol.ts';
import { runCommand } from './support/run-command.ts';

const COMMAND = join(import.meta.dirname, '../../hosts/node/cli/ringlet.mjs');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

function newFile(name = 'records.ndjson'): string {
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-gateway-'));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  return join(directory, name);
}

const record = (number: number, payload: string, more: Partial<GatewayRecord> = {}): GatewayRecord => ({
  session: '0011223344556677',
  sender: 'bay 7',
  number,
  urgent: false,
  received: '2026-01-01T00:00:00.000Z',
  isText: true,
  payload: Buffer.from(payload),
  ...more,
});
const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const numbersIn = (path: string): number[] =>
  linesOf(path).map((line) => (JSON.parse(line) as { number: number }).number);

describe('a row', () => {
  test.each([
    ['{"a": 1.50}', { data: { a: 1.5 } }],
    ['{"a":\n1}', { data: { a: 1 } }],
    ['[1]  ', { data: [1] }],
    ['7', { text: '7' }],
    ['null', { text: 'null' }],
    ['{"a":', { text: '{"a":' }],
    ['two\nlines "quoted"\u2028', { text: 'two\nlines "quoted"\u2028' }],
  ])('of NDJSON is one line of JSON: %j', (payload, expected) => {
    const row = ndjson.rowOf(record(7, payload));
    expect(row.indexOf('\n')).toBe(row.length - 1);
    expect(JSON.parse(row)).toEqual({
      session: '0011223344556677',
      number: 7,
      urgent: false,
      sender: 'bay 7',
      received: '2026-01-01T00:00:00.000Z',
      ...expected,
    });
    expect(ndjson.keyOf(row)).toEqual({ session: '0011223344556677', number: 7, urgent: false });
  });

  test('keeps numbers that JavaScript could not, and octets as base64', () => {
    expect(ndjson.rowOf(record(1, '{"id":12345678901234567890}'))).toContain('"id":12345678901234567890}');
    expect(JSON.parse(ndjson.rowOf(record(1, '\x00\xff', { isText: false })))).toMatchObject({
      base64: 'AMO/',
    });
  });

  test.each([
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', 'two\\nlines'],
    ['=1+1', "'=1+1"],
    ['', ''],
  ])('of CSV quotes what has to be quoted: %j', (payload, cell) => {
    const row = csv.rowOf(record(7, payload, { urgent: true }));
    expect(row).toBe(`0011223344556677,7,1,bay 7,2026-01-01T00:00:00.000Z,text,${cell}\n`);
    expect(csv.keyOf(row)).toEqual({ session: '0011223344556677', number: 7, urgent: true });
  });

  test('of something else has no key', () => {
    for (const line of [
      '',
      'null',
      '7',
      '{}',
      '{"session":7,"number":1}',
      '{"session":"x","number":1}',
      csv.head,
      'a,b,c',
    ])
      expect([ndjson.keyOf(line), csv.keyOf(line)]).toEqual([undefined, undefined]);
  });
});

test('a name of two lines makes no record of its own in CSV', async () => {
  const path = newFile('records.csv');
  const file = new RecordFile(path, csv);
  const gateway = await Gateway.listen({ host: '127.0.0.1', port: 0, file });
  cleanups.push(() => gateway.close());
  const forged = 'bay\nffffffffffffffff,7,0,';
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`, SUBPROTOCOL);
  cleanups.push(() => socket.terminate());
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(
    Buffer.concat([
      Buffer.from('0101000000112233', 'hex'),
      Buffer.from('44556677', 'hex'),
      Buffer.from(forged),
    ]),
  );
  socket.send(Buffer.concat([Buffer.from('0201000000000000', 'hex'), Buffer.from('text')]));
  await vi.waitFor(() => expect(gateway.counters.records).toBe(1));
  await vi.waitFor(() => expect(linesOf(path)).toHaveLength(2));
  file.close();
  const after = new RecordFile(path, csv);
  expect(after.progressOf('ffffffffffffffff')).toEqual({ normal: -1, urgent: -1 });
  expect(after.progressOf('0011223344556677')).toEqual({ normal: 0, urgent: -1 });
  after.close();
});

describe.each([
  ['ndjson', ndjson],
  ['csv', csv],
])('a file of %s', (_name, format) => {
  test('knows after a start what it has, and a row that was torn is none', () => {
    const path = newFile();
    const first = new RecordFile(path, format);
    first.add(record(0, 'a'));
    first.add(record(1, 'b'));
    first.add(record(2, 'c', { urgent: true }));
    expect(first.progressOf('0011223344556677')).toEqual({ normal: 1, urgent: 2 });
    first.write();
    first.close();
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, format.rowOf(record(3, 'torn')).slice(0, -1));
    const second = new RecordFile(path, format);
    expect(second.progressOf('0011223344556677')).toEqual({ normal: 1, urgent: 2 });
    expect(second.progressOf('ffffffffffffffff')).toEqual({ normal: -1, urgent: -1 });
    expect(readFileSync(path, 'utf8')).toBe(whole);
    second.close();
  });

  test('takes an urgent record that comes after very many others for a new one', () => {
    const path = newFile();
    const file = new RecordFile(path, format);
    file.add(record(0, 'x', { urgent: true }));
    for (let number = 1; number < 0x90000000; number += 0x10000000) file.add(record(number, 'x'));
    file.write();
    const { session } = record(0, '');
    const isNew = (of: RecordFile): boolean => ((0x90000001 - of.progressOf(session).urgent) | 0) > 0;
    expect(isNew(file)).toBe(true);
    file.close();
    const after = new RecordFile(path, format);
    expect(isNew(after)).toBe(true);
    after.close();
  });

  test('longer than a block, with lines that are not its own, is read all the same', () => {
    const path = newFile();
    writeFileSync(
      path,
      `strange\n${Array.from({ length: 3000 }, (_, i) => format.rowOf(record(i, 'ü'.repeat(20)))).join('')}`,
    );
    const file = new RecordFile(path, format);
    expect(file.progressOf('0011223344556677').normal).toBe(2999);
    file.close();
  });
});

const listen = async (path: string, notes: string[] = [], port = 0): Promise<Gateway> => {
  const file = new RecordFile(path, ndjson);
  const gateway = await Gateway.listen({ host: '127.0.0.1', port, file, onNote: (text) => notes.push(text) });
  cleanups.push(async () => {
    await gateway.close(0);
    file.close();
  });
  return gateway;
};

/** A sender, message by message. */
async function connect({
  port,
}: Gateway): Promise<{ socket: WebSocket; heard: string[]; code: Promise<number> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, SUBPROTOCOL);
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => heard.push(data.toString('hex')));
  socket.on('error', () => {});
  const code = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('open', resolve));
  cleanups.push(() => socket.terminate());
  return { socket, heard, code };
}

const HELLO = Buffer.from('010100000011223344556677', 'hex');
const message = (number: number, flags = 0): Buffer => {
  const octets = Buffer.from([2, flags, 0, 0, 0, 0, 0, 0, 65 + number]);
  octets.writeUInt32LE(number, 4);
  return octets;
};

describe('a gateway', () => {
  test('writes each record once and acknowledges what it has, lanes apart', async () => {
    const path = newFile();
    const gateway = await listen(path);
    const { socket, heard } = await connect(gateway);
    socket.send(HELLO);
    for (const number of [0, 1, 4]) socket.send(message(number));
    socket.send(message(3, 2));
    socket.send(message(1, 4));
    socket.send('text is the application’s');
    socket.send(message(5));
    await vi.waitFor(() => expect(heard).toContain('0300000005000000'), { timeout: 20_000 });
    await vi.waitFor(() => expect(heard).toContain('0302000003000000'), { timeout: 20_000 });
    expect(numbersIn(path)).toEqual([0, 1, 4, 3, 5]);
    expect(gateway.counters).toMatchObject({ records: 5, doubles: 1, octets: 5 });
    // Its next connection is told at once what need not be sent again.
    const again = await connect(gateway);
    again.socket.send(HELLO);
    await vi.waitFor(() => expect(again.heard).toEqual(['0300000005000000', '0302000003000000']), {
      timeout: 20_000,
    });
  });

  test.each<[string, (Buffer | string)[]]>([
    ['a record before the hello', [message(0)]],
    ['two hellos', [HELLO, HELLO]],
    ['another version', [Buffer.from('010200000011223344556677', 'hex')]],
    ['a hello that is too short', [HELLO.subarray(0, 11)]],
    ['a record that is too short', [HELLO, message(0).subarray(0, 7)]],
    ['an unknown message', [HELLO, Buffer.from([9])]],
    ['an empty message', [HELLO, Buffer.alloc(0)]],
  ])('closes with 1002 what is none of its subprotocol: %s', async (_what, messages) => {
    const path = newFile();
    const { socket, code } = await connect(await listen(path));
    for (const each of messages) socket.send(each);
    expect(await code).toBe(1002);
    expect(linesOf(path)).toEqual([]);
  });

  test('refuses who does not offer its subprotocol', async () => {
    const { port } = await listen(newFile());
    for (const offered of [[], ['chat']]) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, offered);
      const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
      expect(error.message).toContain('400');
    }
  });

  test('that cannot write says so once, and sends its senders away for later', async () => {
    const notes: string[] = [];
    const path = newFile();
    const file = new RecordFile(path, ndjson);
    const gateway = await Gateway.listen({
      host: '127.0.0.1',
      port: 0,
      file,
      onNote: (text) => notes.push(text),
    });
    cleanups.push(() => gateway.close(0));
    const { socket, heard, code } = await connect(gateway);
    file.close();
    socket.send(HELLO);
    socket.send(message(0));
    expect(await code).toBe(1013);
    expect(heard).toEqual([]);
    expect(notes.filter((note) => note.includes('cannot be written'))).toHaveLength(1);
  });
});

describe('the whole way', () => {
  const startUplink = (port: number): { uplink: Uplink; outbox: Outbox } => {
    const outbox = new Outbox({
      memory: 65_536,
      keep: 'acknowledged',
      whenFull: 'refuse',
      urgentMemory: 8192,
    });
    const uplink = new Uplink(`ws://127.0.0.1:${port}/`, {
      protocol: SUBPROTOCOL,
      outbox,
      name: 'bay 7',
      backoffBase: 20,
      backoffLongest: 100,
      keepalive: 200,
      keepaliveTimeout: 200,
    });
    cleanups.push(() => uplink.stop());
    uplink.start();
    return { uplink, outbox };
  };

  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** The command in a process of its own. */
  async function startProcess(port: number, path: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [COMMAND, 'gateway', '--port', String(port), '--out', path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill('SIGKILL'));
    await new Promise<void>((resolve) =>
      createInterface({ input: child.stdout! }).once('line', () => resolve()),
    );
    return child;
  }

  test(
    '10,000 records through a gateway that is killed, stopped and started again: each once, in order',
    { timeout: 120_000 },
    async () => {
      const path = newFile();
      const port = await freePort();
      let child = await startProcess(port, path);
      const { uplink, outbox } = startUplink(port);
      let next = 0;
      const acts = ['SIGKILL', 'SIGSTOP', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const;
      const disturb = async (): Promise<void> => {
        for (const act of acts) {
          await new Promise((resolve) => setTimeout(resolve, 150));
          const ended = new Promise((resolve) => child.once('exit', resolve));
          child.kill(act);
          if (act === 'SIGSTOP') {
            // Longer than keepalive and its timeout: it is noticed.
            await vi.waitFor(() => expect(uplink.state).not.toBe('open'), { timeout: 20_000 });
            child.kill('SIGCONT');
            continue;
          }
          await ended;
          child = await startProcess(port, path);
          // 1012 asks for 5 seconds and more.
          if (act === 'SIGTERM') uplink.networkBack();
        }
      };
      const disturbing = disturb();
      while (next < 10_000) {
        const text = JSON.stringify({ next, text: 'x'.repeat(next % 50) });
        const number = uplink.post(Buffer.from(text), { binary: false });
        if (number >= 0) next++;
        if (number < 0 || next % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await disturbing;
      await vi.waitFor(() => expect(outbox.kept).toBe(0), { timeout: 60_000 });
      const rows = linesOf(path).map(
        (line) => JSON.parse(line) as { number: number; data: { next: number } },
      );
      expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
      expect(rows.every(({ data }, i) => data.next === i)).toBe(true);
      expect(outbox.counters).toMatchObject({ acknowledged: 10_000, droppedOldest: 0, droppedNewest: 0 });
    },
  );
});

describe('the command', () => {
  test.each([
    // Of the parser of arguments, whose code 1 the command turns into 2.
    [['--port', '70000'], 'error: ', 1],
    [['--format', 'xml'], 'error: ', 1],
    [['--json'], 'ringlet: --json needs --out', 2],
    [
      ['--out', '/no/such/directory/x'],
      'ringlet: the file /no/such/directory/x cannot be written (ENOENT).',
      2,
    ],
  ])('%j says in one sentence what is wrong', async (args, part, code) => {
    const run = await runCommand(addGatewayCommand, 'gateway', ...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(part);
  });
});
