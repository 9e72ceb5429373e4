// `npm run docs:build`: the site of the documentation, in build/site/html. Any server of files can have it.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp } from '../setup.mjs';
import { source, stage } from './stage.mjs';

/** Runs a program of `node_modules`; throws if it fails. */
async function run([script, ...args]) {
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NO_UPDATE_NOTIFIER: '1' },
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${script} failed (exit code ${code})`);
}

/** Numbers that the calculator is given: those that CI compares. */
function giveNumbers() {
  const expected = JSON.parse(readFileSync(join(root, 'bench', 'memory', 'expected.json'), 'utf8'));
  writeFileSync(join(source, 'numbers.json'), `${JSON.stringify(expected)}\n`);
}

export async function buildSite() {
  await setUp();
  stage();
  giveNumbers();
  await run(['typedoc/bin/typedoc', '--options', 'tools/site/typedoc.json', '--logLevel', 'Warn']);
  await run(['vitepress/bin/vitepress.js', 'build', 'tools/site']);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  try {
    await buildSite();
    process.stdout.write('The site is in build/site/html.\n');
  } catch (error) {
    process.stderr.write(`docs:build: ${error.message}\n`);
    process.exitCode = 1;
  }
}
