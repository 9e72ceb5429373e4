/**
 * Decodes literals and matches (RFC 1951 §3.2.5), stopping and going on at any bit and at any octet of output. Where
 * there is plenty of both, `decodeFast` does the same without looking after each symbol whether there is.
 */
import { copyMatch } from './copy-match.ts';
import { DistanceEntry, FIXED, FIXED_DISTANCE, LiteralEntry } from './entries.ts';
import { FastLimit, decodeFast } from './fast-symbols.ts';
import { InflateReason } from './inflate-reason.ts';
import { InflateStatus, Phase, type InflateState } from './inflate-state.ts';
import { longDistance, longLiteral } from './long-codes.ts';

/**
 * Goes on in `Phase.symbol`, `distance`, `distanceExtra` or `copy`.
 *
 * @param stop index in the memory at which output ends, at most the window's end
 */
export function decodeSymbols(
  state: InflateState,
  input: Uint8Array,
  end: number,
  stop: number,
): InflateStatus {
  let at = state._at;
  let out = state._out;
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
    if (phase === Phase.symbol) {
      if (end - at >= FastLimit.input && out < stop && bits < FastLimit.bits) {
        state._at = at;
        state._out = out;
        state._hold = hold;
        state._bits = bits;
        decodeFast(state, input, end, stop);
        at = state._at;
        out = state._out;
        phase = state._phase;
        hold = state._hold;
        bits = state._bits;
        need = state._need;
        continue;
      }
      const codes = state._codes;
      let entry = codes[(codes === FIXED ? 0 : state._table) + (hold & state._literalMask)];
      if ((entry & 15) === 0) entry = longLiteral(state, entry, hold, bits);
      let length = entry & 15;
      if (length === 0 || length > bits) {
        need = bits + 1;
        continue;
      }
      const extra = (entry >> 4) & 7;
      need = 0;
      if (entry >= LiteralEntry.literal) {
        if (out === stop) {
          status = InflateStatus.more;
          break;
        }
        state._bytes[out++] = entry >> 7;
      } else if (extra < LiteralEntry.endOfBlock) {
        if (length + extra > bits) {
          need = length + extra;
          continue;
        }
        state._length = 3 + (entry >> 7) + ((hold >>> length) & ((1 << extra) - 1));
        length += extra;
        phase = Phase.distance;
      } else if (extra === LiteralEntry.endOfBlock) {
        phase = Phase.blockHeader;
        need = 3;
      } else {
        phase = InflateReason.literalCode;
      }
      hold >>>= length;
      bits -= length;
      // A final block ends at an octet's end (RFC 7692 §7.2.1), and the message may go on.
      if (phase === Phase.blockHeader && state._mayEnd) hold = bits = 0;
    } else if (phase === Phase.distance) {
      const codes = state._codes;
      const table = codes === FIXED ? FIXED_DISTANCE : state._table + (1 << state._tableBits);
      let entry = codes[table + (hold & state._distanceMask)];
      if ((entry & 15) === 0) entry = longDistance(state, entry, hold, bits);
      const length = entry & 15;
      if (length === 0 || length > bits) {
        need = bits + 1;
        continue;
      }
      if (entry >= DistanceEntry.invalid) {
        phase = InflateReason.distanceCode;
        break;
      }
      hold >>>= length;
      bits -= length;
      need = (entry >> 4) & 15;
      state._distance = 1 + ((entry >> 8) << need);
      phase = Phase.distanceExtra;
    } else if (phase === Phase.distanceExtra) {
      const distance = state._distance + (hold & ((1 << need) - 1));
      hold >>>= need;
      bits -= need;
      need = 0;
      state._distance = distance;
      const history = (state._isFull ? state._top : out) - state._base;
      phase = distance > history ? InflateReason.distanceFar : Phase.copy;
    } else {
      if (out === stop) {
        status = InflateStatus.more;
        break;
      }
      const top = state._top;
      let source = out - state._distance;
      if (source < state._base) source += top - state._base;
      let count = state._length;
      if (count > stop - out) count = stop - out;
      if (count > top - source) count = top - source;
      copyMatch(state._bytes, source, out, count, state._nativeCopy);
      out += count;
      state._length -= count;
      if (state._length === 0) phase = Phase.symbol;
    }
  } while (phase <= Phase.copy);

  state._at = at;
  state._out = out;
  state._phase = phase;
  state._hold = hold;
  state._bits = bits;
  state._need = need;
  return status;
}
