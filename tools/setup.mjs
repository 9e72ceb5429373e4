// Sets up what is missing in a clone: installs the dependencies and builds `dist/`, each only when it has to.
// Everything it says goes to standard error, so that the output of the command that follows stays its own.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);

/** Runs a program to its end; its output goes to standard error. Throws if it fails. */
async function run(what, program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(code === 0 ? null : `exit code ${code}`));
  });
  if (failure !== null) throw new Error(`${what} failed (${failure})`);
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

const installed = at('node_modules', '.package-lock.json');
const stamp = at('dist', '.built');
const sources = ['src', 'hosts', 'examples', 'tools', 'rollup.config.mjs', 'tsconfig.json', 'package.json'];

// Both are written when all is done, so that what another process is in the midst of is not ready.
const isInstalled = () => timeOf(installed) >= newest([at('package-lock.json')]);
const isBuilt = () => timeOf(stamp) >= newest(sources.map((name) => at(name)));

async function installMissing() {
  if (isInstalled()) return;
  process.stderr.write('installing dependencies…\n');
  // Not `npm ci`: it insists on optional packages for other platforms, which not every registry has.
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm install', 'npm', ['install', ...options]);
  // What npm wrote may be older than a lock file that git has just checked out.
  utimesSync(installed, new Date(), new Date());
}

async function buildStale() {
  if (isBuilt()) return;
  process.stderr.write('building dist…\n');
  const rollup = at('node_modules', 'rollup', 'dist', 'bin', 'rollup');
  await run('the build', process.execPath, [rollup, '-c', '--silent']);
  writeFileSync(stamp, '');
}

/** Whether who took the lock has gone without giving it back. */
function isLeftBehind(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (owner > 0) process.kill(owner, 0);
    // It says in the same moment whose it is, unless its owner was killed in that.
    else return Date.now() - statSync(lock).mtimeMs > 5000;
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Waits for another process that sets up the same clone. */
async function locked(work) {
  const lock = at('node_modules.lock');
  for (let waits = 0; ; waits++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isLeftBehind(lock)) rmSync(lock, { force: true });
      else {
        if (waits === 25) process.stderr.write(`waiting for another set-up to end (it holds ${lock})…\n`);
        await setTimeout(200);
      }
    }
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

async function orExit(work) {
  try {
    await locked(work);
  } catch (error) {
    process.stderr.write(`ringlet: ${error.message}\n`);
    process.exit(1);
  }
}

/** Makes `node_modules/` ready. */
export async function install() {
  if (!isInstalled()) await orExit(installMissing);
}

/** Makes `dist/` ready to run. Where all is ready nobody waits: a dozen commands may begin at once. */
export async function setUp() {
  if (isInstalled() && isBuilt()) return;
  await orExit(async () => {
    await installMissing();
    await buildStale();
  });
}

/** For vitest, before the first test. */
export default setUp;

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp();
