import { bare, wsPeers } from './peers.mjs';

const sizes = [
  { kind: 'text', size: 16, label: 'text 16 B' },
  { kind: 'text', size: 125, label: 'text 125 B' },
  { kind: 'binary', size: 1024, label: 'binary 1 KiB' },
  { kind: 'binary', size: 65536, label: 'binary 64 KiB' },
  { kind: 'text', size: 65536, label: 'text 64 KiB, ASCII' },
  { kind: 'mixed', size: 65536, label: 'text 64 KiB, multibyte' },
];

/** Octets of one round at most: more would only take time. */
const MOST = 1 << 30;

const others = ['undici', 'websocket', 'faye-websocket', 'onread', 'data'];

/** A client that takes a flood of messages. */
export function receive({ port, isTargets }) {
  const scenes = sizes.map(({ kind, size, label }) => ({
    id: `receive/${kind}-${size}`,
    group: 'Receive',
    label,
    work: 'receive',
    options: { port, kind, size },
    count: Math.max(200, Math.min(20000, Math.floor(2e7 / size))),
    most: Math.min(8e6, MOST / size),
    peers: [
      { name: 'ringlet' },
      ...(isTargets ? wsPeers.slice(0, 1) : wsPeers),
      ...(isTargets ? [] : others).map((name) => ({ name })),
    ],
  }));
  for (const { kind, size, label } of sizes.slice(0, 2)) {
    scenes.push({
      id: `receive/string-${size}`,
      group: 'Receive',
      label: `${label}, to a string`,
      work: 'receive',
      options: { port, kind, size },
      count: 20000,
      most: 4e6,
      peers: [
        { name: 'ringlet', peer: 'ringlet, strings' },
        { name: 'ws', peer: 'ws, strings', env: bare },
      ],
    });
  }
  return scenes;
}
