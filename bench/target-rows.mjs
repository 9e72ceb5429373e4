import { ratio, summary } from './run/statistics.mjs';
import { recordedFor } from './run/xs.mjs';

/**
 * The rows of the target table. A row is a ratio of what two peers took, round by round, or a count; `floor` has to
 * be met, `goal` is wished for.
 */

/** How many times as much as ours the fastest of `peers` took in the scene `id`. */
const times = (id, name, floor, goal, ...peers) => ({
  name,
  peer: peers.join(' or '),
  floor,
  goal,
  scene: id,
  of: (scene) => fastest(scene, peers, (peer, own) => ratio(peer.values, own.values)),
});

/** What ours takes of what `peer` took. */
const share = (id, name, floor, goal, peer) => ({
  name,
  peer,
  floor,
  goal,
  scene: id,
  lowerIsBetter: true,
  of: (scene) => fastest(scene, [peer], (other, own) => ratio(own.values, other.values)),
});

/**
 * Ours compared with the bare socket, whose share of our cost is the ceiling's that we reach. Above 1 it says that the
 * socket alone took longer than with us on top, which is no figure of ours.
 */
const shareOfCeiling = (id, name, floor, goal) => ({
  name,
  peer: 'onread',
  floor,
  goal,
  scene: id,
  of({ peers: [own] }) {
    if (own.failed !== undefined) return undefined;
    const share = summary(own.values.map((value) => 1 / value));
    return share.median > 1
      ? { note: 'the bare socket took longer than ours: this machine is too unsteady' }
      : share;
  },
});

/** What ours takes of the bare socket's round trip, and for information what of that of `ws` in another scene. */
const roundTrip = (id, other, name, floor, goal) => ({
  name,
  peer: 'the bare socket with prepared frames',
  floor,
  goal,
  scene: id,
  scenes: [other],
  lowerIsBetter: true,
  of({ peers: [own] }, scenes) {
    if (own.failed !== undefined) return undefined;
    const toWs =
      scenes.has(other) && fastest(scenes.get(other), ['ws'], (ws, mine) => ratio(mine.values, ws.values));
    return toWs ? { ...own, note: `${toWs.median.toFixed(2)} compared with ws` } : own;
  },
});

