import { describe, expect, test } from 'vitest';
import { BlockState } from '../../src/deflate/encode/block-state.ts';
import { beginBlock, beginFlush, writeBlock } from '../../src/deflate/encode/block-writer.ts';
import { DynamicPlan } from '../../src/deflate/encode/dynamic-plan.ts';
import { Inflate } from '../../src/deflate/decode/inflate.ts';
import { InflateReason as R } from '../../src/deflate/decode/inflate-reason.ts';
import { InflateStatus } from '../../src/deflate/decode/inflate-state.ts';
import { inflateMemory } from '../../src/deflate/decode/table-layout.ts';
import { bits, hex } from './bits.ts';
import { referenceInflate } from './reference.ts';
import { TAIL, concat, inflateMessage, newInflate, patience, zlibInflate } from './streams.ts';

const text = (data: Uint8Array): string => Buffer.from(data).toString('latin1');

/** Inflates in every way: whole, each split in two, octet by octet, with room for one octet. One result. */
function everySplit(message: Uint8Array, windowBits = 15): { data: string; error: number } {
  const results = new Set<string>();
  for (let first = 0; first <= message.length; first++) {
    let pieces = [first, message.length];
    if (first === 0) pieces = [];
    const result = inflateMessage(newInflate(windowBits), message, () => pieces.shift() ?? message.length);
    results.add(JSON.stringify({ data: text(result.data), error: result.error }));
  }
  for (const tableBits of [8, 9, 10, 11]) {
    for (const room of [1, 2, 1 << 30]) {
      const end = newInflate(windowBits, tableBits, 4);
      const result = inflateMessage(
        end,
        message,
        () => 1,
        () => room,
      );
      results.add(JSON.stringify({ data: text(result.data), error: result.error }));
    }
  }
  expect([...results]).toHaveLength(1);
  return JSON.parse([...results][0]) as { data: string; error: number };
}

describe('RFC 7692 §7.2.3, messages', () => {
  test.each([
    ['§7.2.3.1 one fixed block', 'f2 48 cd c9 c9 07 00', 'Hello'],
    ['§7.2.3.3 a stored block', '00 05 00 fa ff 48 65 6c 6c 6f 00', 'Hello'],
    ['§7.2.3.4 a final block', 'f3 48 cd c9 c9 07 00 00', 'Hello'],
    ['§7.2.3.5 two blocks', 'f2 48 05 00 00 00 ff ff ca c9 c9 07 00', 'Hello'],
    ['§7.2.3.6 empty', '00', ''],
    ['a final block without the octet behind it', 'f3 48 cd c9 c9 07 00', 'Hello'],
    ['no octets at all', '', ''],
    ['two final blocks', 'f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 00', 'HelloHello'],
    ['a final stored block in the middle', '01 01 00 fe ff 48 01 02 00 fd ff 65 6c 00', 'Hel'],
    ['empty blocks', '00 00 00 ff ff 00 00 00 ff ff 02 08 20 00 00', ''],
  ])('%s', (_, message, expected) => {
    expect(everySplit(hex(message))).toEqual({ data: expected, error: R.none });
  });

  test('§7.2.3.2 context takeover', () => {
    const end = newInflate(8);
    expect(text(inflateMessage(end, hex('f2 48 cd c9 c9 07 00')).data)).toBe('Hello');
    expect(text(inflateMessage(end, hex('f2 00 11 00 00')).data)).toBe('Hello');
    end.inflate.reset();
    expect(inflateMessage(end, hex('f2 00 11 00 00')).error).toBe(R.distanceFar);
  });

  test('the history lives on after a final block', () => {
    const end = newInflate(8);
    expect(text(inflateMessage(end, hex('f3 48 cd c9 c9 07 00 00')).data)).toBe('Hello');
    expect(text(inflateMessage(end, hex('f2 00 11 00 00')).data)).toBe('Hello');
  });
});

