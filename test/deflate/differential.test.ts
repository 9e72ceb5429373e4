/**
 * Against zlib, both ways. One stream is a few messages with one history; every stream is inflated in another
 * splitting, and deflated into another series of rooms.
 */
import { describe, expect, test } from 'vitest';
import zlib from 'node:zlib';
import { referenceInflate } from './reference.ts';
import type { Random } from './streams.ts';
import {
  TAIL,
  anyOptions,
  concat,
  deflateMessage,
  inflateMessage,
  newDeflate,
  newInflate,
  random,
  sample,
  zlibInflate,
  zlibMessage,
} from './streams.ts';

const WINDOWS = [8, 9, 10, 11, 12, 13, 14, 15];
const STREAMS = 700; // of each window size and direction: 11,200 in all

const NONE = new Uint8Array(0);

/** Mostly small pieces for small messages. */
function pieces(rnd: Random): () => number {
  const kind = rnd(4);
  if (kind === 0) return () => 1 << 20;
  if (kind === 1) return () => 1;
  const most = kind === 2 ? 8 : 600;
  return () => 1 + rnd(most);
}

function lengths(rnd: Random, windowBits: number): number {
  const kind = rnd(20);
  if (kind === 0) return 0;
  if (kind === 1) return rnd(Math.min(3 << windowBits, 12000));
  return rnd(kind < 12 ? 300 : 1200);
}

describe.each(WINDOWS)('window of 2^%i', (windowBits) => {
  test('zlib deflates, we inflate', () => {
    const rnd = random(windowBits);
    for (let stream = 0; stream < STREAMS; stream++) {
      const takeover = rnd(3) > 0;
      // zlib takes 9 where 8 is asked for, and keeps its distances 262 below: that is within 2^8.
      const options = {
        windowBits: Math.max(9, windowBits),
        level: rnd(10),
        strategy: rnd(5),
        memLevel: 1 + rnd(9),
      };
      const end = newInflate(windowBits, 8 + rnd(4), rnd(2) === 0 ? 4 : 40);
      let history: Uint8Array = NONE;
      for (let messages = 1 + rnd(3); messages > 0; messages--) {
        const data = sample(rnd, lengths(rnd, windowBits));
        const message = zlibMessage(data, history, options);
        const result = inflateMessage(end, message, pieces(rnd), rnd(4) === 0 ? pieces(rnd) : undefined);
        expect(result.error, `stream ${stream}`).toBe(0);
        expect(Buffer.compare(result.data, data), `stream ${stream}`).toBe(0);
        if (takeover) history = concat([history, data]);
        else end.inflate.reset();
      }
    }
  });

  test('we deflate, zlib inflates, and so do we', () => {
    const rnd = random(100 + windowBits);
    for (let stream = 0; stream < STREAMS; stream++) {
      const takeover = rnd(3) > 0;
      const options = anyOptions(rnd, rnd(4) === 0 ? 15 : windowBits);
      const deflate = newDeflate(options);
      deflate.restrict(windowBits);
      const end = newInflate(windowBits);
      let history: Uint8Array = NONE;
      for (let messages = 1 + rnd(3); messages > 0; messages--) {
        const data = sample(rnd, lengths(rnd, windowBits));
        const message = deflateMessage(deflate, data, pieces(rnd), rnd(2) === 0 ? pieces(rnd) : undefined);
        const name = `stream ${stream} ${JSON.stringify(options)}`;
        expect(Buffer.compare(zlibInflate(concat([message, TAIL]), 15, history)!, data), name).toBe(0);
        // zlib would not notice a distance beyond a small window. This does.
        const result = inflateMessage(end, message, pieces(rnd));
        expect(result.error, name).toBe(0);
        expect(Buffer.compare(result.data, data), name).toBe(0);
        if (stream < 20) {
          const judged = referenceInflate(concat([message, TAIL]), windowBits, history);
          expect([judged.verdict, Buffer.compare(Uint8Array.from(judged.data), data)], name).toEqual([
            'whole',
            0,
          ]);
        }
        if (takeover) {
          history = concat([history, data]);
        } else {
          deflate.reset();
          end.inflate.reset();
        }
      }
    }
  });
});

test('every split of short messages, both ways', () => {
  const rnd = random(7);
  for (let stream = 0; stream < 60; stream++) {
    const data = sample(rnd, 1 + rnd(80));
    const message = zlibMessage(data, NONE, { level: rnd(10), strategy: rnd(5) });
    const options = anyOptions(rnd, 8 + rnd(8));
    const whole = deflateMessage(newDeflate(options), data);
    for (let first = 1; first <= message.length; first++) {
      const cut = [first];
      const result = inflateMessage(newInflate(9), message, () => cut.pop() ?? message.length);
      expect([result.error, Buffer.compare(result.data, data)]).toEqual([0, 0]);
    }
    for (let first = 1; first <= data.length; first++) {
      const cut = [first];
      const room = [1 + (first % whole.length)];
      const again = deflateMessage(
        newDeflate(options),
        data,
        () => cut.pop() ?? data.length,
        () => room.pop() ?? 1 << 16,
      );
      expect(Buffer.compare(again, whole)).toBe(0);
    }
  }
});

test('a long stream of messages that wraps every counter', () => {
  const rnd = random(11);
  for (const windowBits of [8, 10, 15]) {
    const deflate = newDeflate({
      windowBits,
      hashBits: 9,
      chain: 4,
      lazy: 16,
      tokens: 256,
      dynamic: windowBits > 10,
    });
    const end = newInflate(windowBits);
    const compressed: Uint8Array[] = [];
    const plain: Uint8Array[] = [];
    for (let message = 0; message < 700; message++) {
      const data = sample(rnd, message % 3 === 0 ? rnd(3) : rnd(700));
      const packed = deflateMessage(deflate, data);
      const result = inflateMessage(end, packed);
      expect([result.error, Buffer.compare(result.data, data)]).toEqual([0, 0]);
      compressed.push(packed, TAIL);
      plain.push(data);
    }
    const all = zlib.inflateRawSync(concat(compressed), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
    expect(Buffer.compare(all, concat(plain))).toBe(0);
  }
});
