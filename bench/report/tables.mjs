import { cell, element, escaped, table } from './markup.mjs';
import { digits, timesOurs } from './text.mjs';

const marks = { goal: '● goal', floor: '◐ floor', missed: '○ missed', 'not measured': '–' };

const range = (low, high) => (low === null || low === undefined ? '' : `${digits(low)} – ${digits(high)}`);

/** The target table. */
export function targetTable(targets) {
  const rows = targets.map(({ name, peer, ratio, spread, floor, goal, lowerIsBetter, met }) => {
    const limit = (value) => `${lowerIsBetter ? '≤' : '≥'} ${digits(value)}`;
    return element(
      'tr',
      {},
      cell(name),
      cell(peer, { class: 'text' }),
      element('td', {}, element('strong', {}, ratio === null ? '–' : digits(ratio))),
      cell(ratio === null ? '' : range(...spread)),
      cell(limit(floor)),
      cell(limit(goal)),
      cell(marks[met], { class: `text ${met === 'not measured' ? '' : met}` }),
    );
  });
  return table(['work', '<beside', 'ours', 'quartiles', 'floor', 'goal', '<met'], rows);
}

/** A bar from 0, and within it nothing else: the figures stand beside it. */
function bar(share) {
  const width = (Math.max(0.002, share) * 100).toFixed(2);
  return element(
    'svg',
    { 'aria-hidden': 'true' },
    element('rect', { width: `${width}%`, height: '100%', rx: 2 }),
  );
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
      cell(work === 'idle' ? '' : digits(peer.minor + peer.major)),
    );
  });
  const head = ['', '', 'median', 'quartiles', 'ours ×', 'collections'];
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
