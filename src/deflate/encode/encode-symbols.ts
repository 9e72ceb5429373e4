/**
 * From match lengths and distances to symbols (RFC 1951 §3.2.5), and the codes to write symbols with.
 *
 * A table of codes is 640 words: 288 literal/length code words and 32 distance code words, each with its first bit
 * lowest, then the lengths of all of these in the same order.
 */
export const enum CodeTable {
  /** The symbol that ends a block. */
  endOfBlock = 256,
  /** Where the distances' code words begin, and in the lengths their lengths. */
  distances = 288,
  lengths = 320,
  words = 640,
}

const clz32 = Math.clz32;

/** @param length match length - 3, 0..255. Returns bits 0-8 the symbol, from bit 9 on the number of extra bits */
export function lengthSymbol(length: number): number {
  if (length < 8) return 257 + length;
  if (length === 255) return 285;
  const extra = 29 - clz32(length);
  return (257 + (extra << 2) + (length >> extra)) | (extra << 9);
}

/** @param distance distance - 1, 0..32767. Returns bits 0-8 the symbol, from bit 9 on the number of extra bits */
export function distanceSymbol(distance: number): number {
  if (distance < 4) return distance;
  const extra = 30 - clz32(distance);
  return ((extra << 1) + (distance >> extra)) | (extra << 9);
}

/**
 * Code words from their lengths (RFC 1951 §3.2.2), first bit lowest.
 *
 * @param lengths word index of the lengths, 0..15
 * @param codes word index where the code words go
 */
export function makeCodes(words: Uint16Array, lengths: number, symbols: number, codes: number): void {
  let code = 0; // the next code word, as it is sent: first bit lowest
  for (let length = 1; length < 16; length++) {
    const top = 1 << (length - 1);
    for (let symbol = 0; symbol < symbols; symbol++) {
      if (words[lengths + symbol] === length) {
        words[codes + symbol] = code;
        // Adding one to a number whose bits run backwards.
        let bit = top;
        while ((code & bit) !== 0) bit >>= 1;
        code = (code & (bit - 1)) | bit;
      }
    }
  }
}

function fixedCodes(): Uint16Array {
  const words = new Uint16Array(CodeTable.words);
  words.fill(8, CodeTable.lengths, CodeTable.lengths + 144);
  words.fill(9, CodeTable.lengths + 144, CodeTable.lengths + 256);
  words.fill(7, CodeTable.lengths + 256, CodeTable.lengths + 280);
  words.fill(8, CodeTable.lengths + 280, CodeTable.lengths + 288);
  words.fill(5, CodeTable.lengths + 288, CodeTable.words);
  makeCodes(words, CodeTable.lengths, 288, 0);
  makeCodes(words, CodeTable.lengths + CodeTable.distances, 32, CodeTable.distances);
  return words;
}

/** The fixed codes (RFC 1951 §3.2.6). Made while the module loads, never written again. */
export const FIXED_CODES = fixedCodes();
