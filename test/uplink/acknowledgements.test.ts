/** How acknowledgements are read: whole and in parts, at every split, and told from all other messages. */
import { describe, expect, test } from 'vitest';
import { AcknowledgementReader, INCOMPLETE, OTHER } from '../../src/uplink/protocol.ts';

/** Octets around a part in memory: they begin no acknowledgement, and do. */
const AROUND = [0xff, 3];

/** All ways to cut `bytes` into three parts, of which some may have no octets; and the whole. */
function* partsOf(bytes: readonly number[]): Generator<(readonly number[])[]> {
  yield [bytes];
  for (let first = 0; first <= bytes.length; first++)
    for (let second = first; second <= bytes.length; second++)
      yield [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)];
}

/** What a reader says of each part of a message; `around` is what lies in memory in front of a part and behind it. */
function read(
  reader: AcknowledgementReader,
  parts: readonly (readonly number[])[],
  around: number,
): number[] {
  return parts.map((part, index) => {
    const memory = Uint8Array.from([around, around, around, ...part, around, around]);
    return reader._take(memory, 3, 3 + part.length, index < parts.length - 1);
  });
}

const ENDS = [0, 1, 0x01020304, 0x7fffffff, 0x80000000, 0xf1e2d3c4, 0xffffffff];
const acknowledgement = (number: number, flags: number, rest: number): number[] => {
  const octets = [number & 255, (number >>> 8) & 255, (number >>> 16) & 255, number >>> 24];
  return [3, flags, rest, rest, ...octets];
};

test.each(ENDS)('the number %i is read from every split, with its lane', (number) => {
  const reader = new AcknowledgementReader();
  for (const around of AROUND)
    for (const flags of [0, 2, 0xfd, 0xff])
      for (const parts of partsOf(acknowledgement(number, flags, flags === 0xff ? 0xff : 0))) {
        const said = read(reader, parts, around);
        expect(said).toEqual(parts.map((_, index) => (index < parts.length - 1 ? INCOMPLETE : number)));
        expect(reader._urgent).toBe((flags & 2) !== 0);
      }
});

describe('a message of another length that begins as one', () => {
  test.each([1, 4, 7, 9, 12, 16, 17, 40])('%d octets: is none, and none of the application', (length) => {
    const reader = new AcknowledgementReader();
    const bytes = Array.from({ length }, () => 3);
    for (const around of AROUND)
      for (const parts of partsOf(bytes))
        expect(new Set(read(reader, parts, around))).toEqual(new Set([INCOMPLETE]));
  });
});

describe('a message that begins otherwise is the application’s', () => {
  test.each([1, 2, 7, 8, 9, 16])('of %d octets', (length) => {
    const reader = new AcknowledgementReader();
    for (const first of [0, 1, 2, 4, 255]) {
      const bytes = [first, ...new Array<number>(length - 1).fill(3)];
      for (const around of AROUND)
        for (const parts of partsOf(bytes)) {
          // Before its first octet nobody knows.
          const begins = parts.findIndex((part) => part.length > 0);
          const said = parts.map((_, index) => (index < begins ? INCOMPLETE : OTHER));
          expect(read(reader, parts, around)).toEqual(said);
        }
    }
  });
});

test('what was begun on a connection that is lost belongs to no message of the next', () => {
  const reader = new AcknowledgementReader();
  for (const begun of [[3], [3, 0, 0, 0, 9], [1], [1, 2, 3]]) {
    reader._take(Uint8Array.from(begun), 0, begun.length, true);
    reader._reset();
    expect(read(reader, [acknowledgement(7, 0, 0)], 0)).toEqual([7]);
    reader._take(Uint8Array.from(begun), 0, begun.length, true);
    reader._reset();
    expect(
      read(
        reader,
        [
          [3, 0],
          [0, 0, 5, 0, 0, 0],
        ],
        0,
      ),
    ).toEqual([INCOMPLETE, 5]);
  }
});