/** The WebSocket of the web compared with `ws`, and for information with undici's. */
const webSocket = (way, kind, size, label) => ({
  name: `WebSocket of the web, ${way}, ${label}`,
  peer: 'ws',
  floor: 1.5,
  goal: 3,
  scene: `websocket/${way}-${kind}-${size}`,
  of(scene) {
    const to = (name) => fastest(scene, [name], (peer, own) => ratio(peer.values, own.values));
    const toWs = to('ws');
    const toUndici = to('undici');
    return toWs && toUndici ? { ...toWs, note: `${toUndici.median.toFixed(1)} compared with undici` } : toWs;
  },
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

/** A count of the desktop build of XS, by the name that `measureOnXs` gives it. */
const onXs = (key, name, floor, goal) => ({
  name,
  peer: '',
  floor,
  goal,
  lowerIsBetter: true,
  ofXs: (figures) => ({ value: key.split('.').reduce((value, part) => value?.[part], figures) }),
});

/** Bytecodes of a message. */
const bytecodes = (id, name, floor, goal) => ({
  name,
  peer: '',
  floor,
  goal,
  lowerIsBetter: true,
  ofXs: ({ works }) => ({ value: works.find((work) => work.id === id)?.bytecodes }),
});

/**
 * How many times the instructions of ours, or bytecodes where there is no valgrind, the recorded peer takes in an engine of
 * as many bits.
 */
const recorded = (id, peerId, name, floor, goal) => ({
  name,
  peer: `${recordedFor().name} (recorded)`,
  floor,
  goal,
  lowerIsBetter: false,
  ofXs({ works, withoutInstructions, engine }) {
    const own = works.find((work) => work.id === id);
    if (own === undefined) return {};
    const { figures, newest } = recordedFor(engine.bits);
    const peer = figures[peerId];
    if (own.instructions === null)
      return { value: peer.bytecodes / own.bytecodes, note: `${withoutInstructions}: counted in bytecodes` };
    const spread = own.spread.map((instructions) => peer.instructions / instructions);
    const note =
      engine.bits === 32
        ? `${(newest.instructions[peerId] / own.instructions).toPrecision(3)} compared with what it takes in ${newest.engine}`
        : `in ${engine.bits} bits, both`;
    return { value: peer.instructions / own.instructions, spread: spread.reverse(), note };
  },
});

function fastest({ peers: [own, ...others] }, names, compare) {
  const found = others.filter(({ name, failed }) => names.includes(name) && failed === undefined);
  if (own.failed !== undefined || found.length === 0) return undefined;
  found.sort((a, b) => a.median - b.median);
  return compare(found[0], own);
}

/** Bytecodes of Moddable's client. */
const moddable = (id) => recordedFor().figures[id].bytecodes;

const perRead = (work, octets, how) =>
  bytecodes(
    `${work}.binary.${octets}.in1`,
    `XS bytecodes, one message per read, ${octets} B, ${how}`,
    moddable('read.binary.16.in1.buffer'),
    Math.floor(moddable('read.binary.16.in1.buffer') / 1.6),
  );

export const rows = [
  times('receive/text-16', 'Node receive, text 16 B', 12, 22, 'ws'),
  times('receive/text-125', 'Node receive, text 125 B', 6, 13, 'ws'),
  times('receive/binary-1024', 'Node receive, binary 1 KiB', 6, 14, 'ws'),
  times('receive/binary-65536', 'Node receive, binary 64 KiB', 4, 8, 'ws'),
  times('receive/text-65536', 'Node receive, text 64 KiB ASCII, validated', 3, 6.5, 'ws'),
  times('receive/mixed-65536', 'Node receive, text 64 KiB multibyte, validated', 2, 6, 'ws'),
  times('receive/string-16', 'Node receive to a JS string, 16 B', 4.5, 8, 'ws'),
  times('receive/string-125', 'Node receive to a JS string, 125 B', 3, 5, 'ws'),
  webSocket('receive', 'text', 16, 'strings of 16 B'),
  webSocket('receive', 'text', 125, 'strings of 125 B'),
  webSocket('receive', 'binary', 1024, 'ArrayBuffers of 1 KiB'),
  webSocket('send', 'text', 16, 'strings of 16 B'),
  webSocket('send', 'text', 125, 'strings of 125 B'),
  webSocket('send', 'binary', 1024, 'ArrayBuffers of 1 KiB'),
  shareOfCeiling('ceiling/receive-1024', 'share of the raw onread ceiling, binary 1 KiB', 0.85, 0.97),
  shareOfCeiling('ceiling/receive-65536', 'share of the raw onread ceiling, binary 64 KiB', 0.85, 0.97),
  times('parse/text-16/65536', 'in-memory parser, text 16 B', 5, 8, 'wslay'),
  times('parse/text-125/65536', 'in-memory parser, text 125 B', 6, 14, 'wslay'),
  times('parse/binary-1024/65536', 'in-memory parser, binary 1 KiB', 10, 20, 'wslay'),
  times('parse/text-65536/1', '64 KiB text fed one octet at a time', 80, 160, 'ws'),
  times('send/text-100', 'Node send, coalesced, text 100 B', 15, 50, 'ws', 'ws, natives'),
  times('send/binary-100', 'Node send, coalesced, binary 100 B', 20, 50, 'ws', 'ws, natives'),
  times('send/binary-1024', 'Node send, coalesced, binary 1 KiB', 6, 13, 'ws', 'ws, natives'),
  roundTrip('ceiling/echo-100', 'echo/100', 'echo round trip, p50, 100 B', 1.1, 1.03),
  share('idle/1000', 'memory of an open idle connection at a server', 1, 0.5, 'ws'),
  count('heap/receive', 'V8 heap octets per received message', 1, 0),
  count('heap/send', 'V8 heap octets per coalesced 100 B send', 5, 2),
  recorded('spans.binary.16', 'read.binary.16', 'XS instructions per received message, binary 16 B', 5, 8),
  recorded(
    'spans.binary.125',
    'read.binary.125',
    'XS instructions per received message, binary 125 B',
    3.5,
    5,
  ),
  recorded(
    'read.binary.1000',
    'read.binary.1000',
    'XS instructions per message received by read(buffer), binary 1,000 B',
    1,
    1.3,
  ),
  recorded('send.binary.100', 'send.binary.100', 'XS instructions per send, binary 100 B', 2, 3),
  recorded('send.binary.1000', 'send.binary.1000', 'XS instructions per send, binary 1,000 B', 1, 1.3),
  perRead('spans', 16, 'by spans'),
  perRead('spans', 125, 'by spans'),
  perRead('read', 16, 'by read(buffer)'),
  perRead('read', 125, 'by read(buffer)'),
  bytecodes('spans.text.16', 'XS bytecodes, text 16 B received and validated', 399, 250),
  bytecodes(
    'spans.text.125',
    'XS bytecodes, text 125 B received and validated',
    500,
    moddable('read.text.125'),
  ),
  bytecodes(
    'send.binary.1000',
    'XS bytecodes, binary 1,000 B sent',
    moddable('send.binary.1000'),
    Math.floor(0.7 * moddable('send.binary.1000')),
  ),
  onXs('slots', 'XS slots per received span and same-size send', 0, 0),
  onXs('chunkBytes', 'XS chunk octets per received span and same-size send', 0, 0),
  onXs('ramPerConnection', 'RAM per connection on 32-bit XS without its buffers, octets', 1200, 1000),
  onXs('bytecode', 'bytecode of the client module, octets', 30000, 26000),
  onXs('flash.clients.ringlet.flash', 'flash that an ESP32 echo app pays, as linked, octets', 36000, 30000),
  onXs('highest', 'stack on 32-bit XS at its highest, slots', 240, 200),
  onXs('highestWithDeflate', 'stack on 32-bit XS at its highest, with compression, slots', 340, 300),
  onXs('bundle.minified', 'size of core and ECMA-419 client, minified, octets', 27000, 22000),
];
