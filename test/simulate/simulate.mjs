// `npm run simulate`: fleets of every face against good and hostile servers in simulated worlds, watched at every step.
import { fork } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.mjs';
import { growthOf, MOST_OBJECTS, MOST_OCTETS } from './growth.mjs';
import { pageOf } from './report.mjs';

const HELP = `npm run simulate -- [options]

  --seeds N        worlds to simulate (default 20)
  --first N        number of the first (default 1)
  --hours N        virtual hours of each (default 24)
  --clients N      machines with a client in each (default 30)
  --profile NAME   calm, mixed, rough or hostile (default mixed)
  --seed NAME      this one world, with its trace in build/simulate/
  --script FILE    a scenario that was printed for a seed that failed
  --jobs N         processes (default: one for each processor)
  --shrink N       seconds for the shrinking of each seed that fails (default 60, 0 for none)
  --report FILE    writes a page with charts
  --json           the summary as one line of JSON, the last of the output

Exits with 1 if an invariant was broken, with 2 for wrong options.
`;

const number = (text, name, least) => {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  process.stderr.write(`simulate: --${name} wants a number from ${least}, not ${JSON.stringify(text)}\n`);
  process.exit(2);
};

function options() {
  const string = (fallback) => ({ type: 'string', ...(fallback !== undefined && { default: fallback }) });
  try {
    return parseArgs({
      options: {
        seeds: string('20'),
        first: string('1'),
        hours: string('24'),
        clients: string('30'),
        profile: string('mixed'),
        seed: string(),
        script: string(),
        jobs: string(String(availableParallelism())),
        shrink: string('60'),
        report: string(),
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`simulate: ${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

const given = options();
if (given.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (!['calm', 'mixed', 'rough', 'hostile'].includes(given.profile)) {
  process.stderr.write(`simulate: there is no profile ${JSON.stringify(given.profile)}\n`);
  process.exit(2);
}
const hours = number(given.hours, 'hours', 0.001);
const clients = Math.floor(number(given.clients, 'clients', 1));
const first = Math.floor(number(given.first, 'first', 0));
const seeds = Math.floor(number(given.seeds, 'seeds', 1));
const shrinking = number(given.shrink, 'shrink', 0) * 1000;
const isSingle = given.seed !== undefined || given.script !== undefined;
const job = { hours, clients, profile: given.profile, shrinking, trace: isSingle ? 20_000 : 0 };
const jobs = isSingle
  ? [
      {
        ...job,
        seed: given.seed ?? 'script',
        ...(given.script && { scenario: JSON.parse(readFileSync(given.script, 'utf8')) }),
      },
    ]
  : Array.from({ length: seeds }, (_, index) => ({ ...job, seed: String(first + index) }));

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

function add(into, from) {
  for (const [name, value] of Object.entries(from))
    if (typeof value === 'number') into[name] = (into[name] ?? 0) + value;
    else add((into[name] ??= {}), value);
}

function take(result, left) {
  done += 1;
  if (result.crash !== undefined) {
    failures.push({ seed: result.seed, faults: [{ time: 0, who: 'simulation', what: result.crash }] });
    return;
  }
  add(total, result.statistics);
  left.push(result.left);
  if (result.text !== undefined) {
    writeFileSync(join(out, `${result.seed}.txt`), result.text);
    writeFileSync(join(out, `${result.seed}.html`), result.page);
    process.stderr.write(
      `the trace is in build/simulate/${result.seed}.txt and .html; digest ${result.digest}\n`,
    );
  }
  if (result.faults.length === 0) return;
  failures.push({ seed: result.seed, faults: result.faults, script: result.script });
  process.stderr.write(`\nseed ${result.seed} fails:\n`);
  for (const { time, who, what } of result.faults)
    process.stderr.write(`  after ${(time / 3_600_000).toFixed(2)} h, ${who}: ${what}\n`);
  if (result.script === undefined) return;
  const file = join(out, `${result.seed}.json`);
  writeFileSync(file, `${JSON.stringify(result.script, null, 2)}\n`);
  const { hours, clients: machines, faults } = result.script;
  process.stderr.write(
    `  shrunk to ${hours.toFixed(3)} h, ${machines.length} clients, ${faults.length} faults; again by\n` +
      `  npm run simulate -- --script build/simulate/${result.seed}.json\n`,
  );
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
const processes = Math.min(count, Math.max(1, Math.floor(number(given.jobs, 'jobs', 1))));
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
  profile: given.profile,
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
