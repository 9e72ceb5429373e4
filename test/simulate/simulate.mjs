// `npm run simulate`: fleets of every face against good and hostile servers in simulated worlds, watched at every step.
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { growthOf, MOST_OBJECTS, MOST_OCTETS } from './growth.mjs';
import { optionsOf, refuse } from './options.mjs';
import { pageOf } from './report.mjs';

const given = optionsOf(process.argv.slice(2));
// Loaded only now, since what is wrong with the options is to be said at once.
const { bundle } = await import('./bundle.mjs');
const { hours, clients, profile, shrinking, isSingle } = given;
const job = { hours, clients, profile, shrinking, trace: isSingle ? 20_000 : 0 };
const jobs = isSingle
  ? [{ ...job, seed: given.seed, script: given.script }]
  : Array.from({ length: given.seeds }, (_, index) => ({ ...job, seed: String(given.first + index) }));

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '..', '..', 'build', 'simulate');
mkdirSync(out, { recursive: true });
const program = join(out, 'worker.mjs');
await bundle(join(here, 'worker.ts'), program);

const total = {
  hours: 0,
  attempts: 0,
  connections: 0,
  messages: 0,
  octets: 0,
  records: {},
  ends: {},
  faults: {},
};
const failures = [];
/** What was left after each world, by process, in the order in which they ran. */
const leftovers = [];
let done = 0;

/** What a seed is called among files. */
const nameOf = (seed) => seed.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');

function add(into, from) {
  for (const [name, value] of Object.entries(from))
    if (typeof value === 'number') into[name] = (into[name] ?? 0) + value;
    else add((into[name] ??= {}), value);
}

function take(result, left) {
  done += 1;
  if (result.wrong !== undefined) refuse(`--script: ${result.wrong}`);
  if (result.crash !== undefined) {
    process.stderr.write(`\nseed ${result.seed} ended the simulation:\n${result.crash}\n`);
    failures.push({ seed: result.seed, faults: [{ time: 0, who: 'simulation', what: result.crash }] });
    return;
  }
  add(total, result.statistics);
  left.push(result.left);
  if (result.text !== undefined) {
    const name = nameOf(result.seed);
    writeFileSync(join(out, `${name}.txt`), result.text);
    writeFileSync(join(out, `${name}.html`), result.page);
    process.stderr.write(`the trace is in build/simulate/${name}.txt and .html; digest ${result.digest}\n`);
  }
  if (result.faults.length === 0) return;
  failures.push({ seed: result.seed, faults: result.faults, script: result.script });
  process.stderr.write(`\nseed ${result.seed} fails:\n`);
  for (const { time, who, what } of result.faults)
    process.stderr.write(`  after ${(time / 3_600_000).toFixed(2)} h, ${who}: ${what}\n`);
  if (result.script === undefined) return;
  const file = `${nameOf(result.seed)}.json`;
  writeFileSync(join(out, file), `${JSON.stringify(result.script, null, 2)}\n`);
  const { hours, clients: machines, faults } = result.script;
  const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;
  process.stderr.write(
    `  shrunk in ${count(result.runs, 'run')} to ${hours} h, ${count(machines.length, 'client')}, ` +
      `${count(faults.length, 'fault')}:\n${result.lines.map((line) => `    ${line}\n`).join('')}` +
      `  again by\n    npm run simulate -- --script ${again(result.script, file)}\n`,
  );
}

/** What --script takes: the script itself, if it is short enough for a line, or the file that has it. */
function again(script, file) {
  const text = JSON.stringify(script);
  return text.length <= 1000 && !text.includes("'") ? `'${text}'` : `build/simulate/${file}`;
}

function progress() {
  if (!process.stderr.isTTY || isSingle) return;
  const text = `${done} of ${jobs.length} worlds, ${Math.round(total.hours)} connection-hours, ${failures.length} failed`;
  process.stderr.write(`\r\u001b[K${text}`);
}

/** One process after the other job, until there are none. */
function work() {
  const child = fork(program, {
    execArgv: ['--expose-gc', '--enable-source-maps', '--disable-warning=ExperimentalWarning'],
  });
  const left = [];
  leftovers.push(left);
  return new Promise((resolve, reject) => {
    const next = () => {
      const job = jobs.shift();
      if (job === undefined) child.disconnect();
      else child.send(job);
    };
    child.on('message', (result) => {
      take(result, left);
      progress();
      next();
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`a process ended with ${code}`)),
    );
    next();
  });
}

const count = jobs.length;
const began = performance.now();
const processes = Math.min(count, given.jobs);
await Promise.all(Array.from({ length: processes }, work));
if (process.stderr.isTTY && !isSingle) process.stderr.write('\n');

const growth = leftovers.map(growthOf);
for (const { objects, octets } of growth)
  if (objects > MOST_OBJECTS || octets > MOST_OCTETS) {
    const what = `grew by ${objects} objects, to ${octets.toFixed(3)} times the octets`;
    failures.push({ seed: '', faults: [{ time: 0, who: 'memory', what }] });
  }

const summary = {
  worlds: count,
  profile,
  connectionHours: Math.round(total.hours),
  connections: total.connections,
  attempts: total.attempts,
  messages: total.messages,
  octets: total.octets,
  records: total.records,
  faults: total.faults,
  ends: total.ends,
  objectsLeaked: Math.max(...growth.map(({ objects }) => objects)),
  heapGrowth: Number(Math.max(...growth.map(({ octets }) => octets)).toFixed(3)),
  broken: failures.map(({ seed, faults }) => ({ seed, faults })),
  seconds: Math.round((performance.now() - began) / 100) / 10,
};
if (given.report !== undefined) writeFileSync(given.report, pageOf(summary));
if (given.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
else {
  const list = (counts) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  process.stdout.write(
    `${summary.worlds} worlds, ${summary.connectionHours} connection-hours, ${summary.connections} connections of ` +
      `${summary.attempts} attempts, ${summary.messages} messages, in ${summary.seconds} s\n` +
      `records of outboxes: ${list(summary.records)}\nfaults: ${list(summary.faults)}\nends: ${list(summary.ends)}\n` +
      `${failures.length === 0 ? 'No invariant was broken.' : `${failures.length} worlds broke an invariant.`}\n`,
  );
}
process.exitCode = failures.length === 0 ? 0 : 1;
