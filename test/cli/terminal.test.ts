import type { IPty } from '@lydell/node-pty';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';

// Its binary is an optional package for each platform.
const pty = await import('@lydell/node-pty').catch(() => undefined);
if (pty === undefined)
  process.stderr.write('node-pty is not there for this platform: no test at a terminal\n');

const program = join(import.meta.dirname, '..', '..', 'hosts', 'node', 'cli', 'ringlet.mjs');

const COLUMNS = 40;

/** What is written is applied to a screen of one growing column of lines, as far as our prompt uses a terminal. */
class Screen {
  readonly lines: string[][] = [[]];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const part of text.match(/\x1b\[\??[\d;]*[A-Za-z]|\x1b[>=]|[^]/gu) ?? []) this.#take(part);
  }

  get text(): string {
    return this.lines.map((line) => line.join('').trimEnd()).join('\n');
  }

  #take(part: string): void {
    const [, digits = '', letter = ''] = /^\x1b\[(\d*)([A-Za-z])$/.exec(part) ?? [];
    const count = Number(digits || 1);
    if (part === '\r') this.#column = 0;
    else if (part === '\n') this.#down();
    else if (part === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (letter === 'A') this.#row = Math.max(0, this.#row - count);
    else if (letter === 'C') this.#column += count;
    else if (letter === 'D') this.#column = Math.max(0, this.#column - count);
    else if (letter === 'G') this.#column = count - 1;
    else if (letter === 'K') this.#line.length = Math.min(this.#line.length, this.#column);
    else if (letter === 'J') {
      this.#line.length = Math.min(this.#line.length, this.#column);
      this.lines.length = this.#row + 1;
    } else if (!part.startsWith('\x1b')) this.#put(part);
  }

  get #line(): string[] {
    return (this.lines[this.#row] ??= []);
  }

  #down(): void {
    this.#row++;
    void this.#line;
  }

  #put(character: string): void {
    if (this.#column === COLUMNS) {
      this.#column = 0;
      this.#down();
    }
    const line = this.#line;
    while (line.length < this.#column) line.push(' ');
    line[this.#column++] = character;
  }
}

let server: WebSocketServer;
let socket: WebSocket | undefined;
let seen: string[];
let terminal: IPty | undefined;
let screen: Screen;
let exitCode: number | undefined;

beforeEach(async () => {
  // Of this test only: a connection of the one before may end late.
  const mine: string[] = (seen = []);
  exitCode = undefined;
  screen = new Screen();
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (each) => {
    socket = each;
    each.on('message', (data, isBinary) =>
      mine.push(isBinary ? (data as Buffer).toString('hex') : (data as Buffer).toString()),
    );
    each.on('ping', (data) => mine.push(`ping ${data.toString()}`));
    each.on('close', (code) => mine.push(String(code)));
  });
  await new Promise((listening) => server.once('listening', listening));
});

afterEach(async () => {
  if (exitCode === undefined) terminal?.kill('SIGKILL');
  if (terminal !== undefined) await ended();
  for (const each of server.clients) each.terminate();
  await new Promise((closed) => server.close(closed));
});

/** Begins `ringlet connect` in a terminal, and waits for its prompt. */
async function begin(environment: Record<string, string> = {}): Promise<IPty> {
  const { port } = server.address() as AddressInfo;
  const { FORCE_COLOR: _, ...rest } = process.env;
  terminal = pty!.spawn(process.execPath, [program, 'connect', `ws://127.0.0.1:${port}/`], {
    cols: COLUMNS,
    rows: 24,
    env: { ...rest, NO_COLOR: '1', TERM: 'xterm', RINGLET_HISTORY: '', ...environment },
  });
  terminal.onData((text) => screen.write(text));
  terminal.onExit((end) => (exitCode = end.exitCode));
  await shows(/^> $|^>$/m);
  return terminal;
}

const PATIENCE = { timeout: 20_000 };
const shows = (text: RegExp | string): Promise<void> =>
  expect.poll(() => screen.text, PATIENCE).toMatch(text);
const ended = (): Promise<void> => expect.poll(() => exitCode, PATIENCE).not.toBeUndefined();

