// `npm test`: sets up what is missing, checks types, rules and imports, and runs the tests. Arguments go to vitest, which
// then runs alone. Exits with 1 if anything of it fails.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { install, root, setUp } from './setup.mjs';

/** What is checked beside the tests, on the processor time that these leave. */
const CHECKS = {
  types: ['node_modules/typescript/bin/tsc', '-p', '.'],
  rules: ['node_modules/eslint/bin/eslint.js', '.'],
  imports: [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    ...['src', 'hosts', 'tools', 'bench', 'examples'],
  ],
};

/** Runs a program of the tree; resolves with whether it went well, and with what it said if nobody saw it. */
function run([script, ...args], stdio) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...args], {
      cwd: root,
      stdio,
    });
    const said = [];
    child.stdout?.on('data', (octets) => said.push(octets));
    child.stderr?.on('data', (octets) => said.push(octets));
    child.once('error', reject);
    child.once('close', (code) => resolve({ passed: code === 0, said: Buffer.concat(said).toString() }));
  });
}

const tests = (...args) => run(['node_modules/vitest/vitest.mjs', 'run', ...args], 'inherit');

/**
 * Builds the desktop build of XS, which compiles for half a minute, while `dist/` is bundled on one processor. Whether that went
 * well the tests say: each that needs it asks for the build again.
 */
const buildDesk = () => run(['hosts/xs/build.mjs'], ['ignore', 'ignore', 'ignore']);

/** One check after the other; what they say is kept, for it would come between the lines of the tests. */
async function check() {
  const results = {};
  for (const [name, command] of Object.entries(CHECKS))
    results[name] = await run(command, ['ignore', 'pipe', 'pipe']);
  return results;
}

async function all() {
  await install();
  const desk = buildDesk();
  const checking = check();
  // The build need not look at the types, too.
  process.env.TYPES_ARE_CHECKED = 'by npm test';
  await setUp();
  delete process.env.TYPES_ARE_CHECKED;
  // Else three tests would wait for it, each in a worker.
  await desk;
  const tested = await tests();
  const results = { ...(await checking), tests: tested };
  for (const { said } of Object.values(results)) process.stdout.write(said);
  const failed = Object.keys(results).filter((name) => !results[name].passed);
  if (failed.length === 0) process.stdout.write('Types, rules, imports and tests: all passed.\n');
  else process.stderr.write(`Failed: ${failed.join(', ')}.\n`);
  return failed.length === 0;
}

const chosen = process.argv.slice(2);
if (chosen.length > 0) await setUp();
const passed = chosen.length > 0 ? (await tests(...chosen)).passed : await all();
process.exitCode = passed ? 0 : 1;
