import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const program = join(import.meta.dirname, '..', '..', 'hosts', 'node', 'cli', 'ringlet.mjs');

/** Runs the command as a shell does. */
function ringlet(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { code: status, stdout, stderr };
}

test.each([
  ["unknown command 'tlak'", ['tlak']],
  ["missing required argument 'url'", ['connect']],
  ["unknown option '--loud'", ['serve', '--loud']],
  ['It must be an integer from 0 to 65535.', ['serve', '--port', '70000']],
  ["'--deflate' is for the engine node only", ['stream', '--deflate', '--engine', 'xs']],
  ['It must be a whole number.', ['conformance', 'client', 'ws://127.0.0.1:1', '--messages', 'some']],
])('an argument that cannot be understood is one sentence, with exit code 2: %s', (part, args) => {
  const run = ringlet(...args);
  expect([run.code, run.stdout]).toEqual([2, '']);
  expect(run.stderr).toMatch(/^ringlet: /m);
  expect(run.stderr).toContain(part);
  expect(run.stderr).not.toContain('    at ');
});

test.each([
  [{ error: { message: "unknown option '--loud' (Did you mean --out?)" } }, ['stream', '--json', '--loud']],
  [{ event: 'error', error: { message: "missing required argument 'url'" } }, ['connect', '--json']],
])('and as %j where objects are asked for', (object, args) => {
  const run = ringlet(...args);
  expect([run.code, JSON.parse(run.stdout)]).toEqual([2, object]);
});

test.runIf(existsSync('/dev/full'))('output that cannot be written is one sentence and exit code 1', () => {
  const full = openSync('/dev/full', 'w');
  try {
    const { status, stderr } = spawnSync(process.execPath, [program, 'stream', '--seconds', '1'], {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
      timeout: 30_000,
    });
    expect([status, stderr]).toEqual([1, 'ringlet: standard output cannot be written (ENOSPC).\n']);
  } finally {
    closeSync(full);
  }
});

test.runIf(existsSync('/proc/self'))(
  'a store in a place like /proc is refused, and not tried for ever',
  () => {
    const run = ringlet('stream', 'ws://127.0.0.1:1', '--seconds', '1', '--store', '/proc/outbox');
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toMatch(/^ringlet: the store in \/proc\/outbox cannot be used: .*\.\n$/);
  },
);

test.each([[['--help']], [['connect', '--help']], [['conformance', 'server', '--help']], [['--version']]])(
  'help and version are no faults: %j',
  (args) => {
    const run = ringlet(...args);
    expect(run.code).toBe(0);
    expect(run.stdout).not.toBe('');
  },
);

test('every help fits 80 columns and lists the exit codes', { timeout: 60_000 }, () => {
  const commands = ['', 'connect', 'serve', 'stream', 'gateway', 'autobahn', 'conformance'];
  for (const words of [...commands, 'conformance server', 'conformance client']) {
    const { stdout } = ringlet(...words.split(' ').filter(Boolean), '--help');
    expect(stdout).toContain('130  interrupted');
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  }
});
