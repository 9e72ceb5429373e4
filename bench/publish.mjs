import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { targetChart } from './report/chart.mjs';
import { page } from './report/page.mjs';
import { digits, newestOf, recordedOf, standing } from './report/text.mjs';
import { WHY } from './report/why.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Rows that stand for the others in the README. */
const EXCERPT = [
  'Node receive, text 125 B',
  'Node receive, binary 64 KiB',
  'in-memory parser, text 125 B',
  'Node send, coalesced, binary 100 B',
  'XS instructions per received message, binary 16 B',
];

const marks = { goal: 'goal', floor: 'floor', missed: '**missed**', 'not measured': '–' };

const table = (head, aligns, rows) =>
  [head, aligns, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const spreadOf = ([low, high]) => (low === null || low === high ? '' : `${digits(low)}–${digits(high)}`);

const named = (target) => (target.peer === '' ? target.name : `${target.name}, compared with ${target.peer}`);

function targetRows(targets) {
  return table(
    ['work', 'Ringlet', 'quartiles', 'floor', 'goal', 'met'],
    [':--', '--:', '--:', '--:', '--:', ':--'],
    targets.map((target) => {
      const limit = (value) => `${target.lowerIsBetter ? '≤' : '≥'} ${digits(value)}`;
      const figure = target.ratio === null ? '–' : `**${digits(target.ratio)}**`;
      const stands = marks[standing(target)] + (target.reason === undefined ? '' : ` (${target.reason})`);
      return [
        named(target),
        figure,
        spreadOf(target.spread),
        limit(target.floor),
        limit(target.goal),
        stands,
      ];
    }),
  );
}

/** Which goals are not reached, and why. */
function unmet(targets) {
  const missed = targets.filter(({ goalMet }) => goalMet === false);
  if (missed.length === 0) return 'Every goal is reached.';
  const count = (stands) => targets.filter((target) => standing(target) === stands).length;
  const head = `Of ${targets.length} rows ${count('goal')} are at their goal, ${count('floor')} between floor and goal, ${count('missed')} below the floor, ${count('not measured')} not measured.`;
  const lines = missed.map(({ name, ratio, goal }) =>
    `- ${name}: ${digits(ratio)}, goal ${digits(goal)}. ${WHY[name] ?? ''}`.trimEnd(),
  );
  return `${head}\n\n${lines.join('\n')}`;
}

function ablationRows(ablations) {
  return table(
    ['without', 'instead', 'work', 'takes', 'quartiles', 'bytecodes on XS'],
    [':--', ':--', ':--', '--:', '--:', ':--'],
    ablations.map(({ what, instead, label, lost, xs, xsLabel }) => [
      what,
      instead,
      label,
      lost.failed ?? `**${digits(lost.median)} ×**`,
      lost.failed === undefined ? `${digits(lost.low)}–${digits(lost.high)}` : '',
      xs === undefined ? '' : `${digits(xs)} × (${xsLabel})`,
    ]),
  );
}

function xsRows({ works, reason }, recorded) {
  if (works.length === 0) return `Not measured: ${reason}.`;
  return table(
    [
      'a message',
      'bytecodes',
      'instructions',
      `${recorded.name}: bytecodes`,
      'instructions',
      `in ${recorded.newest.engine}`,
    ],
    [':--', '--:', '--:', '--:', '--:', '--:'],
    works.map((work) => {
      const peer = recordedOf(work, recorded);
      return [
        work.title,
        digits(work.bytecodes),
        digits(work.instructions ?? NaN),
        peer === undefined ? '' : digits(peer.bytecodes),
        peer === undefined ? '' : digits(peer.instructions),
        newestOf(work, recorded),
      ];
    }),
  );
}

function excerpt(targets) {
  const rows = EXCERPT.map((name) => targets.find((target) => target.name === name)).filter(
    (target) => target?.ratio !== null && target !== undefined,
  );
  return table(
    ['', 'times as fast'],
    [':--', '--:'],
    rows.map((target) => [named(target), `**${digits(target.ratio)} ×**`]),
  );
}

const about = ({ date, machine, load, rounds, versions }) =>
  `Measured ${date.slice(0, 10)} on ${machine}, load ${load.toFixed(1)} at the start, ${rounds} rounds; ${Object.entries(
    versions,
  )
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.`;

/** Puts each of `blocks` between its two marks in the text file at `path`. */
async function refresh(path, blocks) {
  let text = readFileSync(path, 'utf8');
  for (const [name, content] of Object.entries(blocks)) {
    const begin = `<!-- bench:${name} -->`;
    const end = `<!-- /bench:${name} -->`;
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${path} has no marks ${begin} … ${end}`);
    text = `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
  }
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
  return path;
}

/** What stays of a run in the tree: the rows of the targets, and when and where they were measured. */
const summary = ({ date, machine, load, rounds, versions, targets }) => ({
  date,
  machine,
  load,
  rounds,
  versions,
  targets,
});

/**
 * Writes the figures into the documents, the summary beside the benchmarks and everything else into the folder `build`,
 * which is not kept. Returns the files.
 */
export async function publish(figures, build) {
  mkdirSync(build, { recursive: true });
  const { targets, xs, recorded, ablations } = figures;
  const json = (value) => `${JSON.stringify(value, rounded, 1)}\n`;
  const files = {
    [join(build, 'run.json')]: json(figures),
    [join(build, 'index.html')]: page(figures),
    [join(root, 'bench', 'summary.json')]: json(summary(figures)),
    [join(root, 'docs', 'charts', 'targets.svg')]: `${targetChart(targets)}\n`,
  };
  mkdirSync(join(root, 'docs', 'charts'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(name, content);
  const documents = [
    await refresh(join(root, 'docs', 'benchmarks.md'), {
      about: about(figures),
      targets: targetRows(targets),
      unmet: unmet(targets),
      xs: xsRows(xs, recorded),
      ablations: ablationRows(ablations),
    }),
    await refresh(join(root, 'README.md'), { excerpt: excerpt(targets) }),
  ];
  return [...Object.keys(files), ...documents];
}

/** Four digits are enough for anybody. */
function rounded(key, value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
