/** The header of a frame and its twin: every pair of first octets, every count of the others, every place in a ring. */
import { faultOfHeader, frameLength, lengthAt, writeHeader } from 'ringlet/natives';
import * as twin from '../../../src/frame/header.ts';
import { areEqual, below, check, conclude, fill } from './equal.ts';

const HEADER = 14;
const BORDERS = [0, 1, 124, 125, 126, 127, 128, 255, 256, 65534, 65535, 65536, 65537, 2 ** 31 - 1];
const MASK_BITS = [0, 0x80];

const bytes = new Uint8Array(64);

function compareFault(at: number, count: number, inMessage: boolean, rsv: number, maskBit: number): void {
  const expected = twin.faultOfHeader(bytes, at, count, inMessage, rsv, maskBit);
  const actual = faultOfHeader(bytes, at, count, inMessage, rsv, maskBit);
  check(
    actual === expected,
    () => `${bytes.slice(at, at + count).join()} ${inMessage} ${rsv} ${maskBit}: ${actual}, not ${expected}`,
  );
}

for (let first = 0; first < 256; first++) {
  bytes[3] = first;
  for (const rsv of [0, 0x40, 0x70])
    for (const inMessage of [false, true]) compareFault(3, 1, inMessage, rsv, 0);
}
for (let first = 0; first < 16; first++)
  for (let second = 0; second < 256; second++) {
    bytes[0] = 0x80 | first;
    bytes[1] = second;
    for (const maskBit of MASK_BITS) compareFault(0, 2, false, 0, maskBit);
  }

/** Puts a header that says `length` in so many bits of an extended length at the beginning. */
function putLength(length: number, bits: number): void {
  bytes[1] = bits === 0 ? length : bits === 16 ? 126 : 127;
  let rest = length;
  for (let at = 1 + bits / 8; at > 1; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

for (const maskBit of MASK_BITS)
  for (const bits of [16, 64])
    for (const length of [...BORDERS, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 62, 2 ** 63]) {
      if (bits === 16 && length > 65535) continue;
      bytes[0] = 0x82;
      putLength(length, bits);
      bytes[1] |= maskBit;
      for (let count = 3; count <= HEADER; count++) compareFault(0, count, false, 0, maskBit);
      check(lengthAt(bytes, 0) === twin.lengthAt(bytes, 0), () => `length ${length} in ${bits} bits`);
    }
for (let length = 0; length < 126; length++) {
  putLength(length, 0);
  check(lengthAt(bytes, 0) === length, () => `length ${length}`);
}
for (let round = 0; round < 1000; round++) {
  fill(bytes);
  bytes[6] = (bytes[6] & 0x80) | (126 + below(2));
  const expected = twin.lengthAt(bytes, 5);
  const actual = lengthAt(bytes, 5);
  check(actual === expected, () => `length of ${bytes.slice(5, 19).join()}: ${actual}, not ${expected}`);
}

/** A ring of 16 octets in the midst of others, with headers at each of its places, and beyond its end. */
for (let round = 0; round < 100; round++) {
  fill(bytes);
  for (let at = 0; at < 40; at++) {
    const second = 8 + ((at + 1) & 15);
    bytes[second] = (bytes[second] & 0x80) | [5, 125, 126, 127][below(4)];
    const expected = twin.frameLength(bytes, 8, at, 15);
    const actual = frameLength(bytes, 8, at, 15);
    check(actual === expected, () => `frame at ${at}: ${actual}, not ${expected}`);
  }
}

for (const length of BORDERS)
  for (const maskBit of MASK_BITS)
    for (const end of [HEADER, 15, 16, 17, 64]) {
      const one = fill(new Uint8Array(64));
      const other = one.slice();
      const expected = twin.writeHeader(one, end, 0x81, maskBit, length);
      const actual = writeHeader(other, end, 0x81, maskBit, length);
      check(actual === expected, () => `header of ${length} up to ${end}: at ${actual}, not ${expected}`);
      check(areEqual(one, other), () => `header of ${length} up to ${end}: other octets`);
    }

conclude();
