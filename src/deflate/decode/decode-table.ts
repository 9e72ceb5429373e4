/**
 * Huffman codes to decode with (RFC 1951 §3.2.2), as 16-bit words in memory that somebody else owns.
 *
 * A code is kept twice: as a lookup table for the first bits of a code word, and as the canonical list of
 * symbols with a count for each length, for the few code words longer than the table.
 *
 * An entry has the length of its code word in bits 0-3, and above them what the symbol means (`entries.ts`). An
 * entry of length 0 stands for the longer code words with this beginning; bits 4-14 number these beginnings.
 */

/** Words of a code in its canonical form, beside its symbols. */
export const enum SortedCode {
  /** 16 counts, and 16 places while the symbols are sorted. */
  counts = 32,
}

/** What `sortSymbols` returns instead of a length for a set of lengths that is no code. */
export const enum BadSet {
  oversubscribed = -1,
  incomplete = -2,
}

/**
 * First half of making a code: count the lengths and list the symbols by (length, symbol).
 *
 * @param counts word index of `SortedCode.counts` words: counts[1..15] is the number of code words of each length
 *   afterwards
 * @param sorted word index of as many words as there are symbols
 * @param lengths index in `bytes` of the lengths (0..15, 0 = not used), one octet a symbol
 * @param entries what each symbol means
 * @returns the longest length (0 = no symbol at all), or a `BadSet`. A code of a single one-bit word is let through,
 *   as other decoders do; whether it may stand is for the caller to decide.
 */
export function sortSymbols(
  words: Uint16Array,
  counts: number,
  sorted: number,
  bytes: Uint8Array,
  lengths: number,
  symbols: number,
  entries: Uint16Array,
): number {
  words.fill(0, counts, counts + 16);
  for (let symbol = 0; symbol < symbols; symbol++) words[counts + bytes[lengths + symbol]]++;
  const places = counts + 16;
  let open = 1;
  let place = 0;
  let longest = 0;
  for (let length = 1; length < 16; length++) {
    const count = words[counts + length];
    open = open * 2 - count;
    if (open < 0) return BadSet.oversubscribed;
    words[places + length] = place;
    place += count;
    if (count !== 0) longest = length;
  }
  if (open > 0 && longest > 1) return BadSet.incomplete;
  for (let symbol = 0; symbol < symbols; symbol++) {
    const length = bytes[lengths + symbol];
    if (length !== 0) {
      const next = words[places + length];
      words[places + length] = next + 1;
      words[sorted + next] = entries[symbol];
    }
  }
  return longest;
}

/**
 * Second half: the lookup table, indexed by the next bits of the stream, first bit lowest.
 *
 * Code words are written shortest first into a table that doubles with each length, so each is written once and
 * `copyWithin` does the repeating, instead of one store for each of the table's entries.
 *
 * @param table word index of 2^tableBits words
 * @param longest what `sortSymbols` returned, not negative
 * @param invalid the entry for bit patterns that are no code word
 * @returns bits that index the table, 1..tableBits
 */
export function fillTable(
  words: Uint16Array,
  table: number,
  tableBits: number,
  counts: number,
  sorted: number,
  longest: number,
  invalid: number,
): number {
  if (longest < 2) {
    const count = words[counts + 1];
    words[table] = 1 | (count > 0 ? words[sorted] : invalid);
    words[table + 1] = 1 | (count > 1 ? words[sorted + 1] : invalid);
    return 1;
  }
  const bits = longest < tableBits ? longest : tableBits;
  let from = sorted;
  let code = 0; // the code word as it arrives: first bit lowest
  let size = 1;
  for (let length = 1; length <= bits; length++) {
    if (length > 1) words.copyWithin(table + size, table, table + size);
    size *= 2;
    for (let count = words[counts + length]; count > 0; count--) {
      words[table + code] = words[from++] | length;
      // Adding one to a number whose bits run backwards.
      let bit = size >> 1;
      while ((code & bit) !== 0) bit >>= 1;
      code = (code & (bit - 1)) | bit;
    }
  }
  if (longest > bits) {
    words[counts] = from - sorted;
    for (let prefix = 0; ; prefix++) {
      words[table + code] = prefix << 4;
      if (code === size - 1) break;
      let bit = size >> 1;
      while ((code & bit) !== 0) bit >>= 1;
      code = (code & (bit - 1)) | bit;
    }
  }
  return bits;
}

/**
 * Decodes a code word longer than the table, from the canonical list.
 *
 * @param prefix bits 4-14 of the table's entry
 * @param hold the next bits of the stream, first bit lowest
 * @param bits how many of them there are
 * @returns the entry with its length, or 0 if the code word is not all there yet
 */
export function longCode(
  words: Uint16Array,
  counts: number,
  sorted: number,
  tableBits: number,
  prefix: number,
  hold: number,
  bits: number,
): number {
  let first = sorted + words[counts];
  let offset = prefix;
  // Only complete codes have long words, so the loop ends at 15 bits at the latest.
  for (let length = tableBits; length < bits;) {
    offset = (offset << 1) | ((hold >>> length) & 1);
    length++;
    const count = words[counts + length];
    if (offset < count) return words[first + offset] | length;
    offset -= count;
    first += count;
  }
  return 0;
}
