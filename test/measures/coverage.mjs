// `npm run coverage`: which branches of `src/` no test takes. All have to be taken but those of uncovered.mjs, each of which
// has its reason there; one that is taken after all has to leave that list. The report by lines: reports/coverage/.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { isAbout, lineAt, root } from './places.mjs';
import { UNCOVERED } from './uncovered.mjs';

const { values: given } = parseArgs({ options: { json: { type: 'boolean' }, judge: { type: 'boolean' } } });

/** Runs the tests. Resolves with whether they passed. */
function runTests() {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const config = join('test', 'measures', 'coverage.config.mjs');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, 'run', '--config', config, '--reporter=dot'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    child.once('close', (code) => resolve(code === 0));
  });
}

/** Every branch: its file, its line and column, the text of the line, and how often it was taken. */
function branches() {
  const coverage = JSON.parse(readFileSync(join(root, 'reports', 'coverage', 'coverage-final.json'), 'utf8'));
  const found = [];
  for (const [path, { b: counts, branchMap }] of Object.entries(coverage)) {
    const file = relative(root, path);
    for (const [id, { type, loc, locations }] of Object.entries(branchMap))
      for (const [way, count] of counts[id].entries()) {
        // What is not written, as an `else`, has no place of its own.
        const { line, column } = locations[way].start.line === undefined ? loc.start : locations[way].start;
        found.push({ file, line, column, type, way, count, text: lineAt(file, line) });
      }
  }
  return found;
}

const passed = given.judge || (await runTests());
const all = branches();
const missed = all.filter(({ count }) => count === 0);
const unnamed = missed.filter((branch) => !UNCOVERED.some((exception) => isAbout(exception, branch)));
const stale = UNCOVERED.filter((exception) => !missed.some((branch) => isAbout(exception, branch)));
for (const { file, line, column, type, way, text } of unnamed)
  process.stderr.write(`not taken: ${file}:${line}:${column + 1} (${type}, way ${way}): ${text}\n`);
for (const { file, text } of stale) process.stderr.write(`taken after all: ${file}: ${text}\n`);
const figures = {
  branches: all.length,
  taken: all.length - missed.length,
  named: missed.length - unnamed.length,
  unnamed: unnamed.length,
};
process.stdout.write(
  given.json
    ? `${JSON.stringify(figures)}\n`
    : `${figures.taken} of ${figures.branches} branches of src/ are taken, ${figures.named} of the others are named with their reason.\n`,
);
process.exitCode = passed && unnamed.length === 0 && stale.length === 0 ? 0 : 1;
