/**
 * What is counted on XS. `window` is what the socket holds for the app, octets: by it a message comes with others
 * in one read, in a read of its own, or split over several.
 */
const SIZES = [16, 125, 1000];
const titles = { spans: 'received by spans', read: 'received by read(buffer)', send: 'sent' };

const plain = ({ work, kind, octets }) => ({
  id: `${work}.${kind}.${octets}`,
  title: `${kind} ${octets.toLocaleString('en')} B, ${titles[work]}`,
  work,
  kind,
  octets,
});

const KINDS = { spans: ['binary', 'text', 'mixed'], read: ['binary', 'text'], send: ['binary', 'text'] };

/** A header of two octets, or of four. */
const frameLength = (octets) => octets + (octets < 126 ? 2 : 4);

/** A message of its own in each read, or split into so many equal parts. */
const split = (work, octets, parts) => ({
  ...plain({ work, kind: 'binary', octets }),
  id: `${work}.binary.${octets}.in${parts}`,
  title: `binary ${octets.toLocaleString('en')} B, ${titles[work]}, ${parts === 1 ? 'one read each' : `split over ${parts} reads`}`,
  window: frameLength(octets) / parts,
});

/** All that is counted. */
export const WORKS = [
  ...['spans', 'read', 'send'].flatMap((work) =>
    KINDS[work].flatMap((kind) => SIZES.map((octets) => plain({ work, kind, octets }))),
  ),
  ...['spans', 'read'].flatMap((work) => [
    ...[16, 1000].flatMap((octets) => [1, 2].map((parts) => split(work, octets, parts))),
    split(work, 125, 1),
  ]),
  plain({ work: 'send', kind: 'binary', octets: 100 }),
];

/** What the target table needs: of these works instructions, */
export const TARGET_INSTRUCTIONS = [
  ...['spans.binary.16', 'spans.binary.125', 'read.binary.1000', 'send.binary.100', 'send.binary.1000'],
];

/** and of these bytecodes only. */
const TARGET_BYTECODES = [
  ...['spans.binary.16.in1', 'spans.binary.125.in1', 'read.binary.16.in1', 'read.binary.125.in1'],
  ...['spans.text.16', 'spans.text.125'],
];

export const TARGET_WORKS = [...TARGET_INSTRUCTIONS, ...TARGET_BYTECODES];
