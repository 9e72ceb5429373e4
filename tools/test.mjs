// `npm test`: sets up what is missing, checks types and rules, then runs the tests. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

await setUp();
const modules = join(root, 'node_modules');

function check(script, ...args) {
  const { status } = spawnSync(process.execPath, [join(modules, script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const chosen = process.argv.slice(2);
if (chosen.length === 0) {
  check('typescript/bin/tsc', '-p', '.');
  check('eslint/bin/eslint.js', '.');
  check('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.');
}
check('vitest/vitest.mjs', 'run', ...chosen);
