// Peers side by side in one run. `npm run bench -- --help` tells what can be asked for.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { setUp } from '../tools/setup.mjs';
import { compile } from './run/compile.mjs';
import { compression } from './run/compression.mjs';
import { machine } from './run/machine.mjs';
import { Child } from './run/process.mjs';
import { race } from './run/race.mjs';
import { scenesOf } from './plan/index.mjs';
import { page } from './report/page.mjs';
import { printScene, printTargets } from './report/text.mjs';
import { neededScenes, targetTable } from './targets.mjs';

const options = new Command('npm run bench --')
  .description('Measures Ringlet beside other libraries; progress on standard error.')
  .option('--only <text>', 'scenes whose name contains this, such as receive, send/text or parse')
  .option('--rounds <count>', 'rounds of each scene', Number)
  .option('--targets', 'the target table and what it needs, no more')
  .option('--growth', 'the growth curves, no more')
  .option('--json', 'end with one JSON object')
  .option('--report [file]', 'write a page and, beside it, the figures', false)
  .option('--list', 'name the scenes and measure nothing')
  .parse()
  .opts();

const say = (text) => process.stderr.write(`${text}\n`);

await setUp();
const withoutEcho = compile('echo');
if (withoutEcho !== undefined) say(`the other side of round trips is in JavaScript: ${withoutEcho}`);
const withoutWslay = compile('wslay', '-lwslay');
if (withoutWslay !== undefined) say(`wslay is left out: ${withoutWslay}`);

const server = new Child('partners/server.mjs');
const { port } = await server.answer();
const isTargets = options.targets ?? false;
const rounds = options.rounds ?? (isTargets ? 9 : options.growth ? 3 : 5);
const wanted = scenesOf({
  port,
  isTargets,
  isGrowth: options.growth ?? false,
  isReport: options.report !== false,
  wslay: withoutWslay === undefined,
})
  .filter(({ id }) => options.only === undefined || id.includes(options.only))
  .filter(({ id }) => !isTargets || neededScenes.has(id));

const scenes = new Map();
if (options.list) for (const { id, label } of wanted) process.stdout.write(`${id.padEnd(28)} ${label}\n`);
else {
  const width = process.stderr.isTTY ? '\r' : '';
  for (const [at, scene] of wanted.entries()) {
    process.stderr.write(
      `${width}[${at + 1}/${wanted.length}] ${scene.id}${width === '' ? '\n' : '\u001b[K'}`,
    );
    const result = await race(scene, scene.curve === undefined ? rounds : Math.min(rounds, 3));
    scenes.set(scene.id, result);
    if (!options.json) process.stdout.write(printScene(result));
  }
}
server.end();

if (!options.list) {
  const compressed =
    options.report !== false || 'compression'.includes(options.only ?? '-')
      ? await compression(say)
      : undefined;
  const targets = options.growth || options.only ? [] : targetTable(scenes);
  const figures = { ...machine(rounds), targets, compression: compressed, scenes: [...scenes.values()] };
  if (options.report !== false) {
    const file = options.report === true ? 'bench/results/latest.html' : options.report;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page(figures));
    writeFileSync(file.replace(/\.html$/, '') + '.json', `${JSON.stringify(figures, null, 1)}\n`);
    say(`written: ${file}`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(isTargets ? { targets } : figures)}\n`);
  else if (targets.length > 0) process.stdout.write(printTargets(targets));
}
process.exit();
