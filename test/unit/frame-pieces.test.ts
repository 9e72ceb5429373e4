/** The pure functions of frames, each by itself: where they write, what they ask a host, and every border. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { closeCodeOf, isWireCloseCode } from '../../src/frame/close-code.ts';
import { copyFitting } from '../../src/frame/copy-fitting.ts';
import { copyMasked } from '../../src/frame/copy-masked.ts';
import { faultOfHeader, frameLength, lengthAt } from '../../src/frame/header.ts';
import { putMessage } from '../../src/frame/put-message.ts';
import { decodeUtf8, skipAscii, Utf8, validateUtf8 } from '../../src/frame/utf8.ts';
import { findUtf8Fault } from '../../src/frame/utf8-fault.ts';
import { validateWithNative } from '../../src/frame/utf8-native.ts';
import { type TextOwner, validateText } from '../../src/frame/validate-text.ts';
import { frame, framesOf } from '../support/frames.ts';
import { RULES } from '../support/header-oracle.ts';
import { concat, counting, utf8 } from '../support/octets.ts';
import { judge } from '../support/utf8-oracle.ts';

const wordsOf = (bytes: Uint8Array): Int32Array =>
  new Int32Array(bytes.buffer, 0, bytes.buffer.byteLength >> 2);

describe('close codes', () => {
  test('all that may stand in a frame, RFC 6455 §7.4 and its registry, and no other number', () => {
    const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
    for (let code = -1; code < 66_000; code++) {
      const is = registered.includes(code) || (code >= 3000 && code < 5000);
      if (isWireCloseCode(code) !== is) expect.fail(`code ${code}`);
    }
    for (const code of [1000.5, 3000.5, NaN, Infinity, 2 ** 32 + 1000, -(2 ** 32) + 1000])
      expect(isWireCloseCode(code)).toBe(false);
  });

  test('with which a fault closes, RFC 6455 §7.4.1; those of other kinds have none', () => {
    const codes = new Map<number, number>([
      [ErrorId.messageTooBig, 1009],
      [ErrorId.fragmentsTooMany, 1008],
      [ErrorId.textInvalid, 1007],
      [ErrorId.closeReasonInvalid, 1007],
      [ErrorId.compressionInvalid, 1007],
    ]);
    for (let id: number = ErrorId.reservedBits; id <= ErrorId.closeCodeInvalid; id++) codes.set(id, 1002);
    for (const id of [0, 101, 127, 200, 306, 401, 501, 601, ...codes.keys()])
      expect(closeCodeOf(id), `error ${id}`).toBe(codes.get(id) ?? 0);
  });
});

describe('headers', () => {
  const IDS = [
    ErrorId.reservedBits,
    ErrorId.reservedOpcode,
    ErrorId.controlFragmented,
    ErrorId.continuationUnexpected,
    ErrorId.messageUnfinished,
    ErrorId.unmaskedByClient,
    ErrorId.maskedByServer,
    ErrorId.controlTooLong,
    ErrorId.closeTooShort,
  ];

  test.each(['client', 'server'] as const)(
    'of which a %s finds the fault in its octet, and by its rule',
    (receiver) => {
      const maskBit = receiver === 'server' ? 0x80 : 0;
      for (const rsv of [0, 0x40])
        for (const midMessage of [false, true])
          for (let head = 0; head < 0x1_0000; head++) {
            const [first, second] = [head >> 8, head & 255];
            const opcode = first & 15;
            // With compression RSV1 may begin a message (RFC 7692 §6).
            const isAllowed = rsv !== 0 && (first & 0x70) === 0x40 && opcode > 0 && opcode < 8;
            const bits = {
              fin: first >= 128,
              rsv: isAllowed ? 0 : (first >> 4) & 7,
              opcode,
              masked: second >= 128,
              length: second & 127,
            };
            const broken = RULES.map((rule, i) => ({ rule, id: IDS[i] })).filter(({ rule }) =>
              rule.broken(bits, { receiver, midMessage }),
            );
            const bytes = Uint8Array.of(9, first, second);
            const [one, two] = [1, 2].map((count) =>
              faultOfHeader(bytes, 1, count, midMessage, rsv, maskBit),
            );
            const inFirst = broken.find(({ rule }) => rule.octet === 1)?.id ?? 0;
            if (one !== inFirst) expect.fail(`${first.toString(16)}: ${one}, not ${inFirst}`);
            if (inFirst !== 0) continue;
            const inSecond = broken[0]?.id ?? 0;
            if (two !== inSecond) expect.fail(`${head.toString(16)}: ${two}, not ${inSecond}`);
          }
    },
  );

  test.each([
    // Octets of the header, and after how many which fault is found.
    [[0x82, 126, 0, 125], 4, ErrorId.lengthNotShortest],
    [[0x82, 126, 0, 126], 0, 0],
    [[0x82, 126, 255, 255], 0, 0],
    [[0x82, 127, 0, 0, 0, 0, 0, 0, 255, 255], 10, ErrorId.lengthNotShortest],
    [[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0], 0, 0],
    [[0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], 3, ErrorId.lengthTopBit],
    [[0x82, 127, 0x7f, 0x80, 0, 0, 0, 0, 0, 0], 0, 0],
    [[0x82, 126, 0x80, 0], 0, 0],
  ] as const)('%j: at octet %d error %d', (octets, at, id) => {
    const bytes = concat([7], octets);
    for (let count = 1; count <= octets.length; count++)
      expect(faultOfHeader(bytes, 1, count, false, 0, 0), `octet ${count}`).toBe(count === at ? id : 0);
  });

  test('in a ring, wherever they wrap, say how long their frames are', () => {
    for (const length of [0, 1, 125, 126, 0xffff, 0x10000, 0x1234567])
      for (const key of [undefined, Uint8Array.of(1, 2, 3, 4)]) {
        const header = frame({ opcode: 2, declared: BigInt(length), payload: [], ...(key && { key }) });
        for (let at = 0; at < 32; at++) {
          const ring = new Uint8Array(3 + 32).fill(0xff);
          header.forEach((octet, i) => (ring[3 + ((at + i) & 31)] = octet));
          expect(frameLength(ring, 3, at, 31)).toBe(header.length + length);
        }
        expect(lengthAt(concat([0xff], header), 1)).toBe(length);
      }
  });
});

describe('copies', () => {
  /** A host's way, which notes what it was asked. */
  function lent(): {
    asked: number[][];
    copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void;
  } {
    const asked: number[][] = [];
    return {
      asked,
      copy(from, start, end, to, at) {
        asked.push([start, end, at]);
        to.set(from.subarray(start, end), at);
      },
    };
  }

  const KEY = 0x04030201;
  test.each([
    ['all of it', 0, 40, 4],
    ['a part', 3, 39, 5],
    ['from the beginning', 0, 39, 0],
    ['to the end', 1, 40, 7],
    ['all but an octet at either end', 1, 39, 4],
    ['nothing', 7, 7, 3],
  ])('%s arrives masked where it belongs, and nothing else changes', (_what, start, end, at) => {
    for (const key of [0, KEY])
      for (const source of [undefined, {}, lent()]) {
        const to = new Uint8Array(48).fill(0xee);
        const from = counting(40);
        const expected = to.slice();
        for (let i = start; i < end; i++)
          expected[at + i - start] = from[i] ^ ((key >> (8 * ((i - start) & 3))) & 255);
        const turned = copyMasked(to, at, from, start, end, key, wordsOf(to), source);
        expect([to, from]).toEqual([expected, counting(40)]);
        const octets = [0, 1, 2, 3].map((i) => (turned >> (8 * i)) & 255);
        const left = [0, 1, 2, 3].map((i) => (key >> (8 * ((i + end - start) & 3))) & 255);
        expect(octets).toEqual(left);
        // What is whole needs no view, and so no host.
        if (source && 'asked' in source)
          expect(source.asked).toEqual(end - start === 40 ? [] : [[start, end, at]]);
      }
  });

  test.each([
    [4, 9],
    [9, 4],
    [4, 4],
  ])('within the same memory from %d to %d, though both overlap', (start, at) => {
    const memory = counting(40);
    const expected = memory.slice();
    expected.set(memory.slice(start, start + 20), at);
    const source = lent();
    copyMasked(memory, at, memory, start, start + 20, 0, wordsOf(memory), source);
    expect([memory, source.asked]).toEqual([expected, []]);
  });

  test.each([
    [10, 3, 8, 5],
    [5, 3, 8, 5],
    [4, 3, 8, 4],
    [0, 3, 8, 0],
    [4, 8, 8, 0],
  ])('into %d octets fit of [%d, %d): %d', (room, start, end, count) => {
    for (const source of [{}, lent()]) {
      const to = new Uint8Array(room).fill(0xee);
      expect(copyFitting(to, counting(20), start, end, source)).toBe(count);
      const expected = new Uint8Array(room).fill(0xee);
      for (let i = 0; i < count; i++) expected[i] = start + i;
      expect(to).toEqual(expected);
      if ('asked' in source) expect(source.asked).toEqual([[start, start + count, 0]]);
    }
  });
});

