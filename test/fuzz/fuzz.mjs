// `npm run fuzz`: inputs that are changed at random, kept when they reach what nothing reached before, and judged by targets.ts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rollup } from 'rollup';
import typescript from 'typescript';
import { counters, counting } from './instrument.mjs';
import { mutate } from './mutate.mjs';
import { SEEDS } from './seeds.mjs';

const HELP = `npm run fuzz -- [options]

  --seconds N    how long in all, shared among the targets (default 60)
  --target NAME  this one only, or several with commas
  --without NAME all but this one, or several with commas
  --seed N       of chance (default: the time)
  --keep         what reached something new is added to test/fuzz/corpus/

Inputs that break something are printed, and written to build/fuzz/. Exits with 1 if there is one.
`;

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '..', '..', 'build', 'fuzz');
const MOST = 2048;
/** Octets of an input that is kept, and milliseconds for making those of a target shorter. */
const LONGEST_KEPT = 400;
const KEEPING = 5_000;

let given;
try {
  given = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      target: { type: 'string' },
      without: { type: 'string' },
      seed: { type: 'string', default: String(Date.now()) },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
} catch (error) {
  process.stderr.write(`fuzz: ${error.message}\n\n${HELP}`);
  process.exit(2);
}
if (given.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const seconds = Number(given.seconds);
if (!(seconds > 0)) {
  process.stderr.write(`fuzz: --seconds wants a number above 0, not ${JSON.stringify(given.seconds)}\n`);
  process.exit(2);
}

/** Bundles the targets; what is in `src/` counts its branches. */
async function bundle(file) {
  const strip = {
    name: 'count',
    transform(source, id) {
      if (!id.endsWith('.ts')) return null;
      const isCounted = /\/(src|hosts\/node)\//.test(id);
      const { outputText } = typescript.transpileModule(source, {
        fileName: id,
        compilerOptions: {
          target: typescript.ScriptTarget.ES2022,
          module: typescript.ModuleKind.ESNext,
          verbatimModuleSyntax: true,
        },
        transformers: isCounted ? { before: [counting] } : {},
      });
      return { code: outputText, map: null };
    },
  };
  const build = await rollup({
    input: join(here, 'entry.ts'),
    external: (id) => !/^[./]/.test(id),
    plugins: [strip],
    logLevel: 'silent',
  });
  await build.write({ file, format: 'es' });
  await build.close();
}

mkdirSync(out, { recursive: true });
const program = join(out, 'targets.mjs');
// A place for each counter; how many there are is known when all is bundled.
const hits = (globalThis.__hits = new Uint8Array(1 << 17));
await bundle(program);
const { TARGETS, Random } = await import(pathToFileURL(program));
const without = given.without?.split(',') ?? [];
const asked = given.target?.split(',') ?? Object.keys(TARGETS);
const names = asked.filter((name) => !without.includes(name));
if ([...asked, ...without].some((name) => TARGETS[name] === undefined) || names.length === 0) {
  process.stderr.write(`fuzz: the targets are ${Object.keys(TARGETS).join(', ')}\n`);
  process.exit(2);
}

/** The inputs of a corpus: a line each, `name: hex digits`. */
const corpusOf = (name) => {
  try {
    const text = readFileSync(join(here, 'corpus', `${name}.txt`), 'utf8');
    return text.split('\n').flatMap((line) => {
      const hex = /^(?:[^#:]*: ?)?([\da-f]*)$/.exec(line)?.[1];
      return line === '' || hex === undefined ? [] : [Uint8Array.from(Buffer.from(hex, 'hex'))];
    });
  } catch {
    return [];
  }
};

/** How often a branch ran, in classes as AFL has them: that it ran more often counts as news a few times only. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, count) =>
  count === 0
    ? 0
    : count < 4
      ? 1 << (count - 1)
      : count < 8
        ? 8
        : count < 16
          ? 16
          : count < 32
            ? 32
            : count < 128
              ? 64
              : 128,
);

/** One target, what reached something in it, and what broke it. */
class Fuzzing {
  runs = 0;
  found = new Map();
  seen = new Uint8Array(counters.count);

  constructor(name) {
    this.name = name;
    this.target = TARGETS[name];
  }

  /** Runs an input. Returns the message of what was wrong, or undefined. */
  async run(octets) {
    this.runs += 1;
    hits.fill(0, 0, counters.count);
    try {
      const done = this.target(octets);
      if (done !== undefined) await done;
      return undefined;
    } catch (error) {
      const kind = String(error?.message ?? error)
        .replace(/\d+|"[^"]*"/g, '0')
        .slice(0, 60);
      if (!this.found.has(kind) && this.found.size < 5) this.found.set(kind, { octets, error });
      return kind;
    }
  }

  /** What the last input reached that nothing before it has, as places and classes; notes it. */
  news() {
    const news = [];
    for (let i = 0; i < this.seen.length; i++) {
      const bits = CLASSES[hits[i]] & ~this.seen[i];
      if (bits === 0) continue;
      this.seen[i] |= bits;
      news.push([i, bits]);
    }
    return news;
  }

  get reached() {
    return this.seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0);
  }
}

async function fuzz(name, milliseconds) {
  const fuzzing = new Fuzzing(name);
  const random = new Random(`${given.seed} ${name}`);
  const inputs = [];
  const news = [];
  const known = [...corpusOf(name), ...(SEEDS[name] ?? [])];
  for (const octets of known.length > 0 ? known : [new Uint8Array(0)]) {
    if ((await fuzzing.run(octets)) === undefined) fuzzing.news();
    inputs.push(octets);
  }
  const atFirst = fuzzing.reached;
  for (const until = Date.now() + milliseconds; Date.now() < until;)
    for (let times = 0; times < 20; times++) {
      // What was found last leads on most often.
      const from = random.chance(0.3)
        ? inputs.length - 1 - random.below(Math.min(8, inputs.length))
        : random.below(inputs.length);
      const octets = mutate(random, inputs[from], inputs, MOST);
      if ((await fuzzing.run(octets)) !== undefined || fuzzing.news().length === 0) continue;
      inputs.push(octets);
      news.push(octets);
    }
  const { runs, reached, found } = fuzzing;
  process.stdout.write(
    `${name}: ${runs} inputs, ${known.length} known and ${news.length} new ones that reach more, ${reached} branches (${atFirst} by those known), ${found.size} faults\n`,
  );
  for (const { octets, error } of found.values()) {
    const hex = Buffer.from(octets).toString('hex');
    const file = join(out, `${name}-${hex.slice(0, 16)}.txt`);
    writeFileSync(file, `${hex}\n`);
    process.stdout.write(`  ${error?.message ?? error}\n  ${hex}\n`);
    if (process.env.FUZZ_STACK) process.stdout.write(`${error?.stack}\n`);
  }
  if (given.keep) await keep(name, [...known, ...news]);
  return found.size;
}

/** Writes the fewest of the inputs that reach the same, short ones first, each as short as it can be, by what it reached first. */
async function keep(name, inputs) {
  const fuzzing = new Fuzzing(name);
  const until = Date.now() + KEEPING;
  const names = new Map();
  let text = '';
  let count = 0;
  for (const octets of inputs.sort((a, b) => a.length - b.length)) {
    if (octets.length > LONGEST_KEPT || (await fuzzing.run(octets)) !== undefined) continue;
    const news = fuzzing.news();
    if (news.length === 0) continue;
    const least = Date.now() < until ? await shortened(fuzzing, octets, news) : octets;
    // Of several functions the last one is the deepest.
    const place = counters.places[news[news.length - 1][0]];
    const number = (names.get(place) ?? 0) + 1;
    names.set(place, number);
    text += `${place}${number === 1 ? '' : ` ${number}`}: ${Buffer.from(least).toString('hex')}\n`;
    count += 1;
  }
  mkdirSync(join(here, 'corpus'), { recursive: true });
  writeFileSync(join(here, 'corpus', `${name}.txt`), text);
  process.stdout.write(`  corpus: ${count} inputs, ${text.length} characters\n`);
}

/** The input with parts taken out, as long as it reaches what it was kept for. */
async function shortened(fuzzing, octets, news) {
  let least = octets;
  for (let size = least.length >> 1; size > 0; size >>= 1)
    for (let at = 0; at + size <= least.length;) {
      const shorter = Uint8Array.from([...least.subarray(0, at), ...least.subarray(at + size)]);
      const isSame =
        (await fuzzing.run(shorter)) === undefined &&
        news.every(([place, bits]) => (CLASSES[hits[place]] & bits) === bits);
      if (isSame) least = shorter;
      else at += size;
    }
  return least;
}

let faults = 0;
process.stdout.write(`seed ${given.seed}, ${counters.count} branches in all\n`);
for (const name of names) faults += await fuzz(name, (seconds * 1000) / names.length);
process.exitCode = faults === 0 ? 0 : 1;
