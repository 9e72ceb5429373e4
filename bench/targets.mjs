import { ratio } from './run/statistics.mjs';
import { recordedFor } from './run/xs.mjs';

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

/** A count of the desk XS or of the bundle, by the name that `measureOnXs` gives it. */
const onXs = (key, name, floor, goal) => ({
  name,
  peer: '',
  floor,
  goal,
  lowerIsBetter: true,
  ofXs: (figures) => ({ value: key.split('.').reduce((value, part) => value?.[part], figures) }),
});

/**
 * How many times the instructions of ours, or bytecodes where there is no valgrind, the recorded peer takes in an engine of
 * as many bits.
 */
const besideRecorded = (id, peerId, name, floor, goal) => ({
  name,
  peer: `${recordedFor().name} (recorded)`,
  floor,
  goal,
  lowerIsBetter: false,
  ofXs({ works, withoutInstructions, engine }) {
    const own = works.find((work) => work.id === id);
    if (own === undefined) return {};
    const peer = recordedFor(engine.bits).figures[peerId];
    if (own.instructions === null)
      return { value: peer.bytecodes / own.bytecodes, note: `${withoutInstructions}: counted in bytecodes` };
    const spread = own.spread.map((instructions) => peer.instructions / instructions);
    const note = engine.bits === 32 ? undefined : `in ${engine.bits} bits, both`;
    return { value: peer.instructions / own.instructions, spread: spread.reverse(), note };
  },
});

function fastest({ peers: [own, ...others] }, names, compare) {
  const found = others.filter(({ name, failed }) => names.includes(name) && failed === undefined);
  if (own.failed !== undefined || found.length === 0) return undefined;
  found.sort((a, b) => a.median - b.median);
  return compare(found[0], own);
}

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
  ...['receive', 'send'].flatMap((way) =>
    [
      ['text-16', 'text 16 B as strings'],
      ['text-125', 'text 125 B as strings'],
      ['binary-1024', 'binary 1 KiB as ArrayBuffers'],
    ].map(([id, label]) =>
      times(`websocket/${way}-${id}`, `WebSocket of the web, ${way}, ${label}`, 1.5, 3, 'ws'),
    ),
  ),
  share('echo/100', 'echo round trip, p50, 100 B', 0.9, 0.75, 'ws'),
  count('heap/receive', 'V8 heap octets per received message', 1, 0),
  count('heap/send', 'V8 heap octets per coalesced 100 B send', 10, 2),
  besideRecorded(
    'spans.binary.16',
    'read.binary.16',
    'XS instructions per received message, binary 16 B',
    5,
    8,
  ),
  besideRecorded(
    'spans.binary.125',
    'read.binary.125',
    'XS instructions per received message, binary 125 B',
    3,
    5,
  ),
  besideRecorded('send.binary.100', 'send.binary.100', 'XS instructions per send, binary 100 B', 2, 3),
  onXs('slots', 'XS slots per received span and same-size send', 0, 0),
  onXs('chunkBytes', 'XS chunk octets per received span and same-size send', 0, 0),
  onXs('ramPerConnection', 'RAM per connection on 32-bit XS beside its buffers, octets', 1500, 1000),
  onXs('bundle.minified', 'size of core and ECMA-419 client, minified, octets', 20000, 14000),
  onXs('bundle.gzip', 'size of core and ECMA-419 client, gzip, octets', 7000, 5000),
];

/** The scenes that the table needs. */
export const neededScenes = new Set(rows.flatMap(({ scene }) => scene ?? []));

/** Figures have three digits that mean something. */
const rounded = (value) =>
  Number.isFinite(value) ? (value >= 1000 ? Math.round(value) : Number(value.toPrecision(3))) : null;

/** Why a scene gave no figure. */
function reasonOf(scene, peer, missing) {
  if (scene === undefined) return 'not measured in this run';
  const failed = scene.peers.find(({ failed }) => failed !== undefined);
  return missing[peer] ?? failed?.failed ?? `there is no ${peer}`;
}

/** `{ value, spread, note }` of a row, `value` undefined where it could not be had. */
function measured({ peer, scene, of, ofXs }, scenes, xs, missing) {
  if (ofXs !== undefined) {
    const { value, spread = [value, value], note } = xs === undefined ? {} : ofXs(xs);
    const reason = xs === undefined ? 'not measured in this run' : (xs.reason ?? 'not measured');
    return { value, spread, note: value === undefined ? reason : note };
  }
  const found = scenes.has(scene) ? of(scenes.get(scene)) : undefined;
  if (found?.median === undefined) return { spread: [], note: reasonOf(scenes.get(scene), peer, missing) };
  return { value: found.median, spread: [found.low, found.high] };
}

function evaluated(row, scenes, xs, missing) {
  const { name, peer, floor, goal, lowerIsBetter = false } = row;
  const { value, spread, note } = measured(row, scenes, xs, missing);
  const ratio = rounded(value);
  const reaches = (mark) => (ratio === null ? null : lowerIsBetter ? ratio <= mark : ratio >= mark);
  return {
    name,
    peer,
    ratio,
    spread: ratio === null ? [null, null] : spread.map(rounded),
    floor,
    goal,
    lowerIsBetter,
    met: reaches(floor),
    goalMet: reaches(goal),
    ...(note === undefined ? {} : { reason: note }),
  };
}

/**
 * The whole table: `met` tells of the floor, `goalMet` of the goal, both null where there is no figure and `reason`
 * says why. From the scenes that were measured, by their ids, the figures on XS, and why a peer is `missing`.
 */
export function targetTable(scenes, xs, missing = {}) {
  return rows.map((row) => evaluated(row, scenes, xs, missing));
}
