import { expect, test } from 'vitest';
import zlib from 'node:zlib';
import { InflateReason } from '../../src/deflate/decode/inflate-reason.ts';
import { hex } from './bits.ts';
import { referenceInflate } from './reference.ts';
import {
  TAIL,
  concat,
  inflateMessage,
  newInflate,
  random,
  sample,
  zlibInflate,
  zlibMessage,
} from './streams.ts';

/** Our verdict on a message must be zlib's, and the reference decoder's, at a window of 2^windowBits. */
function judge(message: Uint8Array, windowBits: number): void {
  const stream = concat([message, TAIL]);
  const ours = inflateMessage(newInflate(windowBits, 8 + (message.length % 4)), message);
  const reference = referenceInflate(stream, windowBits);
  const theirs = zlibInflate(stream, 15);
  // Most are equal; `toEqual` would take longer to see it than all the rest.
  const expectSame = (other: Uint8Array | null): void => {
    if (other === null || Buffer.compare(ours.data, other) !== 0) expect(ours.data).toEqual(other);
  };
  // Equal up to the fault, too.
  expectSame(Uint8Array.from(reference.data));
  if (ours.error === 0) {
    if (!endsAtFinalBlock(message)) expect(reference.verdict).toBe('whole');
    expectSame(theirs);
  } else if (ours.error === InflateReason.truncated) {
    expect(reference.verdict).toBe('truncated');
    expectSame(theirs);
  } else {
    expect(['whole', 'truncated']).not.toContain(reference.verdict);
    // zlib waits for a symbol of a code length code that has none, before it refuses.
    if (windowBits === 15 && theirs !== null)
      expect(zlibInflate(concat([stream, new Uint8Array(400)]), 15)).toBe(null);
  }
}

/** Such a message is whole without the tail, which then only begins another block. */
function endsAtFinalBlock(message: Uint8Array): boolean {
  return referenceInflate(message, 15).verdict === 'whole';
}

const seeds: Uint8Array[] = [];
const rnd = random(99);
for (const level of [1, 6, 9]) {
  for (const strategy of [
    zlib.constants.Z_DEFAULT_STRATEGY,
    zlib.constants.Z_FIXED,
    zlib.constants.Z_HUFFMAN_ONLY,
  ]) {
    seeds.push(zlibMessage(sample(rnd, 20 + rnd(80)), new Uint8Array(0), { level, strategy }));
  }
}
seeds.push(zlibMessage(sample(rnd, 60), new Uint8Array(0), { level: 0 }));
seeds.push(hex('f3 48 cd c9 c9 07 00 00'));
seeds.push(hex('f2 48 05 00 00 00 ff ff ca c9 c9 07 00'));

test('every bit flipped', () => {
  for (const message of seeds) {
    for (let bit = 0; bit < message.length * 8; bit++) {
      const broken = message.slice();
      broken[bit >> 3] ^= 1 << (bit & 7);
      judge(broken, 15);
    }
  }
}, 60000);

test('cut anywhere', () => {
  for (const message of seeds)
    for (let length = 0; length < message.length; length++) judge(message.slice(0, length), 15);
});

test('octets replaced, doubled, dropped, at small windows as well', () => {
  for (let round = 0; round < 600; round++) {
    const windowBits = round % 3 === 0 ? 15 : 8 + rnd(7);
    const data = sample(rnd, 1 + rnd(900));
    const parts = [
      zlibMessage(data, new Uint8Array(0), { level: rnd(10), strategy: rnd(5), windowBits: 9 + rnd(7) }),
    ];
    let message: Uint8Array = parts[0].slice();
    for (let faults = rnd(3); faults >= 0; faults--) {
      const at = rnd(message.length);
      const kind = rnd(3);
      if (kind === 0) message[at] = rnd(256);
      else if (kind === 1) message = concat([message.slice(0, at), message.slice(rnd(at + 1))]);
      else message = concat([message.slice(0, at), message.slice(Math.min(message.length, at + 1 + rnd(4)))]);
    }
    judge(message, windowBits);
  }
}, 60000);

test('noise', () => {
  for (let round = 0; round < 2000; round++) {
    const message = Uint8Array.from({ length: 1 + rnd(60) }, () => rnd(256));
    // Many noises begin with a dynamic block that way.
    if (round % 2 === 0) message[0] = (message[0] & 0xf8) | 4;
    judge(message, round % 4 === 0 ? 15 : 8 + rnd(8));
  }
});
