// `npm run mutation [-- room …] [--part n/m] [--files text] [--minutes n] [--record] [--json]`: changes `src/` in one place at a
// time and sees whether the tests of the room notice. `--part 2/8`: only in the second of each eight blocks of lines, a sample of
// the whole room. `--files` takes only files whose name has the text. With `--minutes`, a room is left when its time is over;
// what no test reaches comes first, so that it looks worse than it is then.
// `--record` writes the figures to scores.json, if at least half was tested. Survivors: reports/mutation/<room>.json. Exits with 1 if a survivor is not in
// survivors.mjs, if one of that list was noticed after all, or if less than 90 % of a room were noticed.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { isAbout, lineAt, linesOf, root } from './places.mjs';
import { ROOMS } from './rooms.mjs';
import { SURVIVORS } from './survivors.mjs';

/** Lines of a block of which a sample takes one in so many. */
const BLOCK = 12;
/** Per cent of the mutants of a room that have to be noticed. */
const GOAL = 90;

/** The files of a room: `mutate` is a folder, or the folder of files that have no other one. */
function sources({ mutate, isFlat = false }) {
  const names = readdirSync(join(root, mutate), { recursive: !isFlat });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(mutate, name))
    .sort();
}

/** What Stryker is to change: files, or blocks of their lines. */
function placesOf(room, part, text) {
  const files = sources(room).filter((name) => name.includes(text));
  if (part === undefined) return files;
  const [which, of] = part.split('/').map(Number);
  const places = [];
  let block = 0;
  for (const name of files) {
    const { length } = linesOf(name);
    for (let from = 1; from <= length; from += BLOCK)
      if (block++ % of === which - 1) places.push(`${name}:${from}-${Math.min(length, from + BLOCK - 1)}`);
  }
  return places;
}

/** How long the tests of a room take without a mutant, in seconds of the processor, and which files take most of it. */
function sentenceOf(tests) {
  const files = new Map();
  let all = 0;
  for (const [file, time] of tests) {
    files.set(file, (files.get(file) ?? 0) + time);
    all += time;
  }
  const slowest = [...files].sort(([, a], [, b]) => b - a).slice(0, 5);
  const seconds = (time) => `${(time / 1000).toFixed(1)} s`;
  const list = slowest.map(([file, time]) => `${file} ${seconds(time)}`).join(', ');
  return `${tests.length} tests take ${seconds(all)} without a mutant: ${list}`;
}

/** What a mutant takes the place of, as far as it stands in the line in which it begins. */
function originalOf({ file, line, column, end }) {
  const whole = linesOf(file)[line - 1];
  return whole.slice(column - 1, end.line === line ? end.column - 1 : whole.length);
}

/** Says at once that a mutant was not noticed. */
function tell({ file, line, column, original, replacement, text }) {
  process.stderr.write(
    `not noticed: ${file}:${line}:${column}: ${text}\n  with ${replacement}\n  for ${original}\n`,
  );
}

/** Runs a room in its time. Resolves with its results. */
function run(name, places, minutes) {
  const results = [];
  let planned = 0;
  const child = fork(join(root, 'test', 'measures', 'mutation-run.mjs'), places, {
    cwd: root,
    env: { ...process.env, RINGLET_ROOM: name },
    stdio: ['ignore', 2, 2, 'ipc'],
    // With the processes that it makes, of which one may be in a loop that nothing but a signal ends.
    detached: true,
  });
  const endAll = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // There is none any more.
    }
  };
  process.once('exit', endAll);
  child.on('message', (message) => {
    if (message.dry !== undefined) process.stderr.write(`${name}: ${sentenceOf(message.dry)}\n`);
    else if (message.count !== undefined) planned = message.count;
    else {
      const result = { ...message, text: lineAt(message.file, message.line), original: originalOf(message) };
      results.push(result);
      if (isSurvivor(result) && exceptionOf(result) === undefined) tell(result);
    }
    if (results.length % 25 === 0) process.stderr.write(`${name}: ${results.length} of ${planned}\n`);
  });
  const timer = minutes && setTimeout(() => child.kill('SIGINT'), minutes * 60_000);
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      process.off('exit', endAll);
      endAll();
      if (code === 0 || signal !== null || (minutes && results.length > 0)) resolve({ planned, results });
      else reject(new Error(`${name}: Stryker ended with ${code}`));
    });
  });
}

