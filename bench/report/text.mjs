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

/** The target table. */
export function printTargets(targets) {
  const lines = targets.map(({ name, peer, ratio: value, spread, floor, goal, met }) =>
    [
      name.padEnd(58),
      peer.padEnd(18),
      String(value ?? '–').padStart(8),
      (value === null ? '' : `${spread[0]}–${spread[1]}`).padEnd(16),
      String(floor).padStart(6),
      String(goal).padStart(6),
      ` ${met}`,
    ].join(' '),
  );
  const head = [
    'target'.padEnd(58),
    'peer'.padEnd(18),
    'ours'.padStart(8),
    'spread'.padEnd(16),
    ' floor',
    '  goal',
  ].join(' ');
  return `\n${head}\n${lines.join('\n')}\n`;
}
