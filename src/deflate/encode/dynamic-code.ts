/**
 * Plans a block with dynamic Huffman codes (RFC 1951 §3.2.7): counts symbols, makes both codes, and puts the code
 * lengths into the run-length form in which they are sent.
 */
import { codeLengths } from './code-lengths.ts';
import {
  CODE_LENGTHS,
  CODE_TABLE,
  DISTANCE_CODES,
  END_SYMBOL,
  distanceSymbol,
  lengthSymbol,
  makeCodes,
} from './encode-symbols.ts';

// Where things are, in words from the area's start. The code table comes first; frequencies lie where the code
// words will be. The scratch of the two big codes is free again when the code lengths are put in order.
const SCRATCH = CODE_TABLE;
const ITEMS = CODE_TABLE;
const SMALL_SCRATCH = ITEMS + 320;
const HLIT = SMALL_SCRATCH + 288;
const HDIST = HLIT + 1;
/** Word index of HCLEN + 4, the number of code length code lengths sent. */
export const LENGTH_CODES_SENT = HLIT + 2;
/** Word index of the number of items. */
export const ITEM_COUNT = HLIT + 3;
const SMALL_FREQUENCIES = HLIT + 4;
/** Word indices of the code length code's lengths and code words. */
export const SMALL_LENGTHS = SMALL_FREQUENCIES + 19;
export const SMALL_CODES = SMALL_LENGTHS + 19;
/** Word index of the run-length items: bits 0-4 symbol, from bit 5 on the extra bits' value. */
export const LENGTH_ITEMS = ITEMS;

/** Words that the plan of a dynamic block takes. */
export const DYNAMIC_WORDS = SMALL_CODES + 19 + 3;

/** The order in which code length code lengths are sent. */
export const CODE_LENGTH_ORDER = Object.freeze([
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
]);

/** Number of extra bits behind a symbol of the code length code. */
export function repeatBits(symbol: number): number {
  return symbol < 16 ? 0 : symbol === 18 ? 7 : symbol - 14;
}

/** The first 14 bits of the block after its type: HLIT, HDIST, HCLEN. */
export function headerCounts(words: Uint16Array, area: number): number {
  return words[area + HLIT] | (words[area + HDIST] << 5) | ((words[area + LENGTH_CODES_SENT] - 4) << 10);
}

/**
 * Makes the plan.
 *
 * @param area word index of `DYNAMIC_WORDS` words; code table and header items are in them afterwards
 * @param tokens word index of the block's tokens (see `BlockWriter`)
 * @param count how many words of tokens there are
 * @returns size of the block in bits
 */
export function planDynamic(words: Uint16Array, area: number, tokens: number, count: number): number {
  words.fill(0, area, area + CODE_LENGTHS);
  let size = 3;
  for (let index = 0; index < count; index++) {
    const token = words[tokens + index];
    if (token < 256) {
      words[area + token]++;
    } else {
      const length = lengthSymbol(token - 256);
      words[area + (length & 511)]++;
      const distance = distanceSymbol(words[tokens + ++index]);
      words[area + DISTANCE_CODES + (distance & 511)]++;
      size += (length >> 9) + (distance >> 9);
    }
  }
  words[area + END_SYMBOL] = 1;
  const lengths = area + CODE_LENGTHS;
  codeLengths(words, area, 286, lengths, 15, area + SCRATCH);
  codeLengths(words, area + DISTANCE_CODES, 30, lengths + DISTANCE_CODES, 15, area + SCRATCH);
  for (let symbol = 0; symbol < CODE_LENGTHS; symbol++)
    size += words[area + symbol] * words[lengths + symbol];
  makeCodes(words, lengths, 286, area);
  makeCodes(words, lengths + DISTANCE_CODES, 30, area + DISTANCE_CODES);
  return size + planHeader(words, area);
}

/** Run-length form of the code lengths, and a code for it. Returns the header's size in bits. */
function planHeader(words: Uint16Array, area: number): number {
  const lengths = area + CODE_LENGTHS;
  let literals = 286;
  while (literals > 257 && words[lengths + literals - 1] === 0) literals--;
  let distances = 30;
  while (distances > 1 && words[lengths + DISTANCE_CODES + distances - 1] === 0) distances--;
  const total = literals + distances;
  const frequencies = area + SMALL_FREQUENCIES;
  words.fill(0, frequencies, frequencies + 19);

  let size = 14;
  let items = area + ITEMS;
  for (let done = 0; done < total;) {
    const value = words[lengths + (done < literals ? done : DISTANCE_CODES + done - literals)];
    let run = 1;
    while (
      done + run < total &&
      run < 138 &&
      words[lengths + (done + run < literals ? done + run : DISTANCE_CODES + done + run - literals)] === value
    ) {
      run++;
    }
    let symbol = value;
    let extra = 0;
    if (value === 0) {
      if (run > 10) {
        symbol = 18;
        extra = run - 11;
      } else if (run > 2) {
        symbol = 17;
        extra = run - 3;
      } else {
        run = 1;
      }
    } else if (run > 3) {
      // The length itself once, then repeats of 3 to 6.
      words[items++] = value;
      words[frequencies + value]++;
      symbol = 16;
      done++;
      run = run > 7 ? 6 : run - 1;
      extra = run - 3;
    } else {
      run = 1;
    }
    words[items++] = symbol | (extra << 5);
    words[frequencies + symbol]++;
    size += repeatBits(symbol);
    done += run;
  }

  const smallLengths = area + SMALL_LENGTHS;
  codeLengths(words, frequencies, 19, smallLengths, 7, area + SMALL_SCRATCH);
  makeCodes(words, smallLengths, 19, area + SMALL_CODES);
  let sent = 19;
  while (sent > 4 && words[smallLengths + CODE_LENGTH_ORDER[sent - 1]] === 0) sent--;
  size += sent * 3;
  for (let symbol = 0; symbol < 19; symbol++)
    size += words[frequencies + symbol] * words[smallLengths + symbol];
  words[area + HLIT] = literals - 257;
  words[area + HDIST] = distances - 1;
  words[area + LENGTH_CODES_SENT] = sent;
  words[area + ITEM_COUNT] = items - area - ITEMS;
  return size;
}
