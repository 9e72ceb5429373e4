/**
 * Runs programs of `programs/` in the desk XS, with the bundle that devices get preloaded.
 */
import { execFile, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');

/** The memory of the smallest devices, octets, and the stack in it, slots. */
export const BLOCK = 32768;
export const STACK = 512;

/** Runs the desk XS on an emulated board, with its command line. */
const BOARD = join(root, 'hosts/xs/rv32/run.mjs');

/**
 * Builds the desk XS if need be, for this machine (`engine` xs) or an emulated RV32IMC board (rv32), and returns what runs it.
 * Throws, with the builder's exit status as `status`, if it cannot be had.
 */
export function buildDesk(engine = 'xs') {
  const args = [join(root, 'hosts/xs/build.mjs'), ...(engine === 'rv32' ? [engine] : [])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw Object.assign(new Error(stderr.trim()), { status });
  return engine === 'rv32' ? BOARD : stdout.trim();
}

/** What `embedded:network/websocket/client` and what it imports are on the desk. */
export const LIBRARY = {
  'ringlet/random': join(root, 'hosts/xs/random.js'),
  ringlet: join(root, 'dist/moddable/ringlet.js'),
  'embedded:network/websocket/client': join(root, 'dist/moddable/ringlet.js'),
};

/**
 * Preloads `app` (a path) and runs it; resolves with its exit status, what it printed and the counters. More options
 * of the desk go into `options`; `under` is a command that the program runs under.
 */
export function runInDesk(
  program,
  app,
  args = [],
  { block = BLOCK, stack = STACK, library = LIBRARY, options = [], under = [] } = {},
) {
  const preloads = Object.entries({ ...library, app }).flatMap(([name, path]) => [
    '--preload',
    `${name}=${path}`,
  ]);
  const sizes = ['--memory', String(block), '--stack', String(stack)];
  const runner = program === BOARD ? [process.execPath, program] : [program];
  const [command, ...line] = [...under, ...runner, '--stats', ...sizes, ...options, ...preloads, 'app'];
  return new Promise((resolve) => {
    execFile(command, [...line, ...args.map(String)], (error, stdout, stderr) => {
      const stats = stderr.split('\n').find((line) => line.startsWith('{'));
      resolve({
        status: error === null ? 0 : (error.code ?? 1),
        output: stdout,
        errors: stderr,
        stats: stats === undefined ? undefined : JSON.parse(stats),
      });
    });
  });
}

export const programPath = (name) => join(here, 'programs', `${name}.js`);
