/** The functions of the encoder, each by itself, held to RFC 1951 and to what is said above them. */
import { describe, expect, test } from 'vitest';
import { BlockState, BlockType } from '../../src/deflate/encode/block-state.ts';
import { beginBlock, beginFlush, writeBlock } from '../../src/deflate/encode/block-writer.ts';
import { codeLengths, scratchWords } from '../../src/deflate/encode/code-lengths.ts';
import { deflateMemory } from '../../src/deflate/encode/deflate-options.ts';
import { DeflateState } from '../../src/deflate/encode/deflate-state.ts';
import { planDynamic } from '../../src/deflate/encode/dynamic-code.ts';
import { DynamicPlan } from '../../src/deflate/encode/dynamic-plan.ts';
import { distanceSymbol, lengthSymbol, makeCodes } from '../../src/deflate/encode/encode-symbols.ts';
import { findMatch } from '../../src/deflate/encode/match-finder.ts';
import { aheadLeast, aheadMost, reachOf } from '../../src/deflate/encode/ring-shares.ts';
import { tokenize } from '../../src/deflate/encode/tokenizer.ts';
import { fillWindow } from '../../src/deflate/encode/window.ts';
import { inflateMemory } from '../../src/deflate/decode/table-layout.ts';
import { PROFILES } from '../../src/deflate/profiles.ts';
import { DISTANCE_BASE, DISTANCE_EXTRA, LENGTH_BASE, LENGTH_EXTRA, referenceInflate } from './reference.ts';
import { deflateMessage, newDeflate, random, type Random, sample, TAIL } from './streams.ts';

/** The number of the last of `bases` that is not above `value`. */
const symbolOf = (bases: readonly number[], value: number): number =>
  bases.filter((base) => base <= value).length - 1;

describe('symbols, RFC 1951 §3.2.5', () => {
  test('of every length, with their extra bits', () => {
    for (let length = 3; length <= 258; length++) {
      const symbol = symbolOf(LENGTH_BASE, length);
      expect(lengthSymbol(length - 3), `${length}`).toBe((257 + symbol) | (LENGTH_EXTRA[symbol] << 9));
    }
  });

  test('of every distance, with their extra bits', () => {
    for (let distance = 1; distance <= 32768; distance++) {
      const symbol = symbolOf(DISTANCE_BASE, distance);
      const packed = symbol | (DISTANCE_EXTRA[symbol] << 9);
      if (distanceSymbol(distance - 1) !== packed) expect.fail(`distance ${distance}`);
    }
  });
});

