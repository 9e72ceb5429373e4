/** `validate` and its twin: every state and octet, every length and alignment, every split, and long text. */
import { validate } from 'ringlet/natives';
import { stepUtf8, UTF8_ACCEPT, UTF8_REJECT } from '../../../src/frame/utf8.ts';
import { ALIGNMENTS, below, check, conclude, fill, LENGTHS, next } from './equal.ts';

/** What one octet, or two or three, lead to from the beginning, until nothing new comes: all the states. */
const states = [UTF8_ACCEPT, UTF8_REJECT];
for (let i = 0; i < states.length; i++)
  for (let octet = 0; octet < 256; octet++) {
    const state = stepUtf8(Uint8Array.of(octet), 0, 1, states[i]);
    if (!states.includes(state)) states.push(state);
  }

for (const state of states) {
  check(validate(new Uint8Array(0), 0, 0, state) === state, () => `nothing, from ${state}`);
  for (let octet = 0; octet < 256; octet++)
    for (let at = 0; at < 4; at++) {
      const bytes = new Uint8Array(4).fill(octet);
      const expected = stepUtf8(bytes, at, at + 1, state);
      const actual = validate(bytes, at, at + 1, state);
      check(actual === expected, () => `octet ${octet} from ${state}: ${actual}, not ${expected}`);
    }
}

/** A character of as many octets as it takes, mostly of `length`; every range of them comes up. */
function putCharacter(octets: Uint8Array, at: number, length: number): number {
  const limits = [0x80, 0x800, 0x10000, 0x110000];
  let code = below(limits[length - 1]);
  if (code >= 0xd800 && code < 0xe000) code -= 0x800;
  const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  if (at + size > octets.length) return octets.length;
  if (size === 1) octets[at] = code;
  else {
    octets[at] = (0xf00 >> size) | (code >> (6 * (size - 1)));
    for (let i = 1; i < size; i++) octets[at + i] = 0x80 | ((code >> (6 * (size - 1 - i))) & 0x3f);
  }
  return at + size;
}

/** Texts of different kinds: ASCII, mixed, dense, one fault in valid text, and anything. */
const kinds: readonly ((octets: Uint8Array) => void)[] = [
  (octets) => {
    for (let i = 0; i < octets.length; i++) octets[i] = below(0x80);
  },
  (octets) => {
    for (let i = 0; i < octets.length;) i = putCharacter(octets, i, below(8) === 0 ? 1 + below(4) : 1);
  },
  (octets) => {
    for (let i = 0; i < octets.length;) i = putCharacter(octets, i, 1 + below(4));
  },
  (octets) => {
    for (let i = 0; i < octets.length;) i = putCharacter(octets, i, below(8) === 0 ? 1 + below(4) : 1);
    if (octets.length > 0) octets[below(octets.length)] = next() >>> 24;
  },
  fill,
];

// Every length at every alignment, in the midst of octets that no text may have.
for (let length = 0; length <= LENGTHS; length++)
  for (let at = 0; at < ALIGNMENTS; at++) {
    const bytes = new Uint8Array(at + length + ALIGNMENTS).fill(0xff);
    kinds[(length + at) % kinds.length](bytes.subarray(at, at + length));
    const state = at % 2 === 0 ? UTF8_ACCEPT : states[below(states.length)];
    const expected = stepUtf8(bytes, at, at + length, state);
    const actual = validate(bytes, at, at + length, state);
    check(actual === expected, () => `${length} at ${at} from ${state}: ${actual}, not ${expected}`);
  }

// Every split of texts of every kind, one octet at a time included.
for (const kind of kinds)
  for (let length = 0; length <= LENGTHS; length += 1 + below(24)) {
    const bytes = new Uint8Array(length);
    kind(bytes);
    const expected = stepUtf8(bytes, 0, length, UTF8_ACCEPT);
    for (let split = 0; split <= length; split++) {
      const actual = validate(bytes, split, length, validate(bytes, 0, split, UTF8_ACCEPT));
      check(actual === expected, () => `${length} split at ${split}: ${actual}, not ${expected}`);
    }
    let state = UTF8_ACCEPT;
    for (let i = 0; i < length; i++) state = validate(bytes, i, i + 1, state);
    check(state === expected, () => `${length}, octet by octet: ${state}, not ${expected}`);
  }

// One octet that is not ASCII, at every place of a text that else is.
for (let place = 0; place < 64; place++)
  for (let start = 0; start < ALIGNMENTS; start++) {
    const bytes = new Uint8Array(64).fill(0x41);
    bytes[place] = 0x80;
    const expected = place < start ? UTF8_ACCEPT : UTF8_REJECT;
    check(validate(bytes, start, 64, UTF8_ACCEPT) === expected, () => `80 at ${place}, from ${start}`);
  }

for (const kind of kinds)
  for (let round = 0; round < 3; round++) {
    const bytes = new Uint8Array(20_000 + below(1000));
    kind(bytes);
    const start = below(100);
    const expected = stepUtf8(bytes, start, bytes.length, UTF8_ACCEPT);
    check(validate(bytes, start, bytes.length, UTF8_ACCEPT) === expected, () => `long text ${round}`);
  }

conclude({ states: states.length });
