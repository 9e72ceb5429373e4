import { bare } from './peers.mjs';

const sizes = [
  { kind: 'text', size: 16, label: 'text 16 B, strings', batch: 512 },
  { kind: 'text', size: 125, label: 'text 125 B, strings', batch: 512 },
  { kind: 'binary', size: 1024, label: 'binary 1 KiB, ArrayBuffers', batch: 64 },
];

/** The WebSocket of the web beside others that have its shape; `ws` also by the events of its own that cost less. */
export function webSocket({ port, isTargets }) {
  return ['receive', 'send'].flatMap((way) =>
    sizes.map(({ kind, size, label, batch }) => ({
      id: `websocket/${way}-${kind}-${size}`,
      group: 'WebSocket of the web',
      label: `${way}, ${label}`,
      work: 'websocket',
      options: { port, way, kind, size, batch },
      count: 10000,
      most: 4e6,
      peers: [
        { name: 'ringlet' },
        { name: 'ws', env: bare },
        { name: 'undici' },
        ...(isTargets ? [] : [{ name: 'ws, onmessage', env: bare }]),
      ],
    })),
  );
}
