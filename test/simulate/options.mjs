// The options of `npm run simulate`: read and checked before anything is done.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

const HELP = `npm run simulate -- [options]

  --seeds N        worlds to simulate (default 20)
  --first N        number of the first (default 1)
  --hours N        virtual hours of each (default 24)
  --clients N      machines with a client in each (default 30)
  --profile NAME   calm, mixed, rough, hostile or uplinks (default mixed)
  --seed NAME      this one world, with its trace in build/simulate/
  --script SCRIPT  what was printed for a seed that failed, or a file that has it
  --jobs N         processes (default: one for each processor)
  --shrink N       seconds for the shrinking of each seed that fails (default 60, 0 for none)
  --report FILE    writes a page with charts
  --json           the summary as one line of JSON, the last of the output

Exits with 1 if an invariant was broken, with 2 for wrong options.
`;

/** Ten years. */
const MOST_HOURS = 87_660;

const PROFILES = ['calm', 'mixed', 'rough', 'hostile', 'uplinks'];

/** Says what is wrong, and ends the program. */
export function refuse(what) {
  process.stderr.write(`simulate: ${what}\n`);
  process.exit(2);
}

function parse(args) {
  const string = (fallback) => ({ type: 'string', ...(fallback !== undefined && { default: fallback }) });
  try {
    return parseArgs({
      args,
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
    return refuse(`${error.message}\n\n${HELP.trimEnd()}`);
  }
}

/** What a failing seed was shrunk to: JSON, or a file of it. */
function scriptIn(given) {
  let script;
  try {
    script = JSON.parse(given.startsWith('{') ? given : readFileSync(given, 'utf8'));
  } catch (error) {
    return refuse(`--script ${given}: ${error.message}`);
  }
  const isList = (name) =>
    Array.isArray(script?.[name]) && script[name].every((each) => each instanceof Object);
  const isOne =
    ['clients', 'servers', 'faults'].every(isList) &&
    typeof script.seed === 'string' &&
    script.hours > 0 &&
    script.hours <= MOST_HOURS &&
    script.clients.every(({ server }) => script.servers.some(({ name }) => name === server));
  return isOne ? script : refuse(`--script ${given}: no script as a seed that fails is shrunk to`);
}

/** What `args` ask for. Ends the program for what is wrong, with 2, and for `--help`, with 0. */
export function optionsOf(args) {
  const given = parse(args);
  if (given.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const number = (name, least, most, isWhole = true) => {
    const value = given[name].trim() === '' ? NaN : Number(given[name]);
    if (Number.isFinite(value) && value >= least && value <= most && (!isWhole || value % 1 === 0))
      return value;
    return refuse(
      `--${name} wants a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, not ${JSON.stringify(given[name])}`,
    );
  };
  if (!PROFILES.includes(given.profile))
    refuse(`there is no profile ${JSON.stringify(given.profile)}: ${PROFILES.join(', ')}`);
  if (given.seed !== undefined && given.script !== undefined)
    refuse('a script has its own seed: --seed or --script');
  const options = {
    hours: number('hours', 0.001, MOST_HOURS, false),
    clients: number('clients', 1, 10_000),
    first: number('first', 0, 1e9),
    seeds: number('seeds', 1, 1_000_000),
    jobs: number('jobs', 1, 1024),
    shrinking: number('shrink', 0, 86_400, false) * 1000,
    profile: given.profile,
    isSingle: given.seed !== undefined || given.script !== undefined,
    script: given.script === undefined ? undefined : scriptIn(given.script),
    seed: given.seed ?? 'script',
    report: given.report,
    json: given.json,
  };
  if (options.report === undefined) return options;
  // An hour later would be too late to say so.
  try {
    closeSync(openSync(options.report, 'a'));
  } catch (error) {
    refuse(`--report ${options.report}: ${error.message}`);
  }
  return options;
}