describe('a message in one piece', () => {
  const RING = 8;
  /** A ring with `last` as the masking key before it. */
  function ringWith(last: number, size = 0x11000): { memory: Uint8Array; words: Int32Array } {
    const memory = new Uint8Array(RING + size);
    const words = wordsOf(memory);
    words[(RING >> 2) - 1] = last;
    return { memory, words };
  }

  test.each([1, 125, 126, 0xffff])(
    'of %d octets stands there masked, and the key in front of the ring',
    (length) => {
      for (const opcode of [1, 2])
        for (const at of [0, 5])
          for (const [start, end] of [
            [undefined, undefined],
            [3, 3 + length],
          ] as const) {
            const { memory, words } = ringWith(7);
            const octets = start === undefined ? counting(length) : counting(length + 9);
            const header = length < 126 ? 6 : 8;
            const most = at + header + length;
            const behind = putMessage(memory, RING, at, most, opcode, octets, 0x44332211, words, start, end);
            expect(behind).toBe(most);
            const [sent] = framesOf(memory.slice(RING + at, RING + behind));
            expect([sent.first, sent.key]).toEqual([0x80 | opcode, Uint8Array.of(0x11, 0x22, 0x33, 0x44)]);
            expect(Buffer.compare(sent.payload, octets.slice(start ?? 0, end ?? length))).toBe(0);
            expect([...memory.slice(RING - 4, RING)]).toEqual([0x11, 0x22, 0x33, 0x44]);
            expect(memory.slice(RING + behind).every((octet) => octet === 0)).toBe(true);
            expect(memory.slice(RING, RING + at).every((octet) => octet === 0)).toBe(true);
          }
    },
  );

  test.each([
    ['has no octets', 0, 100, 9],
    ['is too long', 0x10000, 0x20000, 9],
    ['goes an octet too far', 10, 15, 9],
    ['has no key', 10, 100, 0],
    ['has the last key', 10, 100, 7],
  ])('that %s is none, and nothing changes', (_what, length, most, key) => {
    const { memory, words } = ringWith(7);
    const before = memory.slice();
    expect(putMessage(memory, RING, 0, most, 2, counting(length), key, words)).toBe(0);
    expect(Buffer.compare(memory, before)).toBe(0);
  });
});

