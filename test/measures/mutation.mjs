// `npm run mutation [-- room …] [--part n/m] [--minutes n] [--json]`: changes `src/` in one place at a time and sees whether the
// tests of the room notice. `--part 2/8`: only in the second of each eight blocks of lines, a sample of the whole room. With
// `--minutes`, a room is left when its time is over. Survivors: reports/mutation/<room>.json.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ROOMS } from './rooms.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const file = fileURLToPath(import.meta.url);
/** Lines of a block of which a sample takes one in so many. */
const BLOCK = 12;

function sources(folder) {
  const names = readdirSync(join(root, folder), { recursive: true });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

/** What Stryker is to change: files, or blocks of their lines. */
function placesOf({ mutate }, part) {
  const files = sources(mutate);
  if (part === undefined) return files;
  const [which, of] = part.split('/').map(Number);
  const places = [];
  let block = 0;
  for (const name of files) {
    const lines = readFileSync(join(root, name), 'utf8').split('\n').length;
    for (let from = 1; from <= lines; from += BLOCK)
      if (block++ % of === which - 1) places.push(`${name}:${from}-${Math.min(lines, from + BLOCK - 1)}`);
  }
  return places;
}

/** In a process of its own: one room, told line by line to the parent. */
async function mutate(name, part) {
  const { Stryker } = await import('@stryker-mutator/core');
  globalThis.ringletMutants = {
    ready: (count) => process.send({ count }),
    tested: ({
      status,
      fileName,
      location,
      replacement,
      mutatorName,
      killedBy,
      coveredBy,
      static: isStatic,
    }) =>
      process.send({
        status,
        place: `${relative(root, fileName).replace(/^build\/stryker\/[^/]+\//, '')}:${location.start.line}:${location.start.column}`,
        mutator: mutatorName,
        replacement,
        killedBy,
        covered: coveredBy?.length ?? 0,
        isStatic,
      }),
  };
  await new Stryker({
    testRunner: 'vitest',
    vitest: { configFile: 'test/measures/mutation.config.mjs', related: false },
    plugins: ['@stryker-mutator/vitest-runner', './test/measures/mutation-reporter.mjs'],
    mutate: placesOf(ROOMS[name], part),
    ignorePatterns: ['/dist', '/build', '/reports', '/coverage', '/manifests', '/bench', '/docs/api'],
    coverageAnalysis: 'perTest',
    // Those of a module's top level would need all modules loaded anew for each.
    ignoreStatic: true,
    concurrency: 1,
    tempDirName: 'build/stryker',
    reporters: ['mutants'],
    timeoutMS: 2000,
    logLevel: 'warn',
    allowConsoleColors: false,
  }).runMutationTest();
}

/** Runs a room in its time. Resolves with its results. */
function run(name, part, minutes) {
  const results = [];
  let planned = 0;
  const child = fork(file, ['--run', name, ...(part === undefined ? [] : ['--part', part])], {
    cwd: root,
    env: { ...process.env, RINGLET_ROOM: name },
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  child.on('message', (message) => {
    if (message.count !== undefined) planned = message.count;
    else results.push(message);
    if (results.length % 25 === 0) process.stderr.write(`${name}: ${results.length} of ${planned}\n`);
  });
  const timer = minutes && setTimeout(() => child.kill('SIGINT'), minutes * 60_000);
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal !== null || (minutes && results.length > 0)) resolve({ planned, results });
      else reject(new Error(`${name}: Stryker ended with ${code}`));
    });
  });
}

function judge({ planned, results }) {
  const counts = {
    Killed: 0,
    Timeout: 0,
    Survived: 0,
    NoCoverage: 0,
    Ignored: 0,
    RuntimeError: 0,
    CompileError: 0,
  };
  for (const { status } of results) counts[status]++;
  const detected = counts.Killed + counts.Timeout;
  const valid = detected + counts.Survived + counts.NoCoverage;
  return { planned, tested: results.length, ...counts, score: valid === 0 ? 0 : (100 * detected) / valid };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: 'string' },
    minutes: { type: 'string' },
    json: { type: 'boolean' },
    run: { type: 'string' },
  },
});
if (values.run !== undefined) await mutate(values.run, values.part);
else {
  const unknown = positionals.filter((name) => !Object.hasOwn(ROOMS, name));
  if (unknown.length > 0 || (values.part !== undefined && !/^[1-9]\d*\/[1-9]\d*$/.test(values.part))) {
    process.stderr.write(`mutation: rooms are ${Object.keys(ROOMS).join(', ')}; --part is like 1/8\n`);
    process.exit(2);
  }
  const folder = join(root, 'reports', 'mutation');
  mkdirSync(folder, { recursive: true });
  const table = {};
  for (const name of positionals.length > 0 ? positionals : Object.keys(ROOMS)) {
    const told = await run(name, values.part, Number(values.minutes ?? 0));
    table[name] = judge(told);
    const survivors = told.results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
    const page = JSON.stringify({ part: values.part, ...table[name], survivors }, null, 1);
    writeFileSync(join(folder, `${name}.json`), page);
    const { tested, planned, score } = table[name];
    if (!values.json)
      process.stdout.write(
        `${name}: ${score.toFixed(1)} % of ${tested} mutants noticed (${planned} planned)\n`,
      );
  }
  if (values.json) process.stdout.write(`${JSON.stringify(table)}\n`);
}
