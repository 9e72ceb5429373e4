import { bare } from './peers.mjs';

const peers = [{ name: 'ringlet' }, { name: 'ws', env: bare }];
const SIZES = [16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216];
const CHUNKS = [1, 4, 16, 64, 256, 1460, 4096, 16384, 65536];
const FRAGMENTS = [1, 4, 16, 64, 256, 1024, 4096, 16384];
const CONNECTIONS = [1, 10, 100, 500, 1000, 2000];

/** One curve: scenes whose figure is to be seen over `x`. */
function curve(curve, x, unit, values, sceneOf) {
  return values.map((value) => ({
    id: `growth/${curve}/${value}`,
    group: 'Growth',
    label: `${curve}, ${value}`,
    curve,
    axis: x,
    x: value,
    unit,
    peers,
    ...sceneOf(value),
  }));
}

const parse = (options, count) => ({ work: 'parse', options, count, most: 1e6 });

/** What grows with the size of things. */
export function growth() {
  return [
    ...curve('binary messages', 'octets of a message', 'ns a message', SIZES, (size) =>
      parse({ kind: 'binary', size, chunk: 65536 }, Math.max(2, Math.floor(1e7 / (size + 1000)))),
    ),
    ...curve('multibyte text', 'octets of a message', 'ns a message', SIZES, (size) =>
      parse({ kind: 'mixed', size, chunk: 65536 }, Math.max(2, Math.floor(1e7 / (size + 1000)))),
    ),
    ...curve('chunks', 'octets of a chunk', 'ns a message of 4 KiB', CHUNKS, (chunk) =>
      parse({ kind: 'text', size: 4096, chunk }, 100),
    ),
    ...curve('fragments', 'frames of a message of 1 MiB', 'ns a message', FRAGMENTS, (fragments) =>
      parse({ kind: 'binary', size: 1 << 20, fragments, chunk: 65536 }, 4),
    ),
    ...curve('connections', 'connections', 'ns a message of 100 B', CONNECTIONS, (connections) => ({
      work: 'crowd',
      options: { connections, size: 100 },
      count: 2000,
      most: 4000,
      isFixed: true,
      rounds: 3,
    })),
  ];
}