describe('text', () => {
  test('of every kind of character is decoded, and no octet beside it', () => {
    for (const text of ['', 'a', '%41', '\u0000\u000f\u0010', 'ä€😀', '\ufeffx']) {
      const octets = concat(utf8('€'), utf8(text), utf8('€'));
      expect(decodeUtf8(octets, 3, octets.length - 3)).toBe(text);
    }
  });

  test('that is none has its fault where the first impossible octet is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(255), { maxLength: 12 }),
        fc.string({ unit: 'binary', maxLength: 4 }),
        (octets, text) => {
          const bytes = concat([0xff], utf8(text), octets, utf8('behind it'));
          const end = bytes.length - 9;
          const { fault } = judge(bytes.subarray(1, end));
          expect(findUtf8Fault(bytes, 1, end, Utf8.accept)).toBe(fault < 0 ? end : 1 + fault);
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  /** Valid text with a long character at its beginning, so that something is left behind the ASCII. */
  const long = (length: number): Uint8Array => concat(utf8('€'), utf8('a'.repeat(length - 3)));

  test.each([
    ['shorter than 512 octets', 511, []],
    ['of 512 octets', 512, [[0, 511]]],
  ] as const)('%s: what a native is asked', (_what, length, asked) => {
    const bytes = new Uint8Array(516);
    bytes.set(long(length));
    const seen: number[][] = [];
    const isUtf8 = (_bytes: Uint8Array, start: number, end: number): boolean => seen.push([start, end]) > 0;
    expect(validateWithNative(isUtf8, bytes, wordsOf(bytes), 0, length, Utf8.accept)).toBe(Utf8.accept);
    expect(seen).toEqual(asked);
  });

  test.each([
    ['ä', 1],
    ['€', 1],
    ['€', 2],
    ['😀', 1],
    ['😀', 2],
    ['😀', 3],
  ])('a native is not given a character, %s, of which %d octets have come', (character, count) => {
    const bytes = new Uint8Array(608);
    bytes.set(long(600 - count));
    bytes.set(utf8(character).subarray(0, count), 600 - count);
    const seen: number[][] = [];
    const isUtf8 = (_bytes: Uint8Array, start: number, end: number): boolean => seen.push([start, end]) > 0;
    const words = wordsOf(bytes);
    const state = validateWithNative(isUtf8, bytes, words, 0, 600, Utf8.accept);
    expect(state).toBe(validateUtf8(bytes, words, 0, 600, Utf8.accept));
    expect(seen).toEqual([[0, 600 - count]]);
  });

  test('a native is asked behind a character that another span has begun, and behind the ASCII', () => {
    const bytes = new Uint8Array(1204);
    bytes.set(Uint8Array.of(0x82, 0xac));
    bytes.fill(0x61, 2, 102);
    bytes.set(long(1000), 102);
    const words = wordsOf(bytes);
    const begun = validateUtf8(Uint8Array.of(0xe2), new Int32Array(0), 0, 1, Utf8.accept);
    const seen: number[][] = [];
    const isUtf8 = (_bytes: Uint8Array, start: number, end: number): boolean => seen.push([start, end]) > 0;
    expect(validateWithNative(isUtf8, bytes, words, 0, 1102, begun)).toBe(Utf8.accept);
    expect(seen).toEqual([[skipAscii(words, 2, 1102), 1101]]);
    expect(seen[0][0]).toBeGreaterThan(90);
  });

  test.each([
    [511, false, 0],
    [512, false, 1],
    [512, true, 0],
    [3, false, 0],
  ])('a host is asked about %d octets, of our own memory: %s: %d times', (length, isOurs, times) => {
    const bytes = new Uint8Array(1040);
    const asked: unknown[][] = [];
    const owner: TextOwner = {
      _source: {
        validateLong: (...all) => {
          asked.push(all);
          return 77;
        },
      },
      memory: isOurs ? bytes : new Uint8Array(0),
    };
    const words = wordsOf(bytes);
    const state = validateText(bytes, 520, 520 + length, Utf8.accept, words, owner);
    expect(asked).toEqual(times === 0 ? [] : [[bytes, words, 520, 520 + length, Utf8.accept]]);
    expect(state).toBe(times === 0 ? Utf8.accept : 77);
  });

  test('a host without a way of its own is not asked', () => {
    const bytes = concat(utf8('a'.repeat(600)), [0xff]);
    const owner: TextOwner = { _source: {}, memory: new Uint8Array(0) };
    expect(validateText(bytes, 0, 601, Utf8.accept, wordsOf(bytes), owner)).toBe(Utf8.reject);
  });
});
