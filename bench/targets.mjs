import { readFileSync } from 'node:fs';
import { ratio, summary } from './run/statistics.mjs';

/**
 * The rows of the target table. A row is a ratio of what two peers took, round by round, or a count; `floor` has
 * to be met, `goal` is wished for.
 */

/** How much more than ours the fastest of `peers` took in the scene `id`. */
const times = (id, name, floor, goal, ...peers) => ({
  name,
  peer: peers.join(' or '),
  floor,
  goal,
  scene: id,
  of: (scene) => fastest(scene, peers, (peer, own) => ratio(peer.values, own.values)),
});

/** Ours as a share of what `peer` took. */
const share = (id, name, floor, goal, peer) => ({
  ...times(id, name, floor, goal, peer),
  lowerIsBetter: true,
  of: (scene) => fastest(scene, [peer], (other, own) => ratio(own.values, other.values)),
});

/** A count of ours, without a peer. */
const count = (id, name, floor, goal) => ({
  name,
  peer: '',
  floor,
  goal,
  scene: id,
  lowerIsBetter: true,
  of: ({ peers: [own] }) => own,
});

/** A count that the desk XS gives and that its own script checks. */
const onXs = (key, name, peer, floor, goal, lowerIsBetter = true) => ({
  name,
  peer,
  floor,
  goal,
  lowerIsBetter,
  xs: key,
});

function fastest({ peers: [own, ...others] }, names, compare) {
  const found = others.filter(({ name, failed }) => names.includes(name) && failed === undefined);
  if (own.failed !== undefined || found.length === 0) return undefined;
  found.sort((a, b) => a.median - b.median);
  return compare(found[0], own);
}

const moddable = "Moddable's client";

const rows = [
  times('receive/text-16', 'Node receive, text 16 B', 8, 14, 'ws'),
  times('receive/text-125', 'Node receive, text 125 B', 4, 7, 'ws'),
  times('receive/binary-1024', 'Node receive, binary 1 KiB', 3, 8, 'ws'),
  times('receive/binary-65536', 'Node receive, binary 64 KiB', 3, 5, 'ws'),
  times('receive/text-65536', 'Node receive, text 64 KiB ASCII, validated', 1.3, 2.5, 'ws'),
  times('receive/mixed-65536', 'Node receive, text 64 KiB multibyte, validated', 1.3, 2, 'ws'),
  times('receive/string-16', 'Node receive to a JS string, 16 B', 3, 4.5, 'ws'),
  times('receive/string-125', 'Node receive to a JS string, 125 B', 2, 3, 'ws'),
  times('receive/binary-1024', 'share of the raw onread ceiling, binary 1 KiB', 0.8, 0.95, 'onread'),
  times('receive/binary-65536', 'share of the raw onread ceiling, binary 64 KiB', 0.8, 0.95, 'onread'),
  times('parse/text-16/65536', 'in-memory parser, text 16 B', 3, 6, 'wslay'),
  times('parse/text-125/65536', 'in-memory parser, text 125 B', 6, 12, 'wslay'),
  times('parse/binary-1024/65536', 'in-memory parser, binary 1 KiB', 4, 12, 'wslay'),
  times('parse/text-65536/1', '64 KiB text fed one octet at a time', 50, 140, 'ws'),
  times('send/text-100', 'Node send, coalesced, text 100 B', 8, 15, 'ws', 'ws, natives'),
  times('send/binary-100', 'Node send, coalesced, binary 100 B', 8, 15, 'ws', 'ws, natives'),
  times('send/binary-1024', 'Node send, coalesced, binary 1 KiB', 3, 6, 'ws', 'ws, natives'),
  share('echo/100', 'echo round trip, p50, 100 B', 0.9, 0.75, 'ws'),
  count('heap/receive', 'V8 heap octets per received message', 1, 0),
  count('heap/send', 'V8 heap octets per coalesced 100 B send', 10, 2),
  onXs('moddable.receive.16', 'XS instructions per received message, 16 B', moddable, 5, 8, false),
  onXs('moddable.receive.125', 'XS instructions per received message, 125 B', moddable, 3, 5, false),
  onXs('moddable.send.100', 'XS instructions per send, binary 100 B', moddable, 2, 3, false),
  onXs('slots', 'XS slots per received span and same-size send', '', 0, 0),
  onXs('chunkBytes', 'XS chunk octets per received span and same-size send', '', 0, 0),
  onXs('ramPerConnection', 'RAM per connection on 32-bit XS beside its buffers, octets', '', 1500, 1000),
  onXs('bundle.minified', 'size of core and ECMA-419 client, minified, octets', '', 20000, 14000),
  onXs('bundle.gzip', 'size of core and ECMA-419 client, gzip, octets', '', 7000, 5000),
];

/** The scenes that the table needs. */
export const neededScenes = new Set(rows.flatMap(({ scene }) => scene ?? []));

function expectedOnXs() {
  try {
    return JSON.parse(readFileSync(new URL('memory/expected.json', import.meta.url), 'utf8'));
  } catch {
    return {};
  }
}

/** What the desk XS is not to do at all; `npm run memory` fails where it does. */
const promised = (key) => (key === 'slots' || key === 'chunkBytes' ? summary([0]) : undefined);

/** Figures have three digits that mean something. */
const rounded = (value) =>
  Number.isFinite(value) ? (value >= 1000 ? Math.round(value) : Number(value.toPrecision(3))) : null;

function evaluated({ name, peer, floor, goal, lowerIsBetter = false, xs, scene, of }, scenes, expected) {
  let result;
  if (xs !== undefined) result = xs in expected ? summary([expected[xs].value]) : promised(xs);
  else if (scenes.has(scene)) result = of(scenes.get(scene));
  const value = rounded(result?.median);
  const reaches = (mark) => value !== null && (lowerIsBetter ? value <= mark : value >= mark);
  const met = value === null ? 'not measured' : reaches(goal) ? 'goal' : reaches(floor) ? 'floor' : 'missed';
  const spread = [rounded(result?.low), rounded(result?.high)];
  return { name, peer, ratio: value, spread, floor, goal, lowerIsBetter, met };
}

/** The whole table from the scenes that were measured, by their ids. */
export function targetTable(scenes) {
  const expected = expectedOnXs();
  return rows.map((row) => evaluated(row, scenes, expected));
}
