import { closedByTester, type EchoCase, type RoundsCase } from './case.ts';
import { binary, bytes, closeAfter, message, repeat, text, type Payload, type Step } from './notation.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const pattern = { text: 'BAsd7&jh23', binary: Uint8Array.of(0x00, 0xfe, 0x23, 0xfa, 0xf0) } as const;

const size = (octets: number): string =>
  octets % MiB === 0
    ? `${octets / MiB} MiB`
    : octets % KiB === 0
      ? `${octets / KiB} KiB`
      : `${octets} octets`;

const echo = (
  id: string,
  how: string,
  isBinary: boolean,
  payload: Payload,
  seconds: number,
  step: Step,
): EchoCase => ({
  kind: 'echo',
  id,
  description: `One ${isBinary ? 'binary' : 'text'} message of ${size(payload.length)} ${how}.`,
  expectation: `The message comes back whole within ${seconds} s.`,
  steps: [step, closeAfter(seconds)],
  payload,
  binary: isBinary,
  seconds,
  expectedClose: closedByTester,
});

/** [octets, seconds] */
const textSizes = [
  [64 * KiB, 10],
  [256 * KiB, 10],
  [MiB, 100],
  [4 * MiB, 100],
  [8 * MiB, 100],
  [16 * MiB, 100],
] as const;
const binarySizes = [
  [64 * KiB, 10],
  [256 * KiB, 10],
  [MiB, 10],
  [4 * MiB, 10],
  [8 * MiB, 100],
  [16 * MiB, 100],
] as const;
const fragmentSizes = [64, 256, KiB, 4 * KiB, 16 * KiB, 64 * KiB, 256 * KiB, MiB, 4 * MiB];
const chops = [64, 128, 256, 512, 1024, 2048];
const roundSizes = [
  [0, 60],
  [16, 60],
  [64, 60],
  [256, 120],
  [1024, 240],
  [4096, 480],
] as const;

const growing = (
  sub: string,
  isBinary: boolean,
  sizes: typeof textSizes | typeof binarySizes,
): readonly EchoCase[] =>
  sizes.map(([length, seconds], index) => {
    const payload = repeat(isBinary ? pattern.binary : pattern.text, length);
    const step = isBinary ? binary(payload) : text(payload);
    return echo(`${sub}.${index + 1}`, 'in one frame', isBinary, payload, seconds, step);
  });

/** 9.4.1 alone repeats the octet fe; the rest of 9.4, like 9.3, repeats 2a. */
const fragmented = (sub: string, isBinary: boolean): readonly EchoCase[] =>
  fragmentSizes.map((fragment, index) => {
    const payload = bytes(isBinary && index === 0 ? 0xfe : 0x2a, 4 * MiB);
    const step = message(payload, fragment, isBinary ? 2 : 1);
    return echo(`${sub}.${index + 1}`, `in fragments of ${size(fragment)}`, isBinary, payload, 100, step);
  });

const chopped = (sub: string, isBinary: boolean): readonly EchoCase[] =>
  chops.map((chop, index) => {
    const payload = repeat(isBinary ? pattern.binary : pattern.text, MiB);
    const step = isBinary ? binary(payload, { chop }) : text(payload, { chop });
    return echo(`${sub}.${index + 1}`, `written in pieces of ${size(chop)}`, isBinary, payload, 1000, step);
  });

const rounds = (sub: string, isBinary: boolean): readonly RoundsCase[] =>
  roundSizes.map(([length, seconds], index) => ({
    kind: 'rounds',
    id: `${sub}.${index + 1}`,
    description: `1000 ${isBinary ? 'binary' : 'text'} messages of ${size(length)}, each sent when the one before has come back.`,
    expectation: `All messages come back within ${seconds} s.`,
    payload: bytes(isBinary ? 0xfe : 0x2a, length),
    binary: isBinary,
    rounds: 1000,
    seconds,
    expectedClose: closedByTester,
  }));

/** Limits and performance. */
export const section9: readonly (EchoCase | RoundsCase)[] = [
  ...growing('9.1', false, textSizes),
  ...growing('9.2', true, binarySizes),
  ...fragmented('9.3', false),
  ...fragmented('9.4', true),
  ...chopped('9.5', false),
  ...chopped('9.6', true),
  ...rounds('9.7', false),
  ...rounds('9.8', true),
];