describe('malformed', () => {
  // Code length codes are sent in the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15.
  const dynamic = (hlit: number, hdist: number, small: Record<number, number>): string => {
    const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    return `0 01 ${hlit - 257}:5 ${hdist - 1}:5 15:4 ${order.map((s) => `${small[s] ?? 0}:3`).join(' ')}`;
  };
  // Lengths 1 and 18 (runs of zeros) with one bit each: "0" is length 1, "1" is a run of 11 to 138.
  const ones = dynamic(257, 1, { 1: 1, 18: 1 });
  // Lengths 0 to 14 and 18 with four bits each.
  const DEPTHS = Array.from({ length: 14 }, (_, i) => i + 1);
  const nibble = (length: number): string => length.toString(2).padStart(4, '0');
  const deep = dynamic(257, 1, Object.fromEntries([0, ...DEPTHS, 18].map((length) => [length, 4])));
  const MALFORMED: readonly (readonly [string, string, R])[] = [
    ['reserved block type', '0 11', R.blockType],
    ['NLEN', '0 00 | 5:16 4:16', R.storedLength],
    ['NLEN equal to LEN', '0 00 | 65535:16 65535:16', R.storedLength],
    ['287 literals', '0 01 30:5 0:5 0:4', R.tooManyCodes],
    ['31 distances', '0 01 0:5 30:5 0:4', R.tooManyCodes],
    ['no code length code', dynamic(257, 1, {}), R.codeLengthSet],
    ['one single code length code', dynamic(257, 1, { 1: 1 }), R.codeLengthSet],
    ['incomplete code length code', dynamic(257, 1, { 1: 2, 2: 2, 3: 2 }), R.codeLengthSet],
    ['over-subscribed code length code', dynamic(257, 1, { 1: 1, 2: 1, 3: 1 }), R.codeLengthSet],
    ['repeat of nothing', `${dynamic(257, 1, { 1: 1, 16: 1 })} 1 00`, R.repeat],
    ['run past the end', `${ones} 1 127:7 1 127:7`, R.repeat],
    ['no end of block', `${ones} 1 127:7 1 108:7 0`, R.noEndCode],
    ['three one-bit literals', `${ones} 0 0 1 127:7 1 105:7 0 0`, R.literalSet],
    ['incomplete literals', `${dynamic(257, 1, { 2: 1, 18: 1 })} 1 127:7 1 107:7 0 0`, R.literalSet],
    [
      'incomplete distances',
      `${dynamic(257, 2, { 0: 2, 1: 2, 2: 2, 18: 2 })} 01 11 127:7 11 106:7 01 10 00`,
      R.distanceSet,
    ],
    [
      'three one-bit distances',
      `${dynamic(257, 3, { 1: 1, 18: 1 })} 0 1 127:7 1 106:7 0 0 0 0`,
      R.distanceSet,
    ],
    ['not the only literal', `${ones} 1 127:7 1 107:7 0 0 1`, R.literalCode],
    ['length symbol 286', '0 10 11000110', R.literalCode],
    ['length symbol 287', '0 10 11000111', R.literalCode],
    ['distance symbol 30', '0 10 00110000 0000001 11110', R.distanceCode],
    ['distance symbol 31', '0 10 00110000 0000001 11111', R.distanceCode],
    // The last length is that of distance 0; the literals are 256 and 257, one bit each.
    [
      'no distance codes',
      `${dynamic(258, 1, { 0: 2, 1: 1, 18: 2 })} 11 127:7 11 107:7 0 0 10 1`,
      R.distanceCode,
    ],
    [
      'not the only distance',
      `${dynamic(258, 1, { 1: 1, 18: 1 })} 1 127:7 1 107:7 0 0 0 1 1`,
      R.distanceCode,
    ],
    ['distance 2 after one octet', '0 10 00110000 0000001 00001', R.distanceFar],
    ['ends in a stored block', '0 00 | 9:16 65526:16 0:8', R.truncated],
    ['ends in a fixed block', '0 10 00110000', R.truncated],
    ['ends in a final stored block', '1 00 | 9:16 65526:16 0:8', R.truncated],
    ['ends in a final fixed block', '1 10 00110000', R.truncated],
    ['ends in the codes of a final dynamic block', '1 01 0:5 0:5 15:4 0:3 0:3', R.truncated],
    // Its end of block is 14 ones, so that the 16 of the marker end it and two bits into the next header.
    [
      'ends with two bits of the marker left',
      `${deep} 1111 54:7 ${DEPTHS.map(nibble).join(' ')} 1111 127:7 1111 28:7 1110 0001`,
      R.truncated,
    ],
    ['ends without the empty block', `0 10 ${'110010000 '.repeat(6)} 0000000`, R.truncated],
  ];

  test.each(MALFORMED)('%s', (_, line, reason) => {
    const message = bits(line);
    expect(everySplit(message).error).toBe(reason);
    // zlib waits for more with a code length code of nothing, and never finds it wrong that data ends.
    const stream = concat([message, TAIL, new Uint8Array(200)]);
    if (reason !== R.truncated) expect(zlibInflate(stream, 15)).toBe(null);
    const verdict = referenceInflate(concat([message, TAIL]), 15).verdict;
    if (reason === R.truncated) expect(verdict).toBe('truncated');
    else expect(verdict).not.toBe('whole');
  });

  test('every reason is reached by the list above', () => {
    const reached = new Set(MALFORMED.map(([, , reason]) => reason));
    const all: R[] = [];
    for (let reason = R.blockType; reason <= R.truncated; reason++) all.push(reason);
    expect([...reached].sort((a, b) => a - b)).toEqual(all);
  });

  test('a fault stays', () => {
    const end = newInflate(9);
    expect(inflateMessage(end, bits('0 11')).error).toBe(R.blockType);
    expect(end.inflate.push(hex('00'), 0, 1)).toBe(InflateStatus.failed);
    expect(end.inflate.endMessage()).toBe(InflateStatus.failed);
    expect(end.inflate.error).toBe(R.blockType);
    end.inflate.reset();
    expect(text(inflateMessage(end, hex('f2 48 cd c9 c9 07 00')).data)).toBe('Hello');
  });

  test('what came before a fault is delivered', () => {
    expect(everySplit(concat([hex('f2 48 05 00 00 00 ff ff'), bits('0 11')]))).toEqual({
      data: 'He',
      error: R.blockType,
    });
  });
});

