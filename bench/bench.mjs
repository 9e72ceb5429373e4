// Peers side by side in one run. `npm run bench -- --help` tells what can be asked for.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { whole } from '../tools/arguments.mjs';
import { setUp } from '../tools/setup.mjs';
import { ablations, checkCuts } from './ablation/run.mjs';
import { scenesOf } from './plan/index.mjs';
import { publish } from './publish.mjs';
import { page } from './report/page.mjs';
import { printAblations, printCompression, printScene, printTargets, printXs } from './report/text.mjs';
import { compile } from './run/compile.mjs';
import { compression } from './run/compression.mjs';
import { machine } from './run/machine.mjs';
import { Child } from './run/process.mjs';
import { race } from './run/race.mjs';
import { measureOnXs, recordedFor } from './run/xs.mjs';
import { neededScenes, targetTable } from './targets.mjs';
import { TARGET_WORKS, WORKS } from './xs/works.mjs';

const RESULTS = fileURLToPath(new URL('../build/bench/', import.meta.url));

const options = new Command('npm run bench --')
  .description('Measures Ringlet compared with other libraries; progress on standard error.')
  .option('--only <text>', 'scenes whose name contains this, such as receive, send/text, parse or xs')
  .option('--rounds <count>', 'rounds of each scene', whole(1))
  .option('--targets', 'the target table and what it needs, no more')
  .option('--growth', 'the growth curves, no more')
  .option('--ablation', 'what is lost without each fast path, no more')
  .option('--json', 'nothing on standard output but one JSON object')
  .option('--report [file]', 'write a page, and next to it the figures', false)
  .option(
    '--publish',
    'measure all, write build/bench, bench/summary.json and the figures in README and docs',
  )
  .option('--list', 'name the scenes and measure nothing')
  .parse()
  .opts();

const say = (text) => process.stderr.write(`${text}\n`);
const show = (text) => {
  if (!options.json) process.stdout.write(text);
};

const { only } = options;
const isPublished = options.publish ?? false;
const isTargets = options.targets ?? false;
const isGrowth = options.growth ?? false;
const isAblation = options.ablation ?? false;
const isWhole = !isTargets && !isGrowth && !isAblation;
const rounds = options.rounds ?? (isTargets ? 9 : isGrowth ? 3 : 5);
const isWanted = (id) => only === undefined || id.includes(only);

await setUp();
/** Peers that are not here, and why. */
const missing = {};
const withoutEcho = compile('echo');
if (withoutEcho !== undefined) say(`the other side of round trips is in JavaScript: ${withoutEcho}`);
missing.wslay = compile('wslay', '-lwslay');
if (missing.wslay !== undefined) say(`wslay is left out: ${missing.wslay}`);

/** All scenes that this run is to measure; one with `curve` is a point of a growth curve. */
const scenesAt = (port) =>
  scenesOf({
    port,
    isTargets,
    isGrowth,
    hasCurves: options.report !== false || isPublished,
    wslay: missing.wslay === undefined,
  })
    .filter(({ id }) => isWanted(id) && !isAblation)
    .filter(({ id }) => !isTargets || neededScenes.has(id));

if (options.list) {
  for (const { id, label } of scenesAt(0)) show(`${id.padEnd(28)} ${label}\n`);
  const works = WORKS.filter(({ id }) => !isTargets || TARGET_WORKS.includes(id));
  for (const { id, title } of works) if (isWanted(`xs/${id}`)) show(`xs/${id.padEnd(25)} ${title}\n`);
  process.exit();
}

async function measureScenes() {
  const server = new Child('partners/server.mjs');
  const { port } = await server.answer();
  const results = new Map();
  const wanted = scenesAt(port);
  for (const [at, scene] of wanted.entries()) {
    say(`[${at + 1}/${wanted.length}] ${scene.id}`);
    const result = await race(scene, scene.curve === undefined ? rounds : Math.min(rounds, 3));
    results.set(scene.id, result);
    show(printScene(result));
  }
  server.end();
  return results;
}

// Before the run and not after it: what no longer fits the library stops it.
if (isAblation || isPublished) checkCuts();
const began = machine(rounds);
const scenes = await measureScenes();
let xs;
if (isTargets || (isWhole && WORKS.some(({ id }) => isWanted(`xs/${id}`)))) {
  xs = await measureOnXs(say, { isWanted, isTargets });
  if (xs.reason !== undefined) say(`on XS not everything is measured: ${xs.reason}`);
  show(printXs(xs, recordedFor(xs.engine?.bits)));
}
let compressed;
if (isWhole && isWanted('compression')) {
  compressed = await compression(say);
  show(printCompression(compressed));
}
let lost;
if (isAblation || isPublished) {
  lost = await ablations(say, { rounds, only: isAblation ? only : undefined });
  show(printAblations(lost));
}
const targets =
  isTargets || (isWhole && only === undefined) ? targetTable(scenes, xs ?? { works: [] }, missing) : [];
show(printTargets(targets));

const figures = {
  ...began,
  targets,
  xs,
  recorded: recordedFor(xs?.engine?.bits),
  compression: compressed,
  ablations: lost,
  scenes: [...scenes.values()],
};
if (options.report !== false) {
  const file = options.report === true ? 'build/bench/report.html' : options.report;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page(figures));
  writeFileSync(file.replace(/\.html$/, '') + '.json', `${JSON.stringify(figures)}\n`);
  say(`written: ${file}`);
}
if (isPublished) for (const file of await publish(figures, RESULTS)) say(`written: ${file}`);
if (options.json) process.stdout.write(`${JSON.stringify(isTargets ? { targets } : figures)}\n`);
process.exit();
