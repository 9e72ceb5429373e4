import { ratio } from '../run/statistics.mjs';

/** A figure with three digits that mean something. */
export function digits(value) {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) < 0.005) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return value.toLocaleString('en', { maximumFractionDigits: Math.max(0, 2 - magnitude) });
}

/** How many times ours `peer` takes, or nothing for ours. */
export function timesOurs(peer, own) {
  if (peer === own || peer.failed !== undefined || own.failed !== undefined) return '';
  return `${digits(ratio(peer.values, own.values).median)} ×`;
}

/** The lines of one scene. */
export function printScene({ id, label, group, unit = 'ns', peers }) {
  const [own] = peers;
  const lines = peers.map((peer) => {
    if (peer.failed !== undefined) return `  ${peer.name.padEnd(22)} ${peer.failed}`;
    const spread = `${digits(peer.low)}–${digits(peer.high)}`;
    const collected = peer.minor > 0.5 ? `${digits(peer.minor)} collections in 10^6` : '';
    return `  ${peer.name.padEnd(22)} ${digits(peer.median).padStart(12)} ${unit} ${spread.padEnd(24)} ${timesOurs(peer, own).padStart(9)}  ${collected}`.trimEnd();
  });
  return `${group}: ${label} (${id})\n${lines.join('\n')}\n`;
}

/** How a row of the target table stands. */
export function standing({ met, goalMet }) {
  if (met === null) return 'not measured';
  return goalMet ? 'goal' : met ? 'floor' : 'missed';
}

/** Cells in columns: the first on the left, the others on the right. */
function columns(lines) {
  const widths = lines[0].map((_, at) => Math.max(...lines.map((cells) => cells[at].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[at])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The target table. */
export function printTargets(targets) {
  if (targets.length === 0) return '';
  const lines = targets.map((row) => {
    const { name, peer, ratio: value, spread, floor, goal, reason } = row;
    return [
      name,
      peer,
      String(value ?? '–'),
      value === null ? '' : `${spread[0]}–${spread[1]}`,
      String(floor),
      String(goal),
      standing(row) + (reason === undefined ? '' : `: ${reason}`),
    ];
  });
  return `\n${columns([['target', 'compared with', 'Ringlet', 'spread', 'floor', 'goal', 'met'], ...lines])}\n`;
}

/** The figure of the recorded peer that `work` is compared with. */
export const recordedOf = ({ id }, { figures }) => figures[id.replace(/^spans\./, 'read.')];

/** What the recorded peer takes in the newest engine that is known, or nothing. */
export function newestOf({ id }, { newest }) {
  const instructions = newest.instructions[id.replace(/^spans\./, 'read.')];
  return instructions === undefined ? '' : digits(instructions);
}

/** What is counted on XS. */
export function printXs({ works, engine, reason, withoutInstructions: without }, recorded) {
  if (engine === undefined) return `\nOn XS: nothing, ${reason}\n`;
  const lines = works.map((work) => {
    const peer = recordedOf(work, recorded);
    return [
      work.title,
      digits(work.bytecodes),
      work.instructions === null ? '–' : digits(work.instructions),
      peer === undefined ? '' : digits(peer.instructions),
    ];
  });
  const head = ['a message on XS', 'bytecodes', 'instructions', recorded.name];
  const note = without === undefined ? '' : `instructions are not counted: ${without}\n`;
  return `\nXS ${engine.version}, ${engine.bits} bits\n${columns([head, ...lines])}\n${note}`;
}

/** Compression. */
export function printCompression(rows) {
  const lines = rows.map(({ data, window, act, name, share, speed, low, high }) => [
    `${data}, 2^${window}, ${act}, ${name}`,
    share === undefined ? '' : `${share} %`,
    `${digits(speed)} MB/s`,
    `${digits(low)}–${digits(high)}`,
  ]);
  return `\n${columns([['compression', 'left', 'speed', 'spread'], ...lines])}\n`;
}

/** What is lost without each fast path. */
export function printAblations(rows) {
  const lines = rows.map(({ what, label, lost, xs }) => [
    what,
    label,
    lost.failed ?? `${digits(lost.median)} ×`,
    lost.failed === undefined ? `${digits(lost.low)}–${digits(lost.high)}` : '',
    xs === undefined ? '' : `${digits(xs)} ×`,
  ]);
  return `\n${columns([['without', 'work', 'cost', 'spread', 'bytecodes on XS'], ...lines])}\n`;
}
