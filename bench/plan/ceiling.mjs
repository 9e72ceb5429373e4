/** Rounds are short and many: a ratio near 1 is wanted to a hundredth. */
const rounds = 40;

const pair = ({ id, label, isKeptAwake, ...options }, count, most) => ({
  id,
  group: 'Ceilings',
  label,
  unit: '× the cost of the bare socket',
  work: 'pair',
  isKeptAwake,
  options: { own: 'ringlet', ...options },
  count,
  most,
  rounds,
  peers: [{ name: 'ringlet' }],
});

const SIZES = [
  { size: 1024, label: 'binary 1 KiB' },
  { size: 65536, label: 'binary 64 KiB' },
];

/** What ours takes compared with a socket without a WebSocket, in one process: nothing can take less. */
export function ceiling({ port }) {
  return [
    ...SIZES.map(({ size, label }) =>
      pair(
        {
          id: `ceiling/receive-${size}`,
          label: `received, ${label}, compared with onread`,
          ...{ work: 'receive', other: 'onread', port, kind: 'binary', size },
        },
        Math.floor(2e7 / size),
        Math.floor(1e9 / size),
      ),
    ),
    pair(
      {
        id: 'ceiling/echo-100',
        label: 'round trip of 100 B, half are faster, compared with prepared frames',
        isKeptAwake: true,
        ...{ work: 'echo', other: 'raw', port, size: 100 },
      },
      1600,
      1600,
    ),
  ];
}
