import { describe, expect, test } from 'vitest';
import zlib from 'node:zlib';
import { codeLengths, scratchWords } from '../../src/deflate/encode/code-lengths.ts';
import { deflateMemory } from '../../src/deflate/encode/deflate-options.ts';
import { Deflate, DeflateStatus } from '../../src/deflate/encode/deflate.ts';
import { PROFILES } from '../../src/deflate/profiles.ts';
import { hex } from './bits.ts';
import {
  anyOptions,
  concat,
  deflateMessage,
  inflateMessage,
  newDeflate,
  newInflate,
  random,
  sample,
} from './streams.ts';

const DEFLATE_DEVICE = PROFILES.device.deflate;
const DEFLATE_DESK = PROFILES.desk.deflate;

const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('RFC 7692 §7.2.3', () => {
  test.each([DEFLATE_DEVICE, DEFLATE_DESK])('%j', (options) => {
    const deflate = newDeflate(options);
    expect(deflateMessage(deflate, octets('Hello'))).toEqual(hex('f2 48 cd c9 c9 07 00'));
    // With context takeover the same message is one match (the RFC's example takes a literal and a match).
    expect(deflateMessage(deflate, octets('Hello'))).toEqual(hex('02 13 00 00'));
    expect(deflateMessage(deflate, octets(''))).toEqual(hex('00'));
    expect(deflateMessage(deflate, octets(''))).toEqual(hex('00'));
    deflate.reset();
    expect(deflateMessage(deflate, octets('Hello'))).toEqual(hex('f2 48 cd c9 c9 07 00'));
  });
});

describe('size', () => {
  test('noise costs six octets a block, and never more than bound() says', () => {
    const rnd = random(3);
    for (let round = 0; round < 300; round++) {
      const windowBits = 8 + rnd(8);
      const options = anyOptions(rnd, windowBits);
      const deflate = newDeflate(options);
      const kind = rnd(3);
      const data =
        kind === 0 ? sample(rnd, rnd(6000)) : Uint8Array.from({ length: rnd(6000) }, () => rnd(256));
      if (kind === 2) for (let i = 0; i < data.length; i++) data[i] |= 0x90;
      for (let message = 0; message < 2; message++) {
        expect(deflateMessage(deflate, data).length).toBeLessThanOrEqual(deflate.bound(data.length));
      }
    }
    const noise = Uint8Array.from({ length: 200 }, () => rnd(256));
    expect(deflateMessage(newDeflate(DEFLATE_DEVICE), noise)).toHaveLength(200 + 6);
  });

  test('telemetry is within 10 % of zlib level 1 with the same window', () => {
    const rnd = random(5);
    const messages: Uint8Array[] = [];
    let free = 123456;
    for (let seq = 0; seq < 400; seq++) {
      free += rnd(4000) - 2000;
      const load = [rnd(100) / 100, (20 + rnd(30)) / 100, (30 + rnd(5)) / 100];
      const mem = { total: 327680, free, largest: 65536 - rnd(2000) };
      const temp = Array.from({ length: rnd(20) }, () => (2000 + rnd(300)) / 100);
      messages.push(
        octets(JSON.stringify({ seq, t: 1699999999.123 + seq + rnd(1000) / 1000, load, mem, temp })),
      );
    }
    for (const windowBits of [9, 10, 11, 12, 15]) {
      // zlib's messages: each is what a sync flush adds to the stream of those before.
      let theirs = 0;
      let history = new Uint8Array(0);
      for (const message of messages) {
        const options = { windowBits, level: 1, finishFlush: zlib.constants.Z_SYNC_FLUSH };
        const dictionary = history.length > 0 ? { dictionary: history } : {};
        theirs += zlib.deflateRawSync(message, { ...options, ...dictionary }).length - 4;
        history = new Uint8Array(concat([history, message]).subarray(-32768));
      }
      for (const options of [
        { ...DEFLATE_DEVICE, windowBits },
        { ...DEFLATE_DESK, windowBits },
      ]) {
        const deflate = newDeflate(options);
        let ours = 0;
        for (const message of messages) ours += deflateMessage(deflate, message).length;
        expect(ours / theirs, `2^${windowBits}`).toBeLessThan(1.1);
      }
    }
  });
});

test('blocks with codes of their own are written where they pay', () => {
  const rnd = random(13);
  const data = Uint8Array.from({ length: 9000 }, () => 65 + rnd(12) * rnd(2));
  const fixed = deflateMessage(newDeflate({ ...DEFLATE_DESK, dynamic: false }), data).length;
  const dynamic = deflateMessage(newDeflate(DEFLATE_DESK), data).length;
  expect(dynamic).toBeLessThan(fixed * 0.75);
  const options = { level: 1, finishFlush: zlib.constants.Z_SYNC_FLUSH };
  expect(dynamic).toBeLessThan(1.1 * zlib.deflateRawSync(data, options).length);
});

