/** The functions of the decoder, each by itself, held to RFC 1951 §3.2.2 and to a naive twin. */
import { describe, expect, test } from 'vitest';
import { copyMatch } from '../../src/deflate/decode/copy-match.ts';
import {
  BadSet,
  fillTable,
  longCode,
  SortedCode,
  sortSymbols,
} from '../../src/deflate/decode/decode-table.ts';
import { random, type Random } from './streams.ts';

const SYMBOLS = 288;
const INVALID = 0x7f0;
/** What each symbol means: anything whose lowest four bits are free. */
const ENTRIES = Uint16Array.from({ length: SYMBOLS }, (_, symbol) => (symbol * 37) << 4);

/** Where what is made lies, in words: a margin in front of each and behind the last. */
const COUNTS = 5;
const SORTED = COUNTS + SortedCode.counts + 5;
const TABLE = SORTED + SYMBOLS + 5;
const MARGIN = 0xbeef;

interface Made {
  readonly words: Uint16Array;
  readonly longest: number;
}

function madeOf(lengths: readonly number[]): Made {
  const words = new Uint16Array(TABLE + 2048 + 5).fill(MARGIN);
  const bytes = Uint8Array.from([9, 9, ...lengths, 9]);
  const longest = sortSymbols(words, COUNTS, SORTED, bytes, 2, lengths.length, ENTRIES);
  return { words, longest };
}

/** Lengths of a whole code of `count` words: one word is split in two again and again. */
function wholeCode(rnd: Random, count: number, deepest: number): number[] {
  const depths = [0];
  while (depths.length < count) {
    // The last ones are split most often, so that there are long words.
    const from = rnd(2) === 0 ? Math.max(0, depths.length - 2) : 0;
    const which = from + rnd(depths.length - from);
    if (depths[which] >= deepest) continue;
    depths.splice(which, 1, depths[which] + 1, depths[which] + 1);
  }
  // Symbols that are not used stand between.
  const lengths = Array<number>(SYMBOLS).fill(0);
  for (const depth of depths) {
    let symbol = rnd(SYMBOLS);
    while (lengths[symbol] !== 0) symbol = (symbol + 1) % SYMBOLS;
    lengths[symbol] = depth;
  }
  return lengths;
}

/** The code words by their symbols as RFC 1951 §3.2.2 assigns them, as they arrive: the first bit lowest. */
function codeWords(lengths: readonly number[]): Map<number, { word: number; length: number }> {
  const all = new Map<number, { word: number; length: number }>();
  let code = 0;
  for (let length = 1; length < 16; length++) {
    code *= 2;
    lengths.forEach((own, symbol) => {
      if (own !== length) return;
      const text = (code++).toString(2).padStart(length, '0');
      all.set(symbol, { word: parseInt([...text].reverse().join(''), 2), length });
    });
  }
  return all;
}

test('every word of a code is found, in the table or behind it, whatever bits follow it', () => {
  const rnd = random(91);
  let longer = 0;
  for (let round = 0; round < 60; round++) {
    const lengths = wholeCode(rnd, 2 + rnd(SYMBOLS - 2), 9 + rnd(7));
    const { words, longest } = madeOf(lengths);
    expect(longest).toBe(Math.max(...lengths));
    const tableBits = 8 + rnd(4);
    const bits = fillTable(words, TABLE, tableBits, COUNTS, SORTED, longest, INVALID);
    expect(bits).toBe(Math.min(longest, tableBits));
    for (const [symbol, { word, length }] of codeWords(lengths)) {
      for (const behind of [0, rnd(2 ** 15), 2 ** 15 - 1]) {
        const hold = word | (behind << length);
        let entry = words[TABLE + (hold & ((1 << bits) - 1))];
        if ((entry & 15) === 0) {
          longer++;
          if (length <= bits) expect.fail(`a word of ${length} bits is not in the table`);
          const prefix = entry >> 4;
          for (let there = bits; there < length; there++)
            if (longCode(words, COUNTS, SORTED, bits, prefix, hold, there) !== 0)
              expect.fail(`${there} bits are no word of ${length}`);
          entry = longCode(words, COUNTS, SORTED, bits, prefix, hold, length);
          if (longCode(words, COUNTS, SORTED, bits, prefix, hold, 24) !== entry)
            expect.fail('bits behind it count');
        }
        if (entry !== (length | ENTRIES[symbol])) expect.fail(`symbol ${symbol}: entry ${entry}`);
      }
    }
    // Nothing is written beside what was asked for.
    const outside = [
      ...words.subarray(0, COUNTS),
      ...words.subarray(COUNTS + SortedCode.counts, SORTED),
      ...words.subarray(SORTED + SYMBOLS, TABLE),
      ...words.subarray(TABLE + (1 << bits)),
    ];
    expect(new Set(outside)).toEqual(new Set([MARGIN]));
  }
  expect(longer).toBeGreaterThan(100);
});

describe('a set of lengths', () => {
  test.each([
    ['three words of one bit', [1, 1, 1], BadSet.oversubscribed],
    ['one of one bit, three of two', [1, 2, 2, 2], BadSet.oversubscribed],
    [
      'one word too many of 15 bits',
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15, 15],
      BadSet.oversubscribed,
    ],
    ['a word of two bits', [2], BadSet.incomplete],
    ['one of one bit, one of two', [1, 2], BadSet.incomplete],
    ['one word too few of 15 bits', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], BadSet.incomplete],
    ['no word', [0, 0, 0], 0],
    ['a single word of one bit', [0, 1], 1],
    ['two words of one bit', [1, 0, 1], 1],
    ['two of two bits, one of one', [2, 1, 2], 2],
    ['as long as may be', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15], 15],
  ])('%s', (_what, lengths, expected) => expect(madeOf(lengths).longest).toBe(expected));

  test.each([
    ['no word', [0, 0], [INVALID, INVALID]],
    ['a single word', [0, 0, 1], [ENTRIES[2], INVALID]],
    ['two words', [0, 1, 1], [ENTRIES[1], ENTRIES[2]]],
  ])('of at most one bit, %s: what is no word takes a bit, too', (_what, lengths, [zero, one]) => {
    const { words, longest } = madeOf(lengths);
    expect(fillTable(words, TABLE, 9, COUNTS, SORTED, longest, INVALID)).toBe(1);
    expect([...words.subarray(TABLE, TABLE + 3)]).toEqual([zero | 1, one | 1, MARGIN]);
  });
});

test('a match is copied octet after octet, from whichever length on the engine does it', () => {
  for (const native of [1, 4, 40])
    for (let source = 0; source < 24; source++)
      for (let to = 0; to < 24; to++) {
        if (source === to) continue;
        for (const length of [1, 2, 3, 4, 5, 7, 8, 9, 16, 23, 40]) {
          const bytes = Uint8Array.from({ length: 80 }, (_, i) => i * 3);
          const expected = bytes.slice();
          for (let i = 0; i < length; i++) expected[to + i] = expected[source + i];
          copyMatch(bytes, source, to, length, native);
          if (Buffer.compare(bytes, expected) !== 0)
            expect.fail(`${length} from ${source} to ${to}, native from ${native} on`);
        }
      }
});