describe('codes', () => {
  test('are those of the example in RFC 1951 §3.2.2, the first bit lowest', () => {
    const words = Uint16Array.of(3, 3, 3, 3, 3, 2, 4, 4, ...Array<number>(9).fill(0xffff));
    makeCodes(words, 0, 8, 8);
    const expected = ['010', '011', '100', '101', '110', '00', '1110', '1111'];
    expected.forEach((code, i) => {
      expect(words[8 + i].toString(2).padStart(code.length, '0')).toBe([...code].reverse().join(''));
    });
    expect(words[16]).toBe(0xffff);
  });

  /** The lengths for some frequencies. */
  function lengthsOf(frequencies: readonly number[], limit = 15): number[] {
    const symbols = frequencies.length;
    const words = new Uint16Array(2 * symbols + scratchWords(symbols)).fill(77);
    words.set(frequencies);
    codeLengths(words, 0, symbols, symbols, limit, 2 * symbols);
    return [...words.subarray(symbols, 2 * symbols)];
  }

  test.each([
    ['no symbol', [0, 0, 0], [1, 1, 0]],
    ['the first one only', [9, 0, 0], [1, 1, 0]],
    ['another one only', [0, 0, 9], [1, 0, 1]],
    ['two', [0, 5, 7], [0, 1, 1]],
  ])('have two words at least: %s', (_what, frequencies, lengths) =>
    expect(lengthsOf(frequencies)).toEqual(lengths),
  );

  test('among equals the symbol decides, so that there is one result', () => {
    expect(lengthsOf([4, 4, 4])).toEqual([2, 2, 1]);
    expect(lengthsOf([1, 2, 1, 2, 1])).toEqual([3, 2, 3, 2, 2]);
    const many = lengthsOf(Array<number>(200).fill(3));
    expect(many).toEqual([...many].sort((a, b) => b - a));
    // 200 of equal weight: 7 bits hold 128, so that 144 words have 8.
    expect([many.filter((n) => n === 8).length, many.filter((n) => n === 7).length]).toEqual([144, 56]);
  });

  test('which are cut at the limit, and are still whole', () => {
    // The weights of Fibonacci make a tree as deep as there are symbols.
    const weights = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55];
    expect(lengthsOf(weights)).toEqual([9, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const cut = lengthsOf(weights, 7);
    expect(Math.max(...cut)).toBe(7);
    expect(cut.reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
    expect(cut).toEqual([...cut].sort((a, b) => b - a));
    // What the cut costs is paid by the rarest that are shorter than the limit.
    expect(cut.slice(-4)).toEqual([4, 3, 2, 1]);
  });
});

describe('a block', () => {
  interface Made {
    readonly tokens: number[];
    readonly data: number[];
  }

  /** Tokens of one of several kinds, which begin with a literal, and what they stand for. */
  function tokensOf(rnd: Random, length: number): Made {
    const data = [65];
    const tokens = [65];
    const letters = [2, 20, 112, 256][rnd(4)];
    const base = letters === 112 ? 144 : 0;
    const matches = [0, 4, 1000][rnd(3)];
    while (data.length < length) {
      if (rnd(1000) >= matches) {
        const octet = base + rnd(letters);
        tokens.push(octet);
        data.push(octet);
      } else {
        const long = rnd(10) === 0 ? 258 : 3 + rnd(30);
        const distance = 1 + rnd(data.length);
        tokens.push(253 + long, distance - 1);
        for (let i = 0; i < long; i++) data.push(data[data.length - distance]);
      }
    }
    return { tokens, data };
  }

  /** Bits of the tokens with the fixed codes, RFC 1951 §3.2.6: the header, the symbols, the end. */
  function fixedBits(tokens: readonly number[]): number {
    let bits = 3 + 7;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token < 256) bits += token < 144 ? 8 : 9;
      else {
        const length = symbolOf(LENGTH_BASE, token - 253);
        const distance = symbolOf(DISTANCE_BASE, tokens[++i] + 1);
        bits += (length < 23 ? 7 : 8) + LENGTH_EXTRA[length] + 5 + DISTANCE_EXTRA[distance];
      }
    }
    return bits;
  }

  test('is written the shortest of three ways, and takes as many bits as that was planned with', () => {
    const rnd = random(71);
    const seen = new Set<number>();
    for (let round = 0; round < 400; round++) {
      const { tokens, data } = tokensOf(rnd, [1, 30, 100, 600][rnd(4)] + rnd(60));
      const count = tokens.length;
      const plan = rnd(4) === 0 ? 0 : count;
      const rawLength = rnd(4) === 0 ? 0 : data.length;
      const words = new Uint16Array(count + DynamicPlan.words);
      words.set(tokens);
      // The octets lie in a ring of the least size that holds them, and wrap in it.
      const size = 2 ** Math.ceil(Math.log2(data.length));
      const position = rnd(size);
      const ring = new Uint8Array(3 + size);
      data.forEach((octet, i) => (ring[3 + ((position + i) & (size - 1))] = octet));
      const state = new BlockState(ring, words, 3, size, 0, plan);
      // Bits of a block before are there.
      const before = rnd(8);
      state._bits = before;

      const padding = (8 - ((before + 3) % 8)) % 8;
      const stored = rawLength === 0 ? Infinity : 3 + padding + 32 + rawLength * 8;
      const fixed = fixedBits(tokens);
      // Fewer words of tokens than 64 are not worth a code of their own.
      const dynamic = plan === 0 || count < 64 ? Infinity : planDynamic(words.slice(), plan, 0, count);
      const least = Math.min(stored, fixed, dynamic);
      beginBlock(state, count, position, rawLength);
      const output = new Uint8Array(data.length * 2 + 100);
      expect(writeBlock(state, output, 0, output.length)).toBe(true);
      expect(state._at * 8 + state._bits - before).toBe(least);
      const type =
        least === fixed ? BlockType.fixed : least === dynamic ? BlockType.dynamic : BlockType.stored;
      const first = output[0] | (output[1] << 8);
      expect((first >> before) & 7).toBe(type << 1);
      seen.add(type);

      // Behind it the message ends. Without bits before it, it can be read.
      beginFlush(state);
      const from = state._at;
      expect(writeBlock(state, output, from, output.length)).toBe(true);
      expect(state._bits).toBe(0);
      if (before !== 0) continue;
      const message = Uint8Array.from([...output.subarray(0, state._at), ...TAIL]);
      expect(referenceInflate(message, 15)).toEqual({ data, verdict: 'whole' });
    }
    expect([...seen].sort()).toEqual([BlockType.stored, BlockType.fixed, BlockType.dynamic]);
  });

  test('is stored where that is a bit shorter, and not where it is as long: of every length and distance', () => {
    const words = new Uint16Array(32);
    for (const length of LENGTH_BASE)
      for (const distance of DISTANCE_BASE) {
        // Literals of both lengths, so that it is long enough to be stored at all.
        const tokens = [143, 144, 65, 200, 253 + length, distance - 1, 255];
        words.set(tokens);
        const fixed = fixedBits(tokens);
        for (const stored of [fixed - 1, fixed]) {
          const state = new BlockState(new Uint8Array(8), words, 0, 8, 0, 0);
          // Bits up to the end of an octet come behind the 3 of the header, then 32 for the length.
          const padding = (stored - 35) % 8;
          state._bits = (5 - padding) & 7;
          beginBlock(state, tokens.length, 0, (stored - 35 - padding) / 8);
          const expected = stored < fixed ? BlockType.stored : BlockType.fixed;
          if (state._type !== expected) expect.fail(`length ${length}, distance ${distance}, ${stored}`);
        }
      }
  });

  interface Header {
    /** Items as they are sent: a length, or a repeat with its extra bits behind a plus. */
    readonly items: string[];
    /** The lengths that they say, and which of them each item begins with. */
    readonly lengths: number[];
    readonly starts: number[];
    readonly literals: number;
    readonly distances: number;
  }

  /** The header that is planned for tokens, in memory that held `before`. */
  function headerOf(tokens: readonly number[], before = 0): Header {
    const words = new Uint16Array(tokens.length + DynamicPlan.words).fill(before);
    words.set(tokens);
    const plan = tokens.length;
    planDynamic(words, plan, 0, tokens.length);
    const items: string[] = [];
    const lengths: number[] = [];
    const starts: number[] = [];
    for (let i = 0; i < words[plan + DynamicPlan.itemCount]; i++) {
      const item = words[plan + DynamicPlan.items + i];
      const [symbol, extra] = [item & 31, item >> 5];
      starts.push(lengths.length);
      items.push(symbol < 16 ? `${symbol}` : `${symbol}+${extra}`);
      if (symbol < 16) lengths.push(symbol);
      else {
        const count = symbol === 18 ? 11 + extra : 3 + extra;
        for (let k = 0; k < count; k++) lengths.push(symbol === 16 ? lengths.at(-1)! : 0);
      }
    }
    const literals = 257 + words[plan + DynamicPlan.hlit];
    const distances = 1 + words[plan + DynamicPlan.hdist];
    expect(lengths).toEqual([
      ...words.subarray(plan + 320, plan + 320 + literals),
      ...words.subarray(plan + 608, plan + 608 + distances),
    ]);
    return { items, lengths, starts, literals, distances };
  }

  test('with a code of its own says lengths in runs, RFC 1951 §3.2.7', () => {
    // 60 literals of one frequency: zeros before and behind them, and 60 times the same length.
    const tokens = Array.from({ length: 300 }, (_, i) => 60 + (i % 60));
    const { items, literals, distances } = headerOf(tokens);
    // 60 zeros in one run of 11 to 138; runs of a length 3 to 6 at a time; 136 zeros before the end of the block.
    expect(items[0]).toBe('18+49');
    expect(items.filter((item) => item === '16+3').length).toBeGreaterThan(5);
    expect(items).toContain(`18+${136 - 11}`);
    // No length is used, and no distance but the two that make a whole code.
    expect([literals, distances]).toEqual([257, 2]);
  });

  test('with zeros between two lengths, of every number: one by one up to 2, then in one run up to 138', () => {
    for (let run = 1; run <= 140; run++) {
      const { items, starts } = headerOf([50, 51 + run, 50, 51 + run]);
      const first = starts.indexOf(51);
      const rest = run > 138 ? Array<string>(run - 138).fill('0') : [];
      const expected =
        run < 3
          ? Array<string>(run).fill('0')
          : run < 11
            ? [`17+${run - 3}`]
            : [`18+${Math.min(run, 138) - 11}`, ...rest];
      expect(items.slice(first, first + expected.length), `${run}`).toEqual(expected);
    }
  });

  test('with runs that go on from the lengths of literals to those of distances, and end with them', () => {
    // One literal, every length, and every distance once: nearly all have five bits, the last two distances four.
    const tokens = [65];
    LENGTH_BASE.forEach((length, i) => tokens.push(253 + length, DISTANCE_BASE[i] - 1));
    tokens.push(253 + 4, DISTANCE_BASE[29] - 1);
    for (const before of [0, 4, 5, 0xffff]) {
      const { lengths, items, starts, literals, distances } = headerOf(tokens, before);
      expect([literals, distances, lengths.length]).toEqual([286, 30, 316]);
      expect([lengths.slice(259, 286 + 28), lengths.slice(-2)]).toEqual([Array(55).fill(5), [4, 4]]);
      expect(items.slice(-2)).toEqual(['4', '4']);
      const across = starts.filter((start) => start < literals).length - 1;
      expect([items[across], starts[across] + 6]).toEqual(['16+3', starts[across + 1]]);
      expect(starts[across + 1]).toBeGreaterThan(literals);
    }
    // The last three distances of four bits, behind which such a length may be left in the memory.
    for (const far of [...DISTANCE_BASE.slice(27), ...DISTANCE_BASE.slice(27)]) tokens.push(253 + 4, far - 1);
    for (const before of [0, 4]) expect(headerOf(tokens, before).lengths.slice(-4)).toEqual([5, 4, 4, 4]);
  });
});