test('nothing outside the memory is written', () => {
  const rnd = random(17);
  for (let round = 0; round < 100; round++) {
    const options = anyOptions(rnd, 8 + rnd(8));
    const size = deflateMemory(options);
    const bytes = new Uint8Array(size + 20).fill(0xc3);
    const deflate = new Deflate(bytes, new Uint16Array(bytes.buffer), 10, options);
    for (let message = 0; message < 5; message++) {
      const data = sample(rnd, rnd(3000));
      expect(deflateMessage(deflate, data).length).toBeGreaterThan(0);
    }
    const outside = [...bytes.subarray(0, 10), ...bytes.subarray(10 + size)];
    expect(outside.every((octet) => octet === 0xc3)).toBe(true);
  }
});

test('message and output may lie in the same memory as the window', () => {
  const rnd = random(23);
  const size = deflateMemory(DEFLATE_DEVICE);
  const bytes = new Uint8Array(2 + size + 8000);
  const deflate = new Deflate(bytes, new Uint16Array(bytes.buffer), 2, DEFLATE_DEVICE);
  const end = newInflate(10);
  for (let round = 0; round < 50; round++) {
    const data = sample(rnd, rnd(2000));
    const at = 2 + size;
    bytes.set(data, at);
    expect(deflate.write(bytes, at, at + data.length, bytes, at + 3000, bytes.length)).toBe(0);
    expect(deflate.consumed).toBe(at + data.length);
    expect(deflate.endMessage(bytes, deflate.produced, bytes.length)).toBe(0);
    const result = inflateMessage(end, bytes.slice(at + 3000, deflate.produced));
    expect([result.error, Buffer.compare(result.data, data)]).toEqual([0, 0]);
  }
});

test('no room: nothing is written, nothing is lost', () => {
  const deflate = newDeflate(DEFLATE_DEVICE);
  const output = new Uint8Array(100);
  deflate.write(octets('Hello'), 0, 5, output, 0, 0);
  expect(deflate.consumed).toBe(5);
  expect(deflate.endMessage(output, 0, 0)).toBe(DeflateStatus.full);
  expect(deflate.produced).toBe(0);
  let to = 0;
  while (deflate.endMessage(output, to, to + 1) === DeflateStatus.full) to = deflate.produced;
  expect(output.subarray(0, deflate.produced)).toEqual(hex('f2 48 cd c9 c9 07 00'));
});

describe('code lengths', () => {
  /** Cost of an optimal code without a limit: the sum of the weights of all inner nodes. */
  function optimum(frequencies: number[]): number {
    const heap = frequencies.filter((f) => f > 0);
    let cost = 0;
    while (heap.length > 1) {
      heap.sort((a, b) => b - a);
      const sum = heap.pop()! + heap.pop()!;
      cost += sum;
      heap.push(sum);
    }
    return cost;
  }

  test('complete, optimal where the limit allows, and never over it', () => {
    const rnd = random(31);
    for (let round = 0; round < 600; round++) {
      const symbols = round % 2 === 0 ? 19 : 2 + rnd(285);
      const limit = symbols === 19 ? 7 : 15;
      const words = new Uint16Array(2 * symbols + scratchWords(symbols)).fill(77);
      const frequencies = Array.from({ length: symbols }, () => (rnd(3) === 0 ? 0 : 1 + rnd(1 << rnd(7))));
      // Fibonacci numbers make the deepest trees.
      if (round % 5 === 0) {
        frequencies.fill(1, 0, 2);
        for (let i = 2; i < Math.min(symbols, 20); i++)
          frequencies[i] = frequencies[i - 1] + frequencies[i - 2];
      }
      words.set(frequencies);
      codeLengths(words, 0, symbols, symbols, limit, 2 * symbols);
      const lengths = Array.from(words.subarray(symbols, 2 * symbols));
      expect(lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** -length : 0), 0)).toBe(1);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(limit);
      const used = frequencies.filter((f) => f > 0).length;
      if (used < 2) continue;
      frequencies.forEach((f, i) => expect(f > 0).toBe(lengths[i] > 0));
      const cost = frequencies.reduce((sum, f, i) => sum + f * lengths[i], 0);
      if (Math.max(...lengths) < limit) expect(cost).toBe(optimum(frequencies));
      else expect(cost).toBeLessThan(optimum(frequencies) * 1.15);
    }
  });
});
