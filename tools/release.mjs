// `npm run release`: one command from what is committed to what is published. docs/releasing.md has the steps.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import {
  faultOfHome,
  faultOfProvenance,
  faultOfTree,
  gathered,
  homeOf,
  locked,
  withHome,
} from './release/rules.mjs';
import { root } from './setup.mjs';

const { dryRun, move, provenance, repository } = new Command('npm run release --')
  .description('Raises the version, checks everything, and publishes.')
  .option('--dry-run', 'do everything but the tag and the publication, and leave the tree as it was')
  .option('--no-provenance', 'publish without a statement of where the package was built')
  .option('--repository <url>', 'address that the release comes from; default: that of the remote origin')
  .option('--move', 'write that address into package.json, where another one is stated')
  .parse()
  .opts();

const LOCK = 'package-lock.json';
/** Folders of what is published from this repository. */
const PACKAGES = ['', join('tools', 'artillery-engine-ringlet')];

const say = (text) => process.stdout.write(`${text}\n`);
const file = (name) => join(root, name);
const read = (name) => readFileSync(file(name), 'utf8');

/** Runs a program and resolves with what it said; throws with its sentence if it fails. */
function ask(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(error?.message ?? `${command} ${args.join(' ')}: ${(stderr || stdout).trim()}`);
  return stdout.trim();
}

function run(command, ...args) {
  say(`== ${[command, ...args].join(' ')}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(error?.message ?? `${command} ${args.join(' ')} failed`);
}

/** A trial goes on, to find what else there is. */
function refuseIf(fault) {
  if (fault === undefined) return;
  if (!dryRun) throw new Error(fault);
  say(`== it would be refused: ${fault}`);
}

/** What `command` says; undefined if it fails. */
function askIfAny(command, ...args) {
  try {
    return ask(command, ...args);
  } catch {
    return undefined;
  }
}

const writeJson = (name, value) => writeFileSync(file(name), `${JSON.stringify(value, null, 2)}\n`);

/** Writes into the packages of this repository that the project is at `remote`. */
function moveTo(remote) {
  for (const folder of PACKAGES) {
    const name = join(folder, 'package.json');
    const home = homeOf(remote, folder);
    if (home !== undefined) writeJson(name, withHome(JSON.parse(read(name)), home));
  }
}

/** Raises the version by the notes in .changeset, and gathers them into the changelog. Returns the version. */
function raise() {
  run('npx', 'changeset', 'version');
  writeFileSync(file('CHANGELOG.md'), gathered(read('CHANGELOG.md')));
  const { version } = JSON.parse(read('package.json'));
  writeFileSync(file(LOCK), locked(read(LOCK), version));
  run('npx', 'prettier', '--write', '--log-level=warn', 'CHANGELOG.md', 'package.json');
  return version;
}

/** All that has to hold before anybody gets it. */
function check(version) {
  run('npm', 'run', 'build');
  run('npm', 'test');
  run('npm', 'run', 'api:check');
  run('npm', 'run', 'docs:check');
  run('npx', 'publint', '--strict');
  const folder = join('build', 'release');
  mkdirSync(file(folder), { recursive: true });
  run('npm', 'pack', '--pack-destination', folder);
  run('npx', 'attw', join(folder, `ringlet-${version}.tgz`), '--profile', 'esm-only');
}

function release() {
  const pkg = JSON.parse(read('package.json'));
  const branch = ask('git', 'rev-parse', '--abbrev-ref', 'HEAD');
  const changes = ask('git', 'status', '--porcelain');
  // A trial ends by taking back what it has changed, which must not be anybody's work.
  if (changes !== '') throw new Error(faultOfTree(changes, branch));
  refuseIf(faultOfTree('', branch));
  const remote = repository ?? askIfAny('git', 'remote', 'get-url', 'origin') ?? '';
  refuseIf(faultOfHome(move ? withHome(pkg, homeOf(remote) ?? {}) : pkg, remote));
  if (provenance) refuseIf(faultOfProvenance(process.env));
  const before = ask('git', 'rev-parse', 'HEAD');
  const lockTimes = statSync(file(LOCK));
  try {
    if (move) moveTo(remote);
    const version = raise();
    // It asks for nothing else to be installed than before.
    utimesSync(file(LOCK), lockTimes.atime, lockTimes.mtime);
    check(version);
    if (dryRun) {
      say(`Everything but the commit, the tag and the publication of ${version} is done.`);
      return;
    }
    run('git', 'commit', '-am', `Release ${version}`);
    run('git', 'tag', '-a', `v${version}`, '-m', `Release ${version}`);
    run('npm', 'publish', ...(provenance ? ['--provenance'] : []));
    say(`Version ${version} is published. Push it: git push --follow-tags`);
  } finally {
    // A trial and a release that failed before its commit leave no trace.
    if (ask('git', 'rev-parse', 'HEAD') === before) {
      ask('git', 'checkout', '--', '.');
      utimesSync(file(LOCK), lockTimes.atime, lockTimes.mtime);
    }
  }
}

try {
  release();
} catch (error) {
  process.stderr.write(`release: ${error.message}\n`);
  process.exitCode = 1;
}
