/**
 * A decoder that can be checked by reading it beside RFC 1951: a bit at a time, no tables, all history kept. It
 * judges where zlib cannot, because zlib lets distances pass that reach beyond a small window.
 */
export const LENGTH_BASE: readonly number[] = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
export const LENGTH_EXTRA: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
export const DISTANCE_BASE: readonly number[] = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
export const DISTANCE_EXTRA: readonly number[] = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

class OutOfInput extends Error {}

/** Code words as strings of bits, "" where there is none. Throws where a set may not stand. */
function codeWords(lengths: number[], mayBeSingle: boolean): Map<string, number> {
  const words = new Map<string, number>();
  let space = 0;
  let code = 0;
  for (let length = 1; length < 16; length++) {
    code *= 2;
    lengths.forEach((own, symbol) => {
      if (own !== length) return;
      words.set(code.toString(2).padStart(length, '0'), symbol);
      code++;
      space += 2 ** (15 - length);
    });
  }
  if (space > 2 ** 15) throw new Error('over-subscribed');
  const single = words.size === 0 || (words.size === 1 && [...words.keys()][0].length === 1);
  if (space < 2 ** 15 && !(mayBeSingle && single)) throw new Error('incomplete');
  return words;
}

export interface Judgement {
  readonly data: number[];
  /** 'whole', 'truncated', or why it is refused. */
  readonly verdict: string;
}

/** Decodes one message (00 00 ff ff already appended) after `history`, with distances up to 2^windowBits. */
export function referenceInflate(
  stream: Uint8Array,
  windowBits: number,
  history: ArrayLike<number> = [],
): Judgement {
  const all: number[] = Array.from(history);
  const before = all.length;
  let at = 0;
  const bit = (): number => {
    if (at >= stream.length * 8) throw new OutOfInput();
    return (stream[at >> 3] >> (at++ & 7)) & 1;
  };
  const number = (bits: number): number => {
    let value = 0;
    for (let i = 0; i < bits; i++) value += bit() * 2 ** i;
    return value;
  };
  const symbol = (words: Map<string, number>): number => {
    for (let word = ''; ;) {
      word += bit();
      const found = words.get(word);
      if (found !== undefined) return found;
      if (words.size < 2 || word.length > 15) throw new Error('no code word');
    }
  };
  const done = (verdict: string): Judgement => ({ data: all.slice(before), verdict });
  try {
    for (;;) {
      if (at === stream.length * 8) return done('whole');
      const last = bit() === 1;
      const type = number(2);
      if (type === 3) throw new Error('reserved');
      if (type === 0) {
        at = (at + 7) & ~7;
        const length = number(16);
        if (number(16) !== 0xffff - length) throw new Error('stored length');
        for (let i = 0; i < length; i++) all.push(number(8));
      } else {
        let literals: Map<string, number>;
        let distances: Map<string, number>;
        if (type === 1) {
          const lengths = Array.from({ length: 288 }, (_, i) =>
            i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
          );
          literals = codeWords(lengths, false);
          distances = codeWords(Array<number>(32).fill(5), false);
        } else {
          const hlit = number(5) + 257;
          const hdist = number(5) + 1;
          const hclen = number(4) + 4;
          if (hlit > 286 || hdist > 30) throw new Error('too many');
          const small = Array<number>(19).fill(0);
          for (let i = 0; i < hclen; i++) small[ORDER[i]] = number(3);
          const code = codeWords(small, false);
          const lengths: number[] = [];
          while (lengths.length < hlit + hdist) {
            const value = symbol(code);
            if (value < 16) lengths.push(value);
            else {
              if (value === 16 && lengths.length === 0) throw new Error('repeat of nothing');
              const what = value === 16 ? lengths[lengths.length - 1] : 0;
              const count = value === 16 ? 3 + number(2) : value === 17 ? 3 + number(3) : 11 + number(7);
              for (let i = 0; i < count; i++) lengths.push(what);
            }
          }
          if (lengths.length > hlit + hdist) throw new Error('repeat too long');
          if (lengths[256] === 0) throw new Error('no end');
          literals = codeWords(lengths.slice(0, hlit), true);
          distances = codeWords(lengths.slice(hlit), true);
        }
        for (;;) {
          const value = symbol(literals);
          if (value === 256) break;
          if (value < 256) {
            all.push(value);
            continue;
          }
          if (value > 285) throw new Error('length symbol');
          const length = LENGTH_BASE[value - 257] + number(LENGTH_EXTRA[value - 257]);
          const far = symbol(distances);
          if (far > 29) throw new Error('distance symbol');
          const distance = DISTANCE_BASE[far] + number(DISTANCE_EXTRA[far]);
          if (distance > all.length || distance > 2 ** windowBits) throw new Error('too far');
          for (let i = 0; i < length; i++) all.push(all[all.length - distance]);
        }
      }
      if (last) at = (at + 7) & ~7;
    }
  } catch (reason) {
    return done(reason instanceof OutOfInput ? 'truncated' : (reason as Error).message);
  }
}