test('a message whose last four octets are those that every message lacks is whole, RFC 7692 §7.2.2', () => {
  const message = bits('0 00 | 5:16 65530:16 7:8');
  const whole = [7, 0, 0, 0xff, 0xff];
  expect(referenceInflate(concat([message, TAIL]), 15)).toEqual({ data: whole, verdict: 'whole' });
  expect(everySplit(message)).toEqual({ data: text(Uint8Array.from(whole)), error: R.none });
  // What comes next is a message by itself, whatever the one before ended with.
  const end = newInflate(9);
  expect(inflateMessage(end, message).error).toBe(R.none);
  expect(inflateMessage(end, bits('0 10 00110000')).error).toBe(R.truncated);
});

describe('codes that look odd and may stand', () => {
  test('one literal code only: end of block', () => {
    const ones = '0 01 0:5 0:5 14:4 0:3 0:3 1:3 0:3 0:3 0:3 0:3 0:3 0:3 0:3 0:3 0:3 0:3 0:3 0:3 0:3 0:3 1:3';
    const message = bits(`${ones} 1 127:7 1 107:7 0 0 0 000`);
    expect(zlibInflate(concat([message, TAIL]), 15)).toHaveLength(0);
    expect(everySplit(message)).toEqual({ data: '', error: 0 });
  });
});

