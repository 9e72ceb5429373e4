// `npm run planted [-- part of a name …]`: puts each fault of mended.mjs and new.mjs into a copy of the tree, runs the suites
// that have to notice, and says which test did. Exits with 1 if one was not noticed, or if the suites fail without a fault.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planted } from './apply.mjs';
import mended from './mended.mjs';
import fresh from './new.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const copy = join(root, 'build', 'planted');
const report = join(copy, 'build', 'report.json');
const LEFT_OUT = ['.git', 'node_modules', 'build', 'reports', 'coverage', '.stryker-tmp'];

function copyTree() {
  rmSync(copy, { recursive: true, force: true });
  for (const name of ['src', 'hosts', 'test', 'tools', 'examples', 'manifests', 'docs', 'bench', 'dist'])
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (path) => !LEFT_OUT.includes(relative(root, path).split('/').at(-1)),
    });
  for (const name of ['package.json', 'tsconfig.json', 'rollup.config.mjs'])
    cpSync(join(root, name), join(copy, name));
  mkdirSync(join(copy, 'build'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

/** Minutes that a suite may take. A fault that makes it loop is noticed, too. */
const PATIENCE = 10;

/** Runs a program in the copy. Resolves with its code, null if its time was over, and what it said. */
function run(...args) {
  return new Promise((resolve) => {
    // In a group of its own, so that workers end with it.
    const child = spawn(process.execPath, args, {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), PATIENCE * 60_000);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (octets) => (said += octets));
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });
}

/** Short simulations: of all, and of uplinks alone. */
const SIMULATIONS = {
  simulate: ['--hours', '12'],
  'simulate uplinks': ['--hours', '6', '--clients', '12', '--profile', 'uplinks'],
};

/** Runs one. Returns the first broken invariant, or undefined. */
async function simulation(options) {
  const program = join('test', 'simulate', 'simulate.mjs');
  const { code, said } = await run(program, '--seeds', '6', '--shrink', '0', '--json', ...options);
  if (code === 0) return undefined;
  const line = said.split('\n').find((text) => text.includes('broken') || text.includes('seed'));
  return `simulation: ${(line ?? said.trim().split('\n')[0]).trim()}`;
}

/** The suite of a file. Returns the first test that failed, or undefined. */
async function tests(pattern) {
  rmSync(report, { force: true });
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const config = join('test', 'planted', 'vitest.config.mjs');
  const reporting = ['--reporter=json', `--outputFile=${report}`];
  const { code, said } = await run(vitest, 'run', '--config', config, ...reporting, ...filesOf(pattern));
  if (code === null) return `${pattern}: it did not come to an end`;
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return `no report: ${said.trim().split('\n').at(-1)}`;
  }
  for (const { name, assertionResults, message } of results.testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    const file = relative(copy, name);
    if (failed !== undefined) return `${file}: ${failed.fullName}`;
    if (message) return `${file}: ${message.split('\n')[0]}`;
  }
  if (results.numPassedTests === 0) throw new Error(`${pattern}: no test ran`);
  // A rejection, or an exception, that no test awaited.
  return results.success ? undefined : `${pattern}: an error outside of a test`;
}

/** `a/{b,c}.ts` as `a/b.ts` and `a/c.ts`: vitest takes parts of names. */
function filesOf(pattern) {
  const parts = /^(.*)\{(.*)\}(.*)$/.exec(pattern);
  return parts === null ? [pattern] : parts[2].split(',').map((part) => parts[1] + part + parts[3]);
}

const suite = (name) => (name in SIMULATIONS ? simulation(SIMULATIONS[name]) : tests(name));

async function withFault(fault) {
  const path = join(copy, fault.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, planted(source, fault));
  const caught = [];
  try {
    for (const name of fault.suites) caught.push(await suite(name));
  } finally {
    writeFileSync(path, source);
  }
  return caught;
}

const wanted = process.argv.slice(2);
const faults = [...mended, ...fresh].filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
copyTree();
let failures = 0;
// A suite that fails anyway notices nothing.
for (const name of new Set(faults.flatMap(({ suites }) => suites))) {
  const failed = await suite(name);
  if (failed === undefined) continue;
  failures++;
  process.stdout.write(`without any fault: ${failed}\n`);
}
let unnoticed = 0;
for (const fault of faults) {
  const caught = await withFault(fault);
  if (caught.every((by) => by === undefined)) unnoticed++;
  process.stdout.write(`\n${fault.name}\n  ${fault.file}\n`);
  for (const [at, by] of caught.entries())
    process.stdout.write(
      `  ${by === undefined ? `not noticed by ${fault.suites[at]}` : `caught by ${by}`}\n`,
    );
}
process.stdout.write(`\n${faults.length} faults planted, ${faults.length - unnoticed} noticed.\n`);
rmSync(copy, { recursive: true, force: true });
process.exitCode = failures + unnoticed === 0 ? 0 : 1;
