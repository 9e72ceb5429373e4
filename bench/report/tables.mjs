import { cell, element, escaped, table } from './markup.mjs';
import { digits, newestOf, recordedOf, standing, timesOurs } from './text.mjs';

const marks = { goal: '● goal', floor: '◐ floor', missed: '○ missed', 'not measured': '–' };

/** Nothing where there is no spread: counts repeat. */
const range = (low, high) =>
  !Number.isFinite(low) || low === high ? '' : `${digits(low)} – ${digits(high)}`;

/** The target table. */
export function targetTable(targets) {
  const rows = targets.map((target) => {
    const { name, peer, ratio, spread, floor, goal, lowerIsBetter, reason } = target;
    const limit = (value) => `${lowerIsBetter ? '≤' : '≥'} ${digits(value)}`;
    const stands = standing(target);
    return element(
      'tr',
      {},
      cell(name),
      cell(peer, { class: 'text' }),
      element('td', {}, element('strong', {}, ratio === null ? '–' : digits(ratio))),
      cell(ratio === null ? '' : range(...spread)),
      cell(limit(floor)),
      cell(limit(goal)),
      cell(`${marks[stands]}${reason === undefined ? '' : `: ${reason}`}`, { class: `text ${stands}` }),
    );
  });
  return table(['work', '<compared with', 'Ringlet', 'quartiles', 'floor', 'goal', '<met'], rows, {
    class: 'wrapped targets',
  });
}

/** What is counted on XS, compared with the recorded peer. */
export function xsTable({ works }, recorded) {
  const rows = works.map((work) => {
    const peer = recordedOf(work, recorded);
    const hasBoth = peer !== undefined && work.instructions !== null;
    return element(
      'tr',
      {},
      cell(work.title),
      cell(digits(work.bytecodes)),
      cell(work.instructions === null ? '–' : digits(work.instructions)),
      cell(peer === undefined ? '' : digits(peer.bytecodes)),
      cell(peer === undefined ? '' : digits(peer.instructions)),
      cell(hasBoth ? `${digits(peer.instructions / work.instructions)} ×` : ''),
      cell(newestOf(work, recorded)),
    );
  });
  const { name, newest } = recorded;
  return table(
    [
      'a message',
      'bytecodes',
      'instructions',
      `${name}: bytecodes`,
      'instructions',
      '× Ringlet',
      `in ${newest.engine}`,
    ],
    rows,
  );
}

/** What an octet more costs on XS: the difference of 1,000 and 125 octets. */
export function xsOctetTable({ works }) {
  const rows = [];
  for (const { work, kind, octets, window, bytecodes, instructions } of works) {
    if (octets !== 1000 || window !== undefined) continue;
    const short = works.find((one) => one.id === `${work}.${kind}.125`);
    if (short === undefined) continue;
    const slope = (long, less) => (long === null ? '–' : digits((long - less) / 875));
    rows.push(
      element(
        'tr',
        {},
        cell(`${kind}, ${{ spans: 'by spans', read: 'by read(buffer)', send: 'sent' }[work]}`),
        cell(slope(bytecodes, short.bytecodes)),
        cell(slope(instructions, short.instructions)),
      ),
    );
  }
  return table(['an octet', 'bytecodes', 'instructions'], rows, { class: 'narrow' });
}

/** What is lost without each fast path. */
export function ablationTable(ablations) {
  const rows = ablations.map(({ what, instead, label, lost, xs, xsLabel }) =>
    element(
      'tr',
      {},
      cell(what),
      cell(instead, { class: 'text' }),
      cell(label, { class: 'text' }),
      element('td', {}, element('strong', {}, lost.failed ?? `${digits(lost.median)} ×`)),
      cell(lost.failed === undefined ? range(lost.low, lost.high) : ''),
      cell(xs === undefined ? '' : `${digits(xs)} × (${xsLabel})`, { class: 'text' }),
    ),
  );
  return table(['<without', '<instead', '<work', 'takes', 'quartiles', '<bytecodes on XS'], rows, {
    class: 'wrapped',
  });
}

/** A bar from 0, and within it nothing else: the figures stand next to it. */
function bar(share) {
  const width = (Math.max(0.002, share) * 100).toFixed(2);
  return element(
    'svg',
    { 'aria-hidden': 'true' },
    element('rect', { width: `${width}%`, height: '100%', rx: 2 }),
  );
}

/** What stands in a scene's last column: collections in 10^6 messages, unless the work has something better. */
const asides = { heap: 'external', echo: 'p99', idle: 'RSS', handshake: 'a second' };

function aside(work, { median, minor, major, external, p99, rss }) {
  if (work === 'handshake') return digits(1e6 / median);
  if (work === 'heap') return `${digits(external)} B`;
  if (work === 'echo') return `${digits(p99)} µs`;
  if (work === 'idle') return `${digits(rss)} B`;
  return digits(minor + major);
}

/** One scene: a row for each peer, with a bar of its cost. */
export function sceneTable({ label, unit = 'ns', work, peers }) {
  const [own] = peers;
  const most = Math.max(...peers.map(({ median = 0 }) => median || 0));
  const rows = peers.map((peer) => {
    const attributes = peer === own ? { class: 'own' } : {};
    if (peer.failed !== undefined) {
      return element('tr', attributes, cell(peer.name), cell(peer.failed, { class: 'text', colspan: 5 }));
    }
    return element(
      'tr',
      attributes,
      cell(peer.name),
      element('td', {}, bar(peer.median / most)),
      cell(`${digits(peer.median)} ${unit}`),
      cell(range(peer.low, peer.high)),
      cell(timesOurs(peer, own)),
      cell(aside(work, peer)),
    );
  });
  const head = ['', '', 'median', 'quartiles', '× Ringlet', asides[work] ?? 'collections'];
  return element(
    'div',
    { class: 'scene' },
    element('h3', {}, escaped(label)),
    table(head, rows, { class: 'bars' }),
  );
}

/** Compression: what is left of the data, and how fast. */
export function compressionTable(rows) {
  const body = rows.map(({ data, window, act, name, share, speed, low, high }) =>
    element(
      'tr',
      { class: name.startsWith('ringlet') ? 'own' : undefined },
      cell(`${data}, window 2^${window}`),
      cell(act, { class: 'text' }),
      cell(name, { class: 'text' }),
      cell(share === undefined ? '' : `${share} %`),
      cell(`${digits(speed)} MB/s`),
      cell(range(low, high)),
    ),
  );
  return table(['data', '<', '<by', 'left', 'median', 'quartiles'], body);
}
