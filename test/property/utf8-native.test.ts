/** The validator with a native's help beside the automaton alone: any text, any damage and split, any native block. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWholeUtf8, readMemory } from '../../hosts/node/utf8.ts';
import { Utf8, validateUtf8 } from '../../src/frame/utf8.ts';
import { type NativeUtf8, validateWithNative } from '../../src/frame/utf8-native.ts';
import { judge } from '../support/utf8-oracle.ts';

/** Two blocks of the native's and a bit. */
const SIZE = 36_000;

const encoder = new TextEncoder();

/** A text, many times over: characters of all lengths fall on every boundary. */
const texts = fc
  .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), fc.nat(700), fc.nat(3))
  .map(([text, times, lead]) => encoder.encode(' '.repeat(lead) + text.repeat(times)).subarray(0, SIZE));

const damages = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 });
const cutLists = fc.array(fc.nat(), { maxLength: 3 });

function inMemory(text: Uint8Array, lead: number): { bytes: Uint8Array; words: Int32Array } {
  const { buffer } = readMemory(SIZE + 8);
  const bytes = new Uint8Array(buffer);
  bytes.fill(0xff, 0, SIZE + 8);
  bytes.set(text, lead);
  return { bytes, words: new Int32Array(buffer, 0, buffer.byteLength >> 2) };
}

const natives: Record<string, NativeUtf8> = {
  "Node's": isWholeUtf8,
  'one that judges octet by octet': (bytes, start, end) => judge(bytes.subarray(start, end)).valid,
  'one that calls nothing valid': () => false,
};

describe.each(Object.entries(natives))('with %s', (_name, native) => {
  test('every piece leaves the state that the automaton alone would', () => {
    fc.assert(
      fc.property(texts, damages, fc.nat(7), cutLists, (text, damage, lead, cutsAt) => {
        if (text.length > 0) for (const [at, octet] of damage) text[at % text.length] = octet;
        const { bytes, words } = inMemory(text, lead);
        const cuts = cutsAt.map((cut) => lead + (cut % (text.length + 1))).sort((a, b) => a - b);
        let from = lead;
        let state: number = Utf8.accept;
        for (const to of [...cuts, lead + text.length]) {
          const expected = validateUtf8(bytes, words, from, to, state);
          state = validateWithNative(native, bytes, words, from, to, state);
          expect(state).toBe(expected);
          from = to;
          if (state === 0) break;
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

test('Node judges memory that it cannot copy within as well', () => {
  fc.assert(
    fc.property(texts, damages, (text, damage) => {
      if (text.length > 0) for (const [at, octet] of damage) text[at % text.length] = octet;
      expect(isWholeUtf8(text, 0, text.length)).toBe(judge(text).valid);
    }),
    { numRuns: 300, seed: 1 },
  );
});
