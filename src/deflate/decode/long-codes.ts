/** Code words longer than the lookup tables: rare, so they are looked for in the canonical lists. */
import { SortedCode, longCode } from './decode-table.ts';
import type { InflateState } from './inflate-state.ts';
import { TableSize, distanceTableBits, lookupWords } from './table-layout.ts';

/**
 * @param entry what the table has for the beginning of the code word
 * @returns the code word's entry with its length, or 0 if `bits` do not hold all of it
 */
export function longLiteral(state: InflateState, entry: number, hold: number, bits: number): number {
  const sorted = state._table + lookupWords(state._tableBits);
  const counts = sorted + TableSize.literalSymbols + TableSize.distanceSymbols;
  return longCode(state._words, counts, sorted, state._tableBits, entry >> 4, hold, bits);
}

/** As `longLiteral`, for a distance. */
export function longDistance(state: InflateState, entry: number, hold: number, bits: number): number {
  const tableBits = state._tableBits;
  const sorted = state._table + lookupWords(tableBits) + TableSize.literalSymbols;
  const counts = sorted + TableSize.distanceSymbols + SortedCode.counts;
  return longCode(state._words, counts, sorted, distanceTableBits(tableBits), entry >> 4, hold, bits);
}
