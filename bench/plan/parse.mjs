import { bare } from './peers.mjs';

const messages = [
  { kind: 'text', size: 16, label: 'text 16 B' },
  { kind: 'text', size: 125, label: 'text 125 B' },
  { kind: 'binary', size: 1024, label: 'binary 1 KiB' },
];
const CHUNKS = [1, 16, 536, 1460, 65536];

/** The parsers alone, on messages in memory. */
export function parse({ isTargets, wslay }) {
  const peers = [{ name: 'ringlet' }];
  if (!isTargets) peers.push({ name: 'ws', env: bare });
  if (wslay) peers.push({ name: 'wslay', program: true });
  const scenes = [];
  for (const { kind, size, label } of messages) {
    for (const chunk of isTargets ? [65536] : CHUNKS) {
      scenes.push({
        id: `parse/${kind}-${size}/${chunk}`,
        group: 'Parse in memory',
        label: `${label} in chunks of ${chunk}`,
        work: 'parse',
        options: { kind, size, chunk },
        count: chunk === 1 ? 5000 : 20000,
        peers,
      });
    }
  }
  scenes.push({
    id: 'parse/text-65536/1',
    group: 'Parse in memory',
    label: 'text 64 KiB in chunks of 1',
    work: 'parse',
    options: { kind: 'text', size: 65536, chunk: 1 },
    count: 2,
    peers: [
      { name: 'ringlet' },
      { name: 'ws', env: bare },
      ...(wslay && !isTargets ? [{ name: 'wslay', program: true }] : []),
    ],
  });
  return scenes;
}