describe.skipIf(pty === undefined)('at a terminal', { timeout: 60_000 }, () => {
  test('lines are edited and had back, and Ctrl-D closes in good order', async () => {
    const person = await begin();
    person.write('helo\x1b[D\x1b[Dl\r');
    await expect.poll(() => seen, PATIENCE).toEqual(['hello']);
    person.write('second\r');
    await expect.poll(() => seen.length, PATIENCE).toBe(2);
    person.write('\x1b[A\x1b[A!\r');
    await expect.poll(() => seen, PATIENCE).toEqual(['hello', 'second', 'hello!']);
    person.write('\x04');
    await ended();
    expect(exitCode).toBe(0);
    expect(seen.at(-1)).toBe('1000');
    expect(screen.text).toMatch(/closed with 1000\n?$/);
  });

  test('what was typed in an earlier run is had back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringlet-history-'));
    const environment = { RINGLET_HISTORY: join(folder, 'lines') };
    try {
      const first = await begin(environment);
      first.write('once\r');
      await expect.poll(() => seen, PATIENCE).toEqual(['once']);
      first.write('\x04');
      await ended();
      [exitCode, screen] = [undefined, new Screen()];
      const second = await begin(environment);
      second.write('\x1b[A more\r');
      await expect.poll(() => seen.at(-1), PATIENCE).toBe('once more');
      second.write('\x04');
      await ended();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('what comes in stands above what is being typed, which stays as it is, over several rows', async () => {
    const person = await begin();
    const typed = 'a line that is longer than the terminal is wide, so that it wraps';
    person.write(typed);
    await shows('that it wraps');
    person.write('\x1b[D'.repeat(5));
    socket!.send('news \x1b[2Jof\nthe day');
    socket!.send(Buffer.from('00ff', 'hex'));
    await shows('< 00ff');
    // The cursor is where it was: what is typed now goes in front of the last five characters.
    person.write('un');
    await shows('unwraps');
    expect(screen.text).toContain('< news \u241b[2Jof\n  the day\n< 00ff\n> a line that is longer');
    expect(screen.text.match(/a line that/g)).toHaveLength(1);
    person.write('\r');
    await expect.poll(() => seen, PATIENCE).toEqual([typed.replace('wraps', 'unwraps')]);
  });

  test('commands are obeyed, and // begins a message with /', async () => {
    const person = await begin();
    person.write('/ping me\r');
    await shows('pong me');
    person.write('//slash\r/binary 0aff\r/foo\r/help\r');
    await shows('/textfile');
    expect(screen.text).toContain('there is no command /foo');
    await expect.poll(() => seen, PATIENCE).toEqual(['ping me', '/slash', '0aff']);
    person.write('/close 4001 bye\r');
    await ended();
    expect([exitCode, seen.at(-1)]).toEqual([0, '4001']);
  });

  test('Ctrl-C closes with 1001, and ends with 130', async () => {
    const person = await begin();
    person.write('half a line\x03');
    await ended();
    expect([exitCode, seen]).toEqual([130, ['1001']]);
  });

  test('a server that goes takes the prompt along', async () => {
    const person = await begin();
    person.write('half a line');
    await shows('half a line');
    socket!.close(1011, 'out of luck');
    await ended();
    expect(exitCode).toBe(1);
    expect(screen.text.replaceAll('\n', '')).toContain('the server closed with 1011 out of luck.');
    expect(screen.text).not.toContain('half a line');
  });

  test('without NO_COLOR there are colours', async () => {
    let raw = '';
    const { port } = server.address() as AddressInfo;
    const { FORCE_COLOR: _, NO_COLOR: __, ...rest } = process.env;
    terminal = pty!.spawn(
      process.execPath,
      [program, 'connect', `ws://127.0.0.1:${port}/`, '-x', 'x', '-w', '0.2'],
      {
        env: { ...rest, TERM: 'xterm' },
      },
    );
    terminal.onData((text) => (raw += text));
    terminal.onExit((end) => (exitCode = end.exitCode));
    await ended();
    expect(raw).toContain('\x1b[2mclosed with 1000\x1b[0m');
  });
});