const isSurvivor = ({ status }) => status === 'Survived' || status === 'NoCoverage';
const isNoticed = ({ status }) => status === 'Killed' || status === 'Timeout';
const exceptionOf = (mutant) => SURVIVORS.find((exception) => isAbout(exception, mutant));

/** What came of a room: figures, survivors that nobody has named, and names of what was noticed after all. */
function judge({ planned: all, results }) {
  const survivors = results.filter(isSurvivor);
  const noticed = results.filter(isNoticed);
  const tested = survivors.length + noticed.length;
  // Stryker plans, and leaves out, those of a module's top level.
  const planned = all - (results.length - tested);
  const named = survivors.filter((mutant) => exceptionOf(mutant) !== undefined);
  const figures = {
    planned,
    tested,
    noticed: noticed.length,
    byTime: results.filter(({ status }) => status === 'Timeout').length,
    unreached: survivors.filter(({ status }) => status === 'NoCoverage').length,
    named: named.length,
    score: tested === 0 ? 0 : (100 * noticed.length) / tested,
  };
  const stale = SURVIVORS.filter(
    (exception) =>
      noticed.some((mutant) => isAbout(exception, mutant)) &&
      !named.some((mutant) => isAbout(exception, mutant)),
  );
  return { figures, unnamed: survivors.filter((mutant) => !named.includes(mutant)), stale };
}

/** Writes down what was measured, for the table in docs/tests.md. */
function record(name, part, files, { planned, score: _score, ...figures }) {
  const path = join(root, 'test', 'measures', 'scores.json');
  const scores = JSON.parse(readFileSync(path, 'utf8'));
  const date = new Date().toISOString().slice(0, 10);
  const blocks = [
    part === undefined ? 'all' : `one block in ${part.split('/')[1]} (\`${part}\`)`,
    ...(files === '' ? [] : [`of files with \`${files}\``]),
  ].join(' ');
  const sample = figures.tested < planned ? `${blocks}, the first ${figures.tested} of ${planned}` : blocks;
  scores[name] = { date, sample, ...figures };
  writeFileSync(path, `${JSON.stringify(scores, null, 2)}\n`);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: 'string' },
    files: { type: 'string', default: '' },
    minutes: { type: 'string' },
    record: { type: 'boolean' },
    json: { type: 'boolean' },
  },
});
const { part, files, minutes = 0 } = values;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const unknown = positionals.filter((name) => !Object.hasOwn(ROOMS, name));
if (unknown.length > 0 || (part !== undefined && !/^[1-9]\d*\/[1-9]\d*$/.test(part))) {
  process.stderr.write(`mutation: rooms are ${Object.keys(ROOMS).join(', ')}; --part is like 1/8\n`);
  process.exit(2);
}
const folder = join(root, 'reports', 'mutation');
mkdirSync(folder, { recursive: true });
const table = {};
for (const name of positionals.length > 0 ? positionals : Object.keys(ROOMS)) {
  const places = placesOf(ROOMS[name], part, files);
  if (places.length === 0) continue;
  const { figures, unnamed, stale } = judge(await run(name, places, Number(minutes)));
  table[name] = figures;
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ part, ...figures, unnamed }, null, 1));
  for (const { file, text } of stale) process.stderr.write(`noticed after all: ${file}: ${text}\n`);
  const { tested, planned, score, noticed, named } = figures;
  if (!values.json)
    process.stdout.write(
      `${name}: ${score.toFixed(1)} % (${noticed} of ${tested} mutants) noticed, ${named} named with their reason` +
        `${tested < planned ? `; ${planned} planned` : ''}\n`,
    );
  if (values.record && tested * 2 < planned) process.stderr.write(`${name}: too few of it to be recorded\n`);
  else if (values.record) record(name, part, files, figures);
  if (unnamed.length > 0 || stale.length > 0 || score < GOAL) process.exitCode = 1;
}
if (values.json) process.stdout.write(`${JSON.stringify(table)}\n`);
