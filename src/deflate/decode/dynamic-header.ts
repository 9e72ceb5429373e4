/** Reads the code lengths of a dynamic block and makes its codes (RFC 1951 §3.2.7). */
import { CODE_LENGTH_ORDER } from '../code-length-order.ts';
import {
  CODE_LENGTH_ENTRIES,
  DISTANCE_ENTRIES,
  DistanceEntry,
  LITERAL_ENTRIES,
  LiteralEntry,
} from './entries.ts';
import { SortedCode, fillTable, sortSymbols } from './decode-table.ts';
import { InflateReason } from './inflate-reason.ts';
import { InflateStatus, Phase, type InflateState } from './inflate-state.ts';
import { TableSize, distanceTableBits, lookupWords } from './table-layout.ts';

/** Goes on in `Phase.codeCounts`, `lengthCode` or `codeLengths`, until both codes are made. */
export function readDynamicHeader(state: InflateState, input: Uint8Array, end: number): InflateStatus {
  const bytes = state._bytes;
  const words = state._words;
  const table = state._table;
  const lengthTable = table + (1 << state._tableBits);
  let at = state._at;
  let phase = state._phase;
  let hold = state._hold;
  let bits = state._bits;
  let need = state._need;
  let status = InflateStatus.next;

  steps: do {
    while (bits < need) {
      if (at === end) {
        status = InflateStatus.done;
        break steps;
      }
      hold |= input[at++] << bits;
      bits += 8;
    }
    if (phase === Phase.codeLengths) {
      const entry = words[lengthTable + (hold & state._distanceMask)];
      const symbol = entry >> 4;
      const extra = symbol < 16 ? 0 : symbol < 18 ? symbol - 14 : 7;
      const length = entry & 15;
      if (length > bits || length + extra > bits) {
        need = length > bits ? bits + 1 : length + extra;
        continue;
      }
      const lengths = addLengths(state, symbol, (hold >>> length) & ((1 << extra) - 1));
      if (lengths < 0) phase = InflateReason.repeat;
      else if (lengths === codeCount(state._distance)) phase = makeCodes(state);
      hold >>>= length + extra;
      bits -= length + extra;
      need = 0;
    } else if (phase === Phase.lengthCode) {
      bytes[table * 2 + TableSize.codeLengths + CODE_LENGTH_ORDER[state._length++]] = hold & 7;
      hold >>>= 3;
      bits -= 3;
      if (state._length === 4 + (state._distance >> 10)) {
        state._length = 0;
        need = 0;
        phase = makeLengthCode(state);
      }
    } else if ((hold & 31) > 29 || ((hold >> 5) & 31) > 29) {
      phase = InflateReason.tooManyCodes;
    } else {
      state._distance = hold & 0x3fff;
      state._length = 0;
      hold >>>= 14;
      bits -= 14;
      const lengths = table * 2 + TableSize.codeLengths;
      bytes.fill(0, lengths, lengths + CODE_LENGTH_ORDER.length);
      phase = Phase.lengthCode;
      need = 3;
    }
  } while (phase === Phase.lengthCode || phase === Phase.codeLengths);

  state._at = at;
  state._phase = phase;
  state._hold = hold;
  state._bits = bits;
  state._need = need;
  return status;
}

/** Code lengths that follow: HLIT + 257 and HDIST + 1. */
function codeCount(counts: number): number {
  return 258 + (counts & 31) + ((counts >> 5) & 31);
}

/** Makes the code that the code lengths come in, where the distance code will be. Returns the next phase. */
function makeLengthCode(state: InflateState): number {
  const words = state._words;
  const table = state._table + (1 << state._tableBits);
  const sorted = state._table + lookupWords(state._tableBits) + TableSize.literalSymbols;
  const counts = sorted + TableSize.distanceSymbols + SortedCode.counts;
  const lengths = state._table * 2 + TableSize.codeLengths;
  const longest = sortSymbols(words, counts, sorted, state._bytes, lengths, 19, CODE_LENGTH_ENTRIES);
  // One single code word is incomplete, too.
  if (longest < 1 || (longest === 1 && words[counts + 1] < 2)) return InflateReason.codeLengthSet;
  const bits = fillTable(words, table, TableSize.lengthCodeBits, counts, sorted, longest, 0);
  state._distanceMask = (1 << bits) - 1;
  return Phase.codeLengths;
}

/** Adds what a symbol of the code length code stands for. Returns how many lengths there are now, or -1. */
function addLengths(state: InflateState, symbol: number, extra: number): number {
  const bytes = state._bytes;
  const start = state._table * 2;
  const done = state._length;
  if (symbol < 16) {
    bytes[start + done] = symbol;
    return (state._length = done + 1);
  }
  const count = extra + (symbol === 18 ? 11 : 3);
  if ((symbol === 16 && done === 0) || done + count > codeCount(state._distance)) return -1;
  bytes.fill(symbol === 16 ? bytes[start + done - 1] : 0, start + done, start + done + count);
  return (state._length = done + count);
}

/** Makes both codes of the block from their lengths. Returns the next phase. */
function makeCodes(state: InflateState): number {
  const bytes = state._bytes;
  const words = state._words;
  const tableBits = state._tableBits;
  const table = state._table;
  const lengths = table * 2;
  const literals = 257 + (state._distance & 31);
  const distances = 1 + ((state._distance >> 5) & 31);
  const sorted = table + lookupWords(tableBits);
  const distanceSorted = sorted + TableSize.literalSymbols;
  const counts = distanceSorted + TableSize.distanceSymbols;
  const distanceCounts = counts + SortedCode.counts;
  if (bytes[lengths + 256] === 0) return InflateReason.noEndCode;
  // Both are sorted before a table is filled, because the lengths lie where the first table will be.
  const longest = sortSymbols(words, counts, sorted, bytes, lengths, literals, LITERAL_ENTRIES);
  if (longest < 0) return InflateReason.literalSet;
  const longestDistance = sortSymbols(
    words,
    distanceCounts,
    distanceSorted,
    bytes,
    lengths + literals,
    distances,
    DISTANCE_ENTRIES,
  );
  if (longestDistance < 0) return InflateReason.distanceSet;
  const bits = fillTable(words, table, tableBits, counts, sorted, longest, LiteralEntry.invalid << 4);
  const distanceBits = fillTable(
    words,
    table + (1 << tableBits),
    distanceTableBits(tableBits),
    distanceCounts,
    distanceSorted,
    longestDistance,
    DistanceEntry.invalid,
  );
  state._codes = words;
  state._literalMask = (1 << bits) - 1;
  state._distanceMask = (1 << distanceBits) - 1;
  return Phase.symbol;
}
