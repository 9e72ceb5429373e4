// `npm run docs:check`: everything that can be wrong with the pages. The programs and commands on them run as they are printed
// (also a part of `npm test`); links and headings lead somewhere; words are spelled as everywhere; each export says what it is;
// each error id has advice; the site's menu has each page. Exits with 1 if anything is wrong.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from '../setup.mjs';
import { staleNumbers } from './numbers.mjs';
import { pagesInNoSection } from './stage.mjs';
import { isFresh } from './troubleshooting.mjs';

const PAGES = ['README.md', 'CHANGELOG.md', 'docs', 'examples', 'manifests', 'hosts', '.changeset'];

const CHECKS = {
  programs: ['vitest/vitest.mjs', 'run', 'test/docs', 'test/package'],
  'links and Markdown': ['remark-cli/cli.js', '--quiet', '--frail', ...PAGES],
  spelling: [
    'cspell/bin.mjs',
    '--no-progress',
    '--no-summary',
    '{README,CHANGELOG}.md',
    '{docs,examples,manifests,hosts,tools,.changeset}/**/*.md',
  ],
  reference: [
    'typedoc/bin/typedoc',
    '--options',
    'tools/site/typedoc.json',
    '--treatWarningsAsErrors',
    '--logLevel',
    'Warn',
  ],
  // With the reference, which has just been written.
  prose: [
    'textlint/bin/textlint.js',
    '{README,CHANGELOG}.md',
    '{docs,examples,manifests,hosts,tools,.changeset}/**/*.md',
    'build/site/source/reference/**/*.md',
  ],
};

/** Runs a program of `node_modules`; resolves with whether it went well. */
async function run([script, ...args]) {
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return (await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))) === 0;
}

async function adviceIsFresh() {
  try {
    if (await isFresh()) return true;
    process.stderr.write('docs/troubleshooting.md is not what npm run docs:errors writes.\n');
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
  }
  return false;
}

async function numbersAreFresh() {
  const stale = await staleNumbers();
  if (stale.length > 0)
    process.stderr.write(
      `${stale.join(', ')}: other numbers than measured; npm run docs:numbers writes them.\n`,
    );
  return stale.length === 0;
}

function everyPageIsFound() {
  const alone = pagesInNoSection();
  for (const page of alone) process.stderr.write(`${page} is in no section of tools/docs/sections.mjs\n`);
  return alone.length === 0;
}

await setUp();
const results = {
  sections: everyPageIsFound(),
  numbers: await numbersAreFresh(),
  'errors and advice': await adviceIsFresh(),
};
for (const [name, command] of Object.entries(CHECKS)) results[name] = await run(command);
const failed = Object.keys(results).filter((name) => !results[name]);
const passed = Object.keys(results).length - failed.length;
if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}.\n`);
process.stdout.write(`${passed} passed, ${failed.length} failed\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