describe('window', () => {
  test.each([8, 9, 10, 11, 12, 13, 14, 15])(
    'of 2^%i: a distance of all of it, and of one more',
    (windowBits) => {
      const size = 2 ** windowBits;
      const block = (octets: Uint8Array): Uint8Array =>
        concat([bits(`0 00 | ${octets.length}:16 ${65535 - octets.length}:16`), octets]);
      const data = Uint8Array.from({ length: size + 1 }, (_, i) => (i * 7) ^ (i >> 8));
      // Length 5 in the fixed code, and a distance with its symbol and extra bits.
      const match = (distance: number): Uint8Array => {
        let symbol = 29;
        const base = (s: number): number => (s < 4 ? s + 1 : ((2 + (s % 2)) << ((s >> 1) - 1)) + 1);
        while (base(symbol) > distance) symbol--;
        const extra = symbol < 4 ? 0 : (symbol >> 1) - 1;
        return bits(
          `0 10 0000011 ${symbol.toString(2).padStart(5, '0')} ${distance - base(symbol)}:${extra} 0000000 000`,
        );
      };
      const first = block(data.subarray(0, size / 2));
      const second = block(data.subarray(size / 2));
      const good = concat([first, second, match(size)]);
      const result = inflateMessage(newInflate(windowBits), good);
      expect(result.error).toBe(0);
      expect(result.data).toEqual(concat([data, data.subarray(1, 6)]));
      if (windowBits < 15) {
        const bad = inflateMessage(newInflate(windowBits), concat([first, second, match(size + 1)]));
        expect(bad.error).toBe(R.distanceFar);
        // As much memory, but less was agreed.
        const end = newInflate(15);
        end.inflate.restrict(windowBits);
        expect(inflateMessage(end, good).error).toBe(0);
        expect(inflateMessage(end, match(size + 1)).error).toBe(R.distanceFar);
      }
      // The same where so much follows that it is decoded fast.
      const behind = hex('00 00 ff ff 00 00 00 ff ff 00 00 00 ff ff 00 00 00 ff ff 00');
      expect(inflateMessage(newInflate(windowBits), concat([good, behind]))).toEqual(result);
      const far = concat([first, match(size / 2 + 1), behind]);
      expect(inflateMessage(newInflate(windowBits), far).error).toBe(R.distanceFar);
      if (windowBits < 15) {
        const farther = concat([first, second, match(size + 1), behind]);
        expect(inflateMessage(newInflate(windowBits), farther).error).toBe(R.distanceFar);
      }
      // Just before the window is full there is one octet less to refer to.
      expect(inflateMessage(newInflate(windowBits), concat([first, match(size / 2)])).error).toBe(0);
      expect(inflateMessage(newInflate(windowBits), concat([first, match(size / 2 + 1)])).error).toBe(
        R.distanceFar,
      );
    },
  );

  test('spans lie in the window, and nothing outside the memory is written', () => {
    const end = newInflate(8, 8);
    const message = bits(`0 10 00110000 ${'11000101 00000 '.repeat(40)} 0000000 000`);
    const spans: number[] = [];
    let at = 0;
    const goOn = patience();
    for (;;) {
      goOn();
      const status = end.inflate.push(message, at, message.length);
      at = end.inflate.consumed;
      spans.push(end.inflate.outEnd - end.inflate.outStart);
      expect(end.inflate.outStart).toBeGreaterThanOrEqual(6);
      expect(end.inflate.outEnd).toBeLessThanOrEqual(6 + 256);
      if (status !== InflateStatus.more) break;
    }
    expect(spans.reduce((a, b) => a + b, 0)).toBe(1 + 40 * 258);
    expect(spans.every((span, index) => index === spans.length - 1 || span === 256)).toBe(true);
    expect(end.inflate.endMessage()).toBe(InflateStatus.done);
    expect([...end.bytes.subarray(0, 6), ...end.bytes.subarray(-6)].every((octet) => octet === 0xa5)).toBe(
      true,
    );
  });
});

test('a message may lie in the same memory as the window', () => {
  const message = hex('00 05 00 fa ff 48 65 6c 6c 6f 00');
  const size = inflateMemory(8, 8);
  const bytes = new Uint8Array(6 + size + 30);
  const inflate = new Inflate(bytes, new Uint16Array(bytes.buffer), 6, 8, 8);
  const at = 6 + size + 10;
  bytes.set(message, at);
  expect(inflate.push(bytes, at, at + message.length)).toBe(InflateStatus.done);
  expect(text(bytes.subarray(inflate.outStart, inflate.outEnd))).toBe('Hello');
  expect(bytes.subarray(at, at + message.length)).toEqual(message);
  expect(inflate.endMessage()).toBe(InflateStatus.done);
});

