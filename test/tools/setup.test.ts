/** The set-up of a clone, copied into a folder in which all is ready, or something is missing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
/** Long ago, and not so long, seconds. */
const OLD = 1_000_000_000;
const NEW = OLD + 1000;

let clone: string;
let running: ChildProcess[];

function put(name: string, text: string, time: number): void {
  const path = join(clone, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, time, time);
}

beforeEach(() => {
  running = [];
  clone = mkdtempSync(join(tmpdir(), 'ringlet-setup-'));
  for (const folder of ['src', 'hosts', 'examples']) mkdirSync(join(clone, folder));
  for (const name of ['package.json', 'package-lock.json', 'rollup.config.mjs', 'tsconfig.json'])
    put(name, '{}', OLD);
  put('node_modules/.package-lock.json', '{}', NEW);
  // In the place of the bundler.
  put('node_modules/rollup/dist/bin/rollup', 'process.stderr.write("it builds\\n")', OLD);
  mkdirSync(join(clone, 'tools'));
  mkdirSync(join(clone, 'dist'));
  copyFileSync(join(root, 'tools', 'setup.mjs'), join(clone, 'tools', 'setup.mjs'));
  utimesSync(join(clone, 'tools', 'setup.mjs'), OLD, OLD);
  put('dist/.built', '', NEW);
});

afterEach(() => {
  for (const child of running) child.kill();
  rmSync(clone, { recursive: true, force: true });
});

/** Runs the set-up to its end; says what it wrote and its exit code. */
async function setUp(): Promise<{ readonly output: string; readonly code: number | null }> {
  const child = spawn(process.execPath, [join(clone, 'tools', 'setup.mjs')]);
  running.push(child);
  let output = '';
  child.stderr.on('data', (octets: Buffer) => (output += octets));
  child.stdout.on('data', (octets: Buffer) => (output += octets));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { output, code };
}

const lock = (): string => join(clone, 'node_modules.lock');

test('nothing is done, and nobody is waited for, where all is ready', async () => {
  // As held by a process that is there: this one.
  writeFileSync(lock(), String(process.pid));
  expect(await setUp()).toEqual({ output: '', code: 0 });
  expect(existsSync(lock())).toBe(true);
});

test.each(['src/index.ts', 'hosts/host.ts', 'examples/echo.ts', 'package.json'])(
  'what is built is built again where %s is newer, once',
  async (name) => {
    put(name, '{}', NEW + 1);
    utimesSync(join(clone, 'node_modules', '.package-lock.json'), NEW + 2, NEW + 2);
    const all = await Promise.all([setUp(), setUp(), setUp()]);
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(all.map(({ output }) => output).join('')).toBe('building dist…\nit builds\n');
    expect(existsSync(lock())).toBe(false);
  },
);

test.each([
  ['of a process that has gone', '99999999', OLD],
  ['of one that was killed before it said who it is', '', OLD],
])('the lock %s is taken away', async (_name, owner, time) => {
  put('src/index.ts', '', NEW + 1);
  put('node_modules.lock', owner, time);
  expect(await setUp()).toEqual({ output: 'building dist…\nit builds\n', code: 0 });
});

test('a build that fails is said, with exit code 1, and leaves no lock', async () => {
  put('src/index.ts', '', NEW + 1);
  put('node_modules/rollup/dist/bin/rollup', 'process.exitCode = 3', OLD);
  expect(await setUp()).toEqual({
    output: 'building dist…\nringlet: the build failed (exit code 3)\n',
    code: 1,
  });
  expect(existsSync(lock())).toBe(false);
});
