// `npm run release`: one command from what is committed to what is published. docs/releasing.md tells the steps.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { faultOfProvenance, faultOfRepository, faultOfTree, gathered, named } from './release/rules.mjs';
import { root } from './setup.mjs';

const { dryRun, provenance } = new Command('npm run release --')
  .description('Raises the version, checks everything, and publishes.')
  .option('--dry-run', 'do everything but the tag and the publication, and leave the tree as it was')
  .option('--no-provenance', 'publish without a statement of where the package was built')
  .parse()
  .opts();

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

function refuseIf(fault) {
  if (fault !== undefined) throw new Error(fault);
}

/** Raises the version by the notes in .changeset, and gathers them into the changelog. Returns the version. */
function raise() {
  run('npx', 'changeset', 'version');
  writeFileSync(file('CHANGELOG.md'), gathered(read('CHANGELOG.md')));
  run('npx', 'prettier', '--write', '--log-level=warn', 'CHANGELOG.md', 'package.json');
  run('npm', 'install', '--package-lock-only', '--no-audit', '--no-fund', '--loglevel=error');
  // The lock file names packages and their hashes, and no registry.
  writeFileSync(file('package-lock.json'), named(read('package-lock.json')));
  return JSON.parse(read('package.json')).version;
}

/** All that has to hold before anybody gets it. */
function check() {
  run('npm', 'run', 'build');
  run('npm', 'test');
  run('npm', 'run', 'api:check');
  run('npm', 'run', 'docs:check');
  run('npx', 'publint', '--strict');
  run('npx', 'attw', '--pack', '.', '--profile', 'esm-only');
}

function release() {
  const pkg = JSON.parse(read('package.json'));
  const branch = ask('git', 'rev-parse', '--abbrev-ref', 'HEAD');
  refuseIf(faultOfTree(ask('git', 'status', '--porcelain'), branch));
  if (!dryRun) {
    refuseIf(faultOfRepository(pkg.repository?.url));
    if (provenance) refuseIf(faultOfProvenance(process.env));
  }
  const before = ask('git', 'rev-parse', 'HEAD');
  try {
    const version = raise();
    check();
    if (dryRun) {
      run('npm', 'pack', '--dry-run');
      say(`Version ${version} could be published.`);
      return;
    }
    run('git', 'commit', '-am', `Release ${version}`);
    run('git', 'tag', '-a', `v${version}`, '-m', `Release ${version}`);
    run('npm', 'publish', ...(provenance ? ['--provenance'] : []));
    say(`Version ${version} is published. Push it: git push --follow-tags`);
  } finally {
    // A trial and a release that failed before its commit leave no trace.
    if (ask('git', 'rev-parse', 'HEAD') === before) ask('git', 'checkout', '--', '.');
  }
}

try {
  release();
} catch (error) {
  process.stderr.write(`release: ${error.message}\n`);
  process.exitCode = 1;
}
