import { bare, wsPeers } from './peers.mjs';

const sizes = [
  { kind: 'text', size: 100, label: 'text 100 B', batch: 512 },
  { kind: 'binary', size: 100, label: 'binary 100 B', batch: 512 },
  { kind: 'binary', size: 1024, label: 'binary 1 KiB', batch: 64 },
];

/** By way of the socket underneath, which is no part of ws' interface, its frames can be held together too. */
const others = [
  { name: 'ws, corked', env: bare },
  { name: 'ws, corked, natives', peer: 'ws, corked' },
  ...['undici', 'websocket', 'faye-websocket', 'raw'].map((name) => ({ name })),
];

/** A client that sends as fast as it can. */
export function send({ port, isTargets }) {
  return sizes.map(({ kind, size, label, batch }) => ({
    id: `send/${kind}-${size}`,
    group: 'Send',
    label: `${label}, coalesced`,
    work: 'send',
    options: { port, kind, size, batch },
    count: 5000,
    most: 4e6,
    peers: [{ name: 'ringlet' }, ...wsPeers, ...(isTargets ? [] : others)],
  }));
}

/** One message there, one back. */
export function echo({ port, isTargets }) {
  return [
    {
      id: 'echo/100',
      group: 'Round trip',
      label: 'binary 100 B, half are faster',
      unit: 'µs',
      work: 'echo',
      options: { port, size: 100 },
      count: 1000,
      most: 2000,
      // A trip is mostly waking up, also of a processor that is awake, which differs from one tenth of a second to the next: many short rounds.
      rounds: 60,
      isKeptAwake: true,
      peers: ['ringlet', 'ws', ...(isTargets ? [] : ['undici', 'raw'])].map((name) => ({ name })),
    },
  ];
}
