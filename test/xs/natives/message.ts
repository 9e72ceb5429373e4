/** Whole messages into a ring, and spans out of memory: the natives and their twins, at every length and place. */
import { copyFitting, putMessage } from 'ringlet/natives';
import * as fitting from '../../../src/frame/copy-fitting.ts';
import * as message from '../../../src/frame/put-message.ts';
import { ALIGNMENTS, areEqual, check, conclude, fill, LENGTHS, next } from './equal.ts';

const RING = 16;
const SIZE = 512;
const NO_SOURCE = {};

const one = new Uint8Array(RING + SIZE);
const other = new Uint8Array(RING + SIZE);
const words = new Int32Array(one.buffer);

function comparePut(at: number, most: number, octets: Uint8Array, key: number): void {
  fill(one);
  other.set(one);
  const expected = message.putMessage(one, RING, at, most, 2, octets, key, words);
  const actual = putMessage(other, RING, at, most, 2, octets, key);
  const what = (): string => `${octets.length} octets at ${at} up to ${most} with key ${key}`;
  check(actual === expected, () => `${what()}: ${actual}, not ${expected}`);
  check(areEqual(one, other), () => `${what()}: other octets`);
}

for (let length = 0; length <= LENGTHS; length++) {
  const octets = fill(new Uint8Array(length));
  for (let at = 0; at < ALIGNMENTS; at++) comparePut(at, SIZE, octets, next());
  // The last place up to which it fits, and one less.
  const end = 3 + length + (length < 126 ? 6 : 8);
  comparePut(3, end, octets, next());
  comparePut(3, end - 1, octets, next());
}

/** The word in front of the ring, whose lowest 8 bits are its first octet. */
function lastKey(): number {
  return one[RING - 4] | (one[RING - 3] << 8) | (one[RING - 2] << 16) | (one[RING - 1] << 24);
}

// Parts of a buffer.
const around = fill(new Uint8Array(48));
for (let start = 0; start <= around.length; start++)
  for (let end = start; end <= around.length; end++) {
    fill(one);
    other.set(one);
    const key = next();
    const expected = message.putMessage(one, RING, 5, SIZE, 1, around, key, words, start, end);
    const actual = putMessage(other, RING, 5, SIZE, 1, around, key, words, start, end);
    check(
      actual === expected && expected > 0 === end > start,
      () => `${start} to ${end}: ${actual}, not ${expected}`,
    );
    check(areEqual(one, other), () => `${start} to ${end}: other octets`);
  }

// A key of 0 and the last one are refused; one that differs in one octet is not.
const some = fill(new Uint8Array(20));
for (const turn of [0, 1, 1 << 8, 1 << 16, 1 << 24]) {
  fill(one);
  other.set(one);
  const key = lastKey() ^ turn;
  const expected = message.putMessage(one, RING, 0, SIZE, 1, some, key, words);
  check(expected === (turn === 0 ? 0 : 26), () => `a key that differs by ${turn}: ${expected}`);
  check(putMessage(other, RING, 0, SIZE, 1, some, key) === expected, () => `a key that differs by ${turn}`);
  check(areEqual(one, other), () => `a key that differs by ${turn}: other octets`);
}
comparePut(0, SIZE, some, 0);

// The longest message that has a length of 16 bits, and the shortest that has not.
const memory = new Uint8Array(RING + 70_000);
const twin = new Uint8Array(RING + 70_000);
for (const length of [65_535, 65_536]) {
  const octets = fill(new Uint8Array(length));
  const expected = message.putMessage(twin, RING, 1, 69_000, 2, octets, 7, new Int32Array(twin.buffer));
  check(expected === (length > 65_535 ? 0 : 1 + 8 + length), () => `${length} octets: ${expected}`);
  check(putMessage(memory, RING, 1, 69_000, 2, octets, 7) === expected, () => `${length} octets`);
  check(areEqual(memory, twin), () => `${length} octets: other octets`);
}

for (let length = 0; length <= 40; length++)
  for (let start = 0; start < ALIGNMENTS; start++)
    for (const size of [0, 1, length, length + 1, 64]) {
      fill(one);
      const to = fill(new Uint8Array(size));
      const copy = to.slice();
      const expected = fitting.copyFitting(copy, one, start, start + length, NO_SOURCE);
      check(expected === (size < length ? size : length), () => `${length} into ${size}: ${expected}`);
      check(copyFitting(to, one, start, start + length) === expected, () => `${length} into ${size}`);
      check(areEqual(to, copy), () => `${length} into ${size}: other octets`);
    }

conclude();