test('a reset forgets a full window', () => {
  const end = newInflate(8);
  const filled = inflateMessage(end, bits(`0 10 00110000 ${'11000101 00000 '.repeat(4)} 0000000 000`));
  expect([filled.error, filled.data.length]).toEqual([0, 1 + 4 * 258]);
  end.inflate.reset();
  expect(inflateMessage(end, bits('0 10 00110000 0000001 00001 0000000 000')).error).toBe(R.distanceFar);
});

test('code words of 15 bits with all their extra bits, at every split', () => {
  // Literals and distances in Fibonacci numbers make deep trees; the longest matches are the rarest symbols.
  const tokens: number[] = [];
  const data: number[] = [];
  const literal = (octet: number): void => {
    tokens.push(octet);
    data.push(octet);
  };
  const match = (length: number, distance: number): void => {
    tokens.push(253 + length, distance - 1);
    for (let i = 0; i < length; i++) data.push(data[data.length - distance]);
  };
  for (let k = 0, a = 2, b = 4; k < 16; k++, [a, b] = [b, a + b]) for (let i = 0; i < b; i++) literal(97 + k);
  for (let k = 0, a = 1, b = 1; k < 10; k++, [a, b] = [b, a + b])
    for (let i = 0; i < b; i++) match(3, 1 << k);
  match(226, 3500);
  match(257, 6000);
  match(131, 1537);
  const count = tokens.length;
  const words = new Uint16Array(count + DynamicPlan.words);
  words.set(tokens);
  const block = new BlockState(new Uint8Array(0), words, 0, 32768, 0, count);
  beginBlock(block, count, 0, 0);
  const message = new Uint8Array(count * 2);
  expect(writeBlock(block, message, 0, message.length)).toBe(true);
  beginFlush(block);
  let length = block._at;
  expect(writeBlock(block, message, length, message.length)).toBe(true);
  length = block._at;
  expect(message[0] & 7).toBe(4);
  expect(Math.max(...words.subarray(count + 320, count + 640))).toBe(15);
  const cutFrom = length - 60;
  for (const tableBits of [8, 11]) {
    for (let cut = cutFrom; cut < length; cut++) {
      for (const gap of [0, 1, 2, 3]) {
        const stops = [cut, gap];
        const end = newInflate(15, tableBits);
        const result = inflateMessage(end, message.subarray(0, length), () => stops.shift() || length);
        expect([result.error, Buffer.compare(result.data, Uint8Array.from(data))]).toEqual([0, 0]);
      }
    }
  }
});

describe('bounded work', () => {
  test('a bomb of 1000:1 comes in spans, and room stops it on the octet', () => {
    const end = newInflate(10);
    const message = bits(`0 10 00110000 ${'11000101 00000 '.repeat(20000)} 0000000 000`);
    let total = 0;
    let at = 0;
    let status = InflateStatus.more;
    const limit = 100000;
    const goOn = patience();
    while (status === InflateStatus.more && total < limit) {
      goOn();
      status = end.inflate.push(message, at, message.length, limit - total);
      at = end.inflate.consumed;
      total += end.inflate.outEnd - end.inflate.outStart;
    }
    expect(total).toBe(limit);
    expect(status).toBe(InflateStatus.more);
    expect(at).toBeLessThan(1000);
  });

  test('room for nothing more still finds the end of a message that is just full', () => {
    const end = newInflate(10);
    const message = hex('f2 48 cd c9 c9 07 00');
    expect(end.inflate.push(message, 0, message.length, 5)).toBe(InflateStatus.done);
    expect(end.inflate.outEnd - end.inflate.outStart).toBe(5);
    expect(end.inflate.endMessage(0)).toBe(InflateStatus.done);
  });

  test('empty blocks without end: a call takes what it is given and yields nothing', () => {
    for (const block of ['00 00 00 ff ff', '02 08 20 80 00', '03 00']) {
      const end = newInflate(8);
      const message = hex(`${block} `.repeat(5000));
      expect(end.inflate.push(message, 0, message.length)).toBe(InflateStatus.done);
      expect(end.inflate.consumed).toBe(message.length);
      expect(end.inflate.outEnd).toBe(end.inflate.outStart);
    }
  });
});