describe('matches', () => {
  const OPTIONS = { windowBits: 13, hashBits: 12, chain: 10_000, lazy: 0, tokens: 4096, dynamic: false };

  function stateWith(options: typeof OPTIONS, data: Uint8Array): DeflateState {
    const bytes = new Uint8Array(10 + deflateMemory(options));
    const state = new DeflateState(bytes, new Uint16Array(bytes.buffer), 10, options);
    fillWindow(state, data, 0, data.length);
    return state;
  }

  test('with chains as long as need be: the longest there is, the nearest of equals', () => {
    const rnd = random(73);
    let found = 0;
    for (let round = 0; round < 60; round++) {
      const data = sample(rnd, 1000);
      const state = stateWith({ ...OPTIONS, windowBits: 12, hashBits: 6 + rnd(7) }, data);
      for (let position = 0; position + 3 <= data.length; position += 1 + rnd(30)) {
        const most = Math.min(3 + rnd(300), data.length - position);
        const best = 2 + rnd(3) * rnd(4);
        const history = Math.min(position, rnd(2) === 0 ? position : rnd(600));
        let expected = 0;
        let longest = best;
        for (let distance = 1; distance <= history; distance++) {
          let length = 0;
          while (length < most && data[position + length] === data[position - distance + length]) length++;
          if (length <= longest) continue;
          longest = length;
          expected = (length << 16) | distance;
        }
        const match = findMatch(state, position, history, most, best);
        if (match !== expected)
          expect.fail(`${round}: ${position}: ${match >> 16} at ${match & 0xffff}, not ${expected >> 16}`);
        if (match !== 0) found++;
      }
    }
    expect(found).toBeGreaterThan(500);
  });

  test.each([
    [3, 4096, true],
    [3, 4097, false],
    [4, 4097, true],
  ])('of %d octets, %d away, is worth it: %s', (length, distance, isFound) => {
    const data = new Uint8Array(distance + length + 1);
    // Numbers of two octets with a digit in front, of which none is there twice but what is put there.
    for (let i = 0; i < data.length; i++) data[i] = i % 3 === 0 ? 128 : i % 3 === 1 ? (i / 3) & 127 : i / 384;
    const mark = Uint8Array.of(201, 202, 203, 204);
    data.set(mark.subarray(0, length), 0);
    data.set(mark.subarray(0, length), distance);
    const state = stateWith(OPTIONS, data);
    // Octets are entered as positions go by.
    for (let position = 0; position < distance; position += 200) findMatch(state, position, position, 3, 2);
    const match = findMatch(state, distance, distance, length, 2);
    expect(match).toBe(isFound ? (length << 16) | distance : 0);
  });

  test.each([
    // What a longer one at the next octet is worth: a literal.
    [16, [97, 253 + 6, 6]],
    [3, [253 + 3, 9, 253 + 4, 6]],
    [0, [253 + 3, 9, 253 + 4, 6]],
  ])('a short one is given up for a longer one behind it, lazy %d', (lazy, expected) => {
    const data = new Uint8Array(Buffer.from('abc.bcdefg' + 'abcdefg'));
    const state = stateWith({ ...OPTIONS, windowBits: 10, lazy }, data);
    expect(tokenize(state, 1)).toBe(false);
    const tokens = [...state._words.subarray(state._tokens, state._tokens + state._count)];
    expect(tokens.slice(10)).toEqual(expected);
  });

  test('tokens stand for all octets, never more words than there is room for', () => {
    const rnd = random(79);
    for (let round = 0; round < 200; round++) {
      const options = {
        ...OPTIONS,
        windowBits: 8 + rnd(8),
        chain: 1 + rnd(5),
        lazy: rnd(3) * 12,
        tokens: 64 + rnd(64),
      };
      const data = sample(rnd, 1 + rnd(aheadMost(options.windowBits)));
      const state = stateWith(options, data);
      const read: number[] = [];
      for (let isFull = true; isFull;) {
        isFull = tokenize(state, 1);
        expect(state._count).toBeLessThanOrEqual(options.tokens);
        // A block that is full leaves no room for a match.
        if (isFull && state._raw < state._reach - 260)
          expect(state._count).toBeGreaterThan(options.tokens - 2);
        let raw = 0;
        for (let i = 0; i < state._count; i++) {
          const token = state._words[state._tokens + i];
          const before = read.length;
          if (token < 256) read.push(token);
          else {
            const distance = state._words[state._tokens + ++i] + 1;
            expect(distance).toBeLessThanOrEqual(state._reach);
            for (let k = 253; k < token; k++) read.push(read[read.length - distance]);
          }
          raw += read.length - before;
        }
        expect(state._raw).toBe(raw);
        state._count = 0;
        state._raw = 0;
      }
      expect(state._ahead).toBe(0);
      expect(Buffer.compare(Uint8Array.from(read), data)).toBe(0);
    }
  });
});

