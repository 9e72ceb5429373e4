import { expect, test } from 'vitest';
import { type Deflate, DeflateStatus } from '../../src/deflate/encode/deflate.ts';
import { PROFILES } from '../../src/deflate/profiles.ts';
import {
  anyOptions,
  deflateMessage,
  inflateMessage,
  newDeflate,
  newInflate,
  patience,
  random,
  sample,
  zlibMessage,
} from './streams.ts';

const NONE = new Uint8Array(0);
const one = (): number => 1;

test('symbols decoded fast are those decoded an octet at a time, whatever is there and whatever room', () => {
  const rnd = random(47);
  for (let round = 0; round < 300; round++) {
    const windowBits = 9 + rnd(7);
    const tableBits = 8 + rnd(4);
    const data = sample(rnd, 1 + rnd(4000));
    const message = zlibMessage(data, NONE, { level: 1 + rnd(9), strategy: rnd(5), windowBits });
    const slow = inflateMessage(newInflate(windowBits, tableBits), message, one);
    // From 7 octets, too few for the fast path, to all of them; and room that ends anywhere in a match.
    const length = 7 + rnd(20);
    const room = 1 + rnd(300);
    const fast = [
      inflateMessage(newInflate(windowBits, tableBits, 4), message),
      inflateMessage(newInflate(windowBits, tableBits), message, () => length),
      inflateMessage(newInflate(windowBits, tableBits), message, undefined, () => room),
    ];
    expect(slow.error).toBe(0);
    expect(Buffer.compare(slow.data, data)).toBe(0);
    for (const { data: octets, error } of fast) expect([error, Buffer.compare(octets, data)]).toEqual([0, 0]);
  }
});

/** Deflates a message with room for so many octets at a time, none of which may be passed. */
function deflateIn(room: number, deflate: Deflate, message: Uint8Array): Uint8Array {
  const output = new Uint8Array(message.length * 2 + 64);
  let at = 0;
  let to = 0;
  const goOn = patience();
  for (let isTaken = false; ;) {
    goOn();
    const limit = to + room;
    const status = isTaken
      ? deflate.endMessage(output, to, limit)
      : deflate.write(message, at, message.length, output, to, limit);
    expect(deflate.produced).toBeLessThanOrEqual(limit);
    at = deflate.consumed;
    to = deflate.produced;
    if (status === DeflateStatus.full) continue;
    if (isTaken) return output.slice(0, to);
    isTaken = true;
  }
}

test('tokens written fast are those written an octet at a time, wherever the room ends', () => {
  const rnd = random(53);
  for (let round = 0; round < 300; round++) {
    const options =
      round % 3 === 0
        ? { ...PROFILES.desk.deflate, windowBits: 12, hashBits: 10 }
        : anyOptions(rnd, 8 + rnd(8));
    const data = sample(rnd, 1 + rnd(4000));
    const slow = deflateMessage(newDeflate(options), data, undefined, one);
    const room = 15 + rnd(20);
    expect(Buffer.compare(deflateMessage(newDeflate(options), data), slow)).toBe(0);
    expect(Buffer.compare(deflateIn(room, newDeflate(options), data), slow)).toBe(0);
    const { data: octets, error } = inflateMessage(newInflate(options.windowBits), slow);
    expect([error, Buffer.compare(octets, data)]).toEqual([0, 0]);
  }
});
