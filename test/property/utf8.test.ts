/** The validator's fast path beside its twin and TextDecoder: any text, any damage, alignment and split. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Utf8, validateUtf8 } from '../../src/frame/utf8.ts';
import { findUtf8Fault } from '../../src/frame/utf8-fault.ts';
import { stepText, validateText } from '../../src/frame/validate-text.ts';
import { judge } from '../support/utf8-oracle.ts';

const encoder = new TextEncoder();

/** Long runs of ASCII with other characters strewn in, as real texts have them. */
const texts = fc
  .array(fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 12 })), {
    maxLength: 6,
  })
  .map((parts) => encoder.encode(parts.join('')));

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

test('validateUtf8 equals the table at every alignment, in any pieces, however the memory ends', () => {
  fc.assert(
    fc.property(
      texts,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
      fc.nat(7),
      fc.nat(5),
      fc.array(fc.nat(), { maxLength: 3 }),
      (text, damage, lead, rest, cutsAt) => {
        if (text.length > 0) for (const [at, octet] of damage) text[at % text.length] = octet;
        // Octets around the text are no business of the validator's: they are impossible ones.
        const memory = new Uint8Array(lead + text.length + rest).fill(0xff);
        memory.set(text, lead);
        const words = new Int32Array(memory.buffer, 0, memory.length >> 2);
        const end = lead + text.length;
        const { fault, valid } = judge(text);
        const cuts = cutsAt.map((cut) => lead + (cut % (text.length + 1))).sort((a, b) => a - b);
        let state = Utf8.accept;
        let from = lead;
        for (const to of [...cuts, end]) {
          state = validateUtf8(memory, words, from, to, state);
          from = to;
        }
        expect(state === Utf8.accept).toBe(valid);
        expect(state === Utf8.reject).toBe(fault >= 0);
        expect(decodes(text)).toBe(valid);
        expect(findUtf8Fault(memory, lead, end, Utf8.accept)).toBe(fault < 0 ? end : lead + fault);
      },
    ),
    { numRuns: 2000, seed: 1 },
  );
});

test('one impossible octet is found at every position of a long ASCII text', () => {
  const memory = new Uint8Array(160);
  const words = new Int32Array(memory.buffer);
  for (let start = 0; start < 8; start++) {
    for (let at = start; at < 150; at++) {
      memory.fill(0x61);
      memory[at] = 0xff;
      expect(validateUtf8(memory, words, start, 150, Utf8.accept)).toBe(Utf8.reject);
      expect(validateUtf8(memory, words, start, at, Utf8.accept)).toBe(Utf8.accept);
      expect(validateUtf8(memory, words, at + 1, 150, Utf8.accept)).toBe(Utf8.accept);
      expect(findUtf8Fault(memory, start, 150, Utf8.accept)).toBe(at);
    }
  }
});

test('validateText equals its twin from every state, at every length up to where the host is asked', () => {
  const states = [[], [0xc3], [0xe2], [0xe0], [0xed], [0xf1], [0xf0], [0xf4], [0xff]].map((octets) =>
    stepText(Uint8Array.from(octets), 0, octets.length, Utf8.accept),
  );
  const memory = new Uint8Array(532);
  const words = new Int32Array(memory.buffer);
  const asked: number[] = [];
  const validateLong: typeof validateUtf8 = (bytes, _words, start, end, state) => {
    asked.push(end - start);
    return stepText(bytes, start, end, state);
  };
  const owner = { _source: { validateLong }, memory: new Uint8Array(0) };
  const euro = encoder.encode('€');
  for (let length = 0; length <= 515; length++) {
    const start = length % 5;
    const end = start + length;
    memory.fill(0x61);
    // One character that is none of ASCII, anywhere; where there is no room it is cut.
    const at = start + ((length * 7) % (length + 1));
    if (length % 3 !== 0) memory.set(euro, at);
    // Octets behind the text are no business of the validator's.
    memory.fill(0xff, end);
    for (const state of states)
      expect(validateText(memory, start, end, state, words, owner)).toBe(stepText(memory, start, end, state));
  }
  expect(new Set(asked)).toEqual(new Set([512, 513, 514, 515]));
});