describe('memory', () => {
  test('a ring has room for the longest match, and history', () => {
    for (let bits = 8; bits <= 15; bits++) {
      const [least, most, reach] = [aheadLeast(bits), aheadMost(bits), reachOf(bits)];
      expect(most).toBeGreaterThan(least);
      expect(reach + most).toBe(2 ** bits);
      // Where there is room for it, the longest match of RFC 1951 fits, and an octet behind it.
      expect(least).toBe(bits > 10 ? 259 : 2 ** bits / 8);
      // Most of the ring is history.
      expect(reach).toBeGreaterThan(2 ** bits / 2);
    }
  });

  test('is as much as profiles.ts and table-layout.ts say', () => {
    expect(deflateMemory(PROFILES.device.deflate)).toBe(4608);
    expect(deflateMemory(PROFILES.desk.deflate)).toBe(199_232);
    for (let bits = 8; bits <= 15; bits++) {
      expect(inflateMemory(bits, 8) - 2 ** bits).toBe(1536);
      expect(inflateMemory(bits, 11) - 2 ** bits).toBe(5376);
    }
  });

  test('has chains where more than one place is tried: 2 octets for each of the window', () => {
    for (const windowBits of [8, 12, 15]) {
      const options = { ...PROFILES.device.deflate, windowBits };
      const [one, two, many] = [1, 2, 100].map((chain) => deflateMemory({ ...options, chain }));
      expect([two - one, many - two]).toEqual([2 * 2 ** windowBits, 0]);
    }
  });

  test('the bound of a message is at most two octets above noise, six for each block of it', () => {
    const rnd = random(83);
    for (const { deflate: options } of [PROFILES.device, PROFILES.desk])
      for (const length of [0, 1, 64, 200]) {
        const noise = Uint8Array.from({ length }, () => rnd(256));
        const deflate = newDeflate(options);
        const bound = deflate.bound(length);
        expect(bound).toBe(length + 8);
        expect(deflateMessage(deflate, noise).length).toBeLessThanOrEqual(bound);
      }
    // Blocks of 255 words of tokens.
    const device = newDeflate(PROFILES.device.deflate);
    expect([254, 255, 509, 510].map((length) => device.bound(length) - length)).toEqual([8, 14, 14, 20]);
  });
});
