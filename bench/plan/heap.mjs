import { bare } from './peers.mjs';

/** A young generation that holds all that a round leaves behind, MiB. */
const args = ['--min-semi-space-size=256', '--max-semi-space-size=256'];

const acts = [
  { act: 'receive', kind: 'binary', size: 125, label: 'received by spans, binary 125 B' },
  { act: 'send', kind: 'binary', size: 100, label: 'sent, coalesced, binary 100 B' },
];

/** Octets of V8's heap that a message leaves behind. */
export function heap({ port, isTargets }) {
  const others = isTargets ? ['ws'] : ['ws', 'undici', 'websocket', 'faye-websocket'];
  return acts.map(({ act, kind, size, label }) => ({
    id: `heap/${act}`,
    group: 'Memory',
    label: `heap, ${label}`,
    unit: 'B',
    work: 'heap',
    options: { port, act, kind, size, batch: 512 },
    count: 1000,
    most: 60000,
    peers: [
      { name: 'ringlet', args, most: 1_000_000 },
      ...others.map((name) => ({ name, args, env: name === 'ws' ? bare : undefined })),
    ],
  }));
}
