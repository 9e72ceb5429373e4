// `npm run fuzz`: inputs that are changed at random, kept when they reach what nothing reached before, and judged by targets.ts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rollup } from 'rollup';
import typescript from 'typescript';
import { counters, counting } from './instrument.mjs';
import { mutate } from './mutate.mjs';

const HELP = `npm run fuzz -- [options]

  --seconds N    how long in all, shared among the targets (default 60)
  --target NAME  this one only
  --seed N       of chance (default: the time)
  --keep         what reached something new is added to test/fuzz/corpus/

Inputs that break something are printed, and written to build/fuzz/. Exits with 1 if there is one.
`;

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '..', '..', 'build', 'fuzz');
const MOST = 2048;

let given;
try {
  given = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      target: { type: 'string' },
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
      const isCounted = /\/src\/|\/hosts\/node\/store\//.test(id);
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
    external: /^(node:|ws$)/,
    plugins: [strip],
    logLevel: 'silent',
  });
  await build.write({ file, format: 'es' });
  await build.close();
}

mkdirSync(out, { recursive: true });
const program = join(out, 'targets.mjs');
// A place for each counter; how many there are is known when all is bundled.
const hits = (globalThis.__hits = new Uint8Array(1 << 16));
await bundle(program);
const { TARGETS, Random } = await import(pathToFileURL(program));
const names = given.target === undefined ? Object.keys(TARGETS) : [given.target];
if (names.some((name) => TARGETS[name] === undefined)) {
  process.stderr.write(`fuzz: the targets are ${Object.keys(TARGETS).join(', ')}\n`);
  process.exit(2);
}

const corpusOf = (name) => {
  try {
    const text = readFileSync(join(here, 'corpus', `${name}.txt`), 'utf8');
    return text.split('\n').filter((line) => line !== '' && line[0] !== '#');
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

function fuzz(name, milliseconds) {
  const target = TARGETS[name];
  const random = new Random(`${given.seed} ${name}`);
  const seen = new Uint8Array(counters.count);
  const found = new Map();
  const inputs = [];
  const news = [];
  let runs = 0;
  const run = (octets) => {
    runs += 1;
    hits.fill(0, 0, counters.count);
    let fault;
    try {
      target(octets);
    } catch (error) {
      fault = String(error?.message ?? error)
        .replace(/\d+|"[^"]*"/g, '0')
        .slice(0, 60);
      if (!found.has(fault) && found.size < 5) found.set(fault, { octets, error });
    }
    let isNew = false;
    for (let i = 0; i < seen.length; i++) {
      const bits = CLASSES[hits[i]];
      if ((bits & ~seen[i]) === 0) continue;
      seen[i] |= bits;
      isNew = true;
    }
    return isNew && fault === undefined;
  };
  const known = corpusOf(name).map((line) => Uint8Array.from(Buffer.from(line, 'hex')));
  for (const octets of known.length > 0 ? known : [new Uint8Array(0)]) {
    run(octets);
    inputs.push(octets);
  }
  for (const until = Date.now() + milliseconds; Date.now() < until;)
    for (let times = 0; times < 50; times++) {
      // What was found last leads on most often.
      const from = random.chance(0.3)
        ? inputs.length - 1 - random.below(Math.min(8, inputs.length))
        : random.below(inputs.length);
      const octets = mutate(random, inputs[from], inputs, MOST);
      if (!run(octets)) continue;
      inputs.push(octets);
      news.push(octets);
    }
  const reached = seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0);
  process.stdout.write(
    `${name}: ${runs} inputs, ${known.length} known and ${news.length} new ones that reach more, ${reached} branches, ${found.size} faults\n`,
  );
  for (const { octets, error } of found.values()) {
    const hex = Buffer.from(octets).toString('hex');
    const file = join(out, `${name}-${hex.slice(0, 16)}.txt`);
    writeFileSync(file, `${hex}\n`);
    process.stdout.write(`  ${error?.message ?? error}\n  ${hex}\n`);
    if (process.env.FUZZ_STACK) process.stdout.write(`${error?.stack}\n`);
  }
  if (given.keep) keep(name, run, seen, [...known, ...news]);
  return found.size;
}

/** Writes the fewest of the inputs that reach the same, short ones first. */
function keep(name, run, seen, inputs) {
  seen.fill(0);
  const least = inputs
    .sort((a, b) => a.length - b.length)
    .filter((octets) => octets.length <= 400 && run(octets));
  const text = least.map((octets) => `${Buffer.from(octets).toString('hex')}\n`).join('');
  mkdirSync(join(here, 'corpus'), { recursive: true });
  writeFileSync(join(here, 'corpus', `${name}.txt`), text);
  process.stdout.write(`  corpus: ${least.length} inputs, ${text.length} characters\n`);
}

let faults = 0;
process.stdout.write(`seed ${given.seed}, ${counters.count} branches in all\n`);
for (const name of names) faults += fuzz(name, (seconds * 1000) / names.length);
process.exitCode = faults === 0 ? 0 : 1;
