// Sets up what is missing in a clone: installs the dependencies and builds `dist/`, each only when it has to.
// Everything it says goes to standard error, so that the output of the command that follows stays its own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);

/** Runs a program to its end; its output goes to standard error. Throws if it fails. */
function run(what, program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined || status !== 0)
    throw new Error(`${what} failed (${error?.message ?? `exit code ${status}`})`);
}

/** When the newest file of `paths` (files, or folders with all they hold) was changed. */
function newest(paths) {
  let time = 0;
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const stat = statSync(path);
    if (!stat.isDirectory()) time = Math.max(time, stat.mtimeMs);
    else time = Math.max(time, newest(readdirSync(path).map((name) => join(path, name))));
  }
  return time;
}

const timeOf = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

function install() {
  const installed = at('node_modules', '.package-lock.json');
  if (timeOf(installed) >= newest([at('package-lock.json')])) return;
  process.stderr.write('installing dependencies…\n');
  // Not `npm ci`: it insists on optional packages for other platforms, which not every registry has.
  run('npm install', 'npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  // What npm wrote may be older than a lock file that git has just checked out.
  utimesSync(installed, new Date(), new Date());
}

function build() {
  const stamp = at('dist', '.built');
  const sources = ['src', 'hosts', 'examples', 'rollup.config.mjs', 'tsconfig.json', 'package.json'];
  if (timeOf(stamp) >= newest(sources.map((name) => at(name)))) return;
  process.stderr.write('building dist…\n');
  run('the build', process.execPath, [
    at('node_modules', 'rollup', 'dist', 'bin', 'rollup'),
    '-c',
    '--silent',
  ]);
  writeFileSync(stamp, '');
}

/** Waits for another process that sets up the same clone. */
function locked(work) {
  const lock = at('node_modules.lock');
  const end = Date.now() + 300_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      // A lock that is older than any set-up was left behind.
      if (Date.now() - timeOf(lock) > 240_000 || Date.now() > end) rmdirSync(lock);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    work();
  } finally {
    rmdirSync(lock);
  }
}

/** Makes `dist/` ready to run. */
export async function setUp() {
  try {
    locked(() => {
      install();
      build();
    });
  } catch (error) {
    process.stderr.write(`ringlet: ${error.message}\n`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp();
