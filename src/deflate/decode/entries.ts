/**
 * What the symbols of DEFLATE mean (RFC 1951 §3.2.5), packed so that one table read gives everything.
 *
 * literal/length: bit 15 literal · bits 7-14 the octet, or the match length - 3 without its extra bits · bits 4-6
 * number of extra bits, or `endOfBlock` or `invalid`. Distance: bit 15 not a distance · bits 8-9 mantissa m ·
 * bits 4-7 number of extra bits e; the distance is (m << e) + 1 + extra bits. Bits 0-3 are left for the code word's
 * length.
 *
 * These arrays are made while the module loads and never written again.
 */
import { fillTable, sortSymbols } from './decode-table.ts';

export const enum LiteralEntry {
  /** The entries of literals are this and more, all others less. */
  literal = 0x8000,
  /** Bits 4-6 of end-of-block. */
  endOfBlock = 6,
  /** Bits 4-6 of a bit pattern without a meaning. */
  invalid = 7,
}

export const enum DistanceEntry {
  /** The entries of bit patterns without a meaning are this and more, all others less. */
  invalid = 0x8000,
}

function literalEntries(): Uint16Array {
  const entries = new Uint16Array(288);
  for (let octet = 0; octet < 256; octet++) entries[octet] = LiteralEntry.literal | (octet << 7);
  entries[256] = LiteralEntry.endOfBlock << 4;
  let length = 0; // less 3
  for (let symbol = 257; symbol < 285; symbol++) {
    const extra = symbol < 265 ? 0 : (symbol - 261) >> 2;
    entries[symbol] = (length << 7) | (extra << 4);
    length += 1 << extra;
  }
  entries[285] = 255 << 7; // 258, which 284 could also say
  entries[286] = LiteralEntry.invalid << 4;
  entries[287] = LiteralEntry.invalid << 4;
  return entries;
}

function distanceEntries(): Uint16Array {
  const entries = new Uint16Array(32);
  for (let symbol = 0; symbol < 30; symbol++) {
    const extra = symbol < 2 ? 0 : (symbol >> 1) - 1;
    const mantissa = symbol < 2 ? symbol : 2 | (symbol & 1);
    entries[symbol] = (mantissa << 8) | (extra << 4);
  }
  entries[30] = DistanceEntry.invalid;
  entries[31] = DistanceEntry.invalid;
  return entries;
}

function codeLengthEntries(): Uint16Array {
  const entries = new Uint16Array(19);
  for (let symbol = 0; symbol < 19; symbol++) entries[symbol] = symbol << 4;
  return entries;
}

export const LITERAL_ENTRIES = literalEntries();
export const DISTANCE_ENTRIES = distanceEntries();
/** The symbols of the code that code lengths are sent in, from bit 4 on (RFC 1951 §3.2.7). */
export const CODE_LENGTH_ENTRIES = codeLengthEntries();

/** Where the distance table starts in `FIXED`, after the 512 words of the literal/length table. */
export const FIXED_DISTANCE = 512;

function fixedTables(): Uint16Array {
  const words = new Uint16Array(1024);
  const lengths = new Uint8Array(288);
  lengths.fill(8, 0, 144);
  lengths.fill(9, 144, 256);
  lengths.fill(7, 256, 280);
  lengths.fill(8, 280, 288);
  const sorted = 600;
  const counts = 960;
  const longest = sortSymbols(words, counts, sorted, lengths, 0, 288, LITERAL_ENTRIES);
  fillTable(words, 0, 9, counts, sorted, longest, 0);
  lengths.fill(5, 0, 32);
  sortSymbols(words, counts, sorted, lengths, 0, 32, DISTANCE_ENTRIES);
  fillTable(words, FIXED_DISTANCE, 5, counts, sorted, 5, 0);
  const tables = new Uint16Array(FIXED_DISTANCE + 32);
  for (let index = 0; index < tables.length; index++) tables[index] = words[index];
  return tables;
}

/** The lookup tables of the fixed codes (RFC 1951 §3.2.6): 9 bits, then 5 bits. */
export const FIXED = fixedTables();
