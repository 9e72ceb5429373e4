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

/** Builds the desk XS if need be. Throws, with the builder's exit status as `status`, if it cannot be had. */
export function buildDesk() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'hosts/xs/build.mjs')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw Object.assign(new Error(stderr.trim()), { status });
  return stdout.trim();
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
  const [command, ...line] = [...under, program, '--stats', ...sizes, ...options, ...preloads, 'app'];
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
