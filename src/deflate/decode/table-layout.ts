/**
 * Where the tables of an `Inflate` lie, in 16-bit words from the first word behind the window:
 *
 *     literal/length table   2^tableBits
 *     distance table         2^distanceTableBits(tableBits)
 *     sorted literal/length symbols   288
 *     sorted distance symbols          32
 *     counts of the literal/length code, then of the distance code   32 each
 *
 * While a dynamic block's header is read, the code lengths lie, one octet each, where the literal/length table will
 * be, and behind them those of the code length code; that code itself lies where the distance code will be.
 */
import { SortedCode } from './decode-table.ts';

export const enum TableSize {
  literalSymbols = 288,
  distanceSymbols = 32,
  /** Octets before the lengths of the code length code: at most 286 + 30 code lengths, and a margin. */
  codeLengths = 320,
  /** log2 of the entries of the code length code's table: its code words have 7 bits at most. */
  lengthCodeBits = 7,
}

/** log2 of the entries of the distance table beside a literal/length table of 2^tableBits. */
export function distanceTableBits(tableBits: number): number {
  return tableBits < 10 ? 7 : 8;
}

/** Words of both lookup tables, which is where the sorted symbols begin. */
export function lookupWords(tableBits: number): number {
  return (1 << tableBits) + (1 << distanceTableBits(tableBits));
}

/** Octets that an `Inflate` with these parameters works in: the window, and 1536 (8 bits) to 5376 (11) of tables. */
export function inflateMemory(windowBits: number, tableBits = 9): number {
  const words =
    lookupWords(tableBits) + TableSize.literalSymbols + TableSize.distanceSymbols + 2 * SortedCode.counts;
  return (1 << windowBits) + 2 * words;
}
