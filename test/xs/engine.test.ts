/**
 * The desk XS itself: its build, its natives, its memory. Skipped where there is no C compiler.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { BLOCK, build, built, isMissing } from './support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const fixture = (name: string): string => path(`fixtures/engine/${name}`);

const program = built.stdout.trim();

interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

function run(...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const outcome: Outcome = { status: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (outcome.stdout += chunk));
    child.stderr.on('data', (chunk) => (outcome.stderr += chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...outcome, status }));
  });
}

/** The options that make a preloaded fixture the main module. */
const preloaded = (name: string): string[] => ['--preload', `app=${fixture(name)}`, 'app'];

describe.skipIf(isMissing)('the desk XS', () => {
  let echoServer: Server;
  let port: string;

  beforeAll(async () => {
    echoServer = createServer((socket: Socket) => {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => echoServer.listen(0, '127.0.0.1', resolve));
    port = String((echoServer.address() as AddressInfo).port);
  });

  afterAll(() => new Promise((resolve) => echoServer.close(resolve)));

  test('builds, and at once the second time', async () => {
    expect(built.stderr).not.toMatch(/error/);
    expect(built.status).toBe(0);
    const again = await build();
    expect(again.status).toBe(0);
    expect(again.stderr).not.toContain('built');
  });

  describe('natives', () => {
    for (const window of ['8192', '2771', '1180'])
      test(`keep their promises with a send window of ${window}`, async () => {
        const { status, stdout, stderr } = await run(
          ...['--memory', '131072', '--stack', '512', '--send-window', window],
          ...['--host', 'device.example=127.0.0.7', fixture('natives.js'), window],
        );
        const checks = stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { failure: string | null });
        expect(checks.filter(({ failure }) => failure !== null)).toEqual([]);
        expect(checks).toHaveLength(14);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      });

    test('report a reset at once to who reads nothing: in front of what he did not read', async () => {
      /** More than a socket of the desk and its kernel hold. */
      const FLOOD = 1 << 20;
      const server = createServer((socket: Socket) => {
        socket.on('error', () => socket.destroy());
        socket.write(Buffer.alloc(FLOOD));
        setTimeout(() => socket.resetAndDestroy(), 200);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const outcome = await run(fixture('reset.js'), String((server.address() as AddressInfo).port));
      server.close();
      expect(outcome).toEqual({
        status: 0,
        stdout: `${JSON.stringify({ id: ErrorId.transportReset, left: true })}\n`,
        stderr: '',
      });
    });
  });

  describe('memory', () => {
    test('10,000 echoes in a preloaded module cost no slot, no chunk and no collection', async () => {
      const { status, stdout } = await run('--memory', '32768', ...preloaded('echo.js'), port, '10000');
      expect(JSON.parse(stdout)).toEqual({ slots: 0, chunks: 0, collections: 0, intact: true });
      expect(status).toBe(0);
    });

    test('the counters see one view per echo', async () => {
      const { stdout } = await run('--memory', '32768', ...preloaded('echo.js'), port, '1000', 'allocate');
      const { slots, collections } = JSON.parse(stdout) as { slots: number; collections: number };
      expect(slots).toBeGreaterThan(0);
      expect(collections).toBeGreaterThan(0);
    });

    test('a program in a module that is not preloaded allocates nothing either, once it runs', async () => {
      const { stdout } = await run('--memory', '32768', fixture('echo.js'), port, '1000');
      expect(JSON.parse(stdout)).toMatchObject({ slots: 0, chunks: 0, collections: 0 });
    });

    test('a full block ends the program with a sentence', async () => {
      const { status, stderr } = await run(fixture('fill-block.js'));
      expect(stderr).toContain(`memory full: the block of ${BLOCK} octets`);
      expect(status).toBe(3);
    });

    test('a stack overflow has its own status', async () => {
      const { status, stderr } = await run(fixture('recurse.js'));
      expect(stderr).toMatch(/stack overflow: more than 256 slots/);
      expect(status).toBe(4);
    });

    test.each(['slots', 'chunks', 'chunks, then slots'])('the whole block can be used by %s', async (use) => {
      const { status, stdout } = await run('--memory', '32768', fixture('use-block.js'), use);
      const { free, used } = JSON.parse(stdout) as { free: number; used: number };
      expect(used).toBeGreaterThan(0.85 * free);
      expect(status).toBe(0);
    });
  });

  describe('preloaded modules are read-only', () => {
    test('writes throw, or copy the object into the block', async () => {
      const { stdout } = await run(...preloaded('readonly.js'));
      expect(JSON.parse(stdout)).toEqual({
        result: {
          'typed array': 'threw',
          'array buffer of a typed array': 'threw',
          fill: 'threw',
          map: 'threw',
          set: 'threw',
          date: 'threw',
          'frozen array': 'threw',
          'static field': 'threw',
          prototype: 'threw',
          'built-in prototype': 'threw',
          'instance made at run time': 'written',
          'typed array made at run time': 'written',
          'module variable': 'written',
          'object that is not frozen': 'written',
        },
        aliases: 2,
      });
    });

    test('a scratch buffer at module level works until the module is preloaded', async () => {
      expect((await run(fixture('echo-scratch.js'), port)).stdout).toBe('read 7\n');
      expect((await run(...preloaded('echo-scratch.js'), port)).stdout).toBe('threw\n');
    });

    test('what the engine does not check, the operating system does', async () => {
      const { status, stderr } = await run(...preloaded('native-write.js'));
      expect(stderr).toContain('a write to preloaded (read-only) memory');
      expect(status).toBe(5);
    });
  });

  describe('a timer that is scheduled in its own callback', () => {
    test('fires again if its first wait is its interval', async () => {
      expect(await run(fixture('timer.js'), '2', '2')).toMatchObject({ status: 0, stdout: 'three times\n' });
    });

    test("ends the program if it is not: Moddable's Linux build would crash later", async () => {
      const { status, stderr } = await run(fixture('timer.js'), '2', '1000');
      expect(stderr).toContain(
        'a timer was scheduled in its own callback with a first wait that is not its interval',
      );
      expect(status).toBe(6);
    });
  });

  describe('failures', () => {
    test.each([
      ['an exception', 'throw.js', 1, /uncaught exception: Error: thrown/],
      ['a rejection that nobody handles', 'reject.js', 1, /unhandled promise rejection: Error: rejected/],
      ['an exception in a callback', 'throw-later.js', 1, /uncaught exception: Error: later/],
      ['waiting for nothing', 'wait.js', 1, /waits for something that never comes/],
      ['a missing import', 'missing-import.js', 1, /module "\.\/nowhere\.js" not found/],
    ])('%s ends the program', async (_, name, expected, message) => {
      const { status, stderr } = await run(fixture(name));
      expect(stderr).toMatch(message);
      expect(status).toBe(expected);
    });

    test('a syntax error is told with its file', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'ringlet-xs-'));
      const file = join(directory, 'wrong.js');
      writeFileSync(file, 'const = 1;');
      const { status, stderr } = await run(file);
      rmSync(directory, { recursive: true });
      expect(stderr).toMatch(/wrong\.js: .*\n.*SyntaxError/);
      expect(status).toBe(1);
    });

    test('a wrong command line is told', async () => {
      expect(await run()).toMatchObject({ status: 2, stderr: expect.stringContaining('which program?') });
      expect(await run('--nothing', '1', 'x')).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('no option --nothing'),
      });
      expect(await run('nowhere.js')).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('cannot read nowhere.js'),
      });
    });
  });
});
