/** Reads the header of a block (RFC 1951 §3.2.3) up to where its symbols, octets or code lengths begin. */
import { FIXED } from './entries.ts';
import { InflateReason } from './inflate-reason.ts';
import { InflateStatus, Phase, type InflateState } from './inflate-state.ts';

/** BTYPE, RFC 1951 §3.2.3. */
const enum BlockType {
  stored = 0,
  fixed = 1,
  dynamic = 2,
}

/** Goes on in `Phase.blockHeader`, `storedLength` or `storedComplement`. */
export function readBlockHeader(state: InflateState, input: Uint8Array, end: number): InflateStatus {
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
    if (phase === Phase.blockHeader) {
      const type = (hold >> 1) & 3;
      state._mayEnd = (hold & 1) !== 0;
      hold >>>= 3;
      bits -= 3;
      need = 0;
      if (type === BlockType.fixed) {
        state._codes = FIXED;
        state._literalMask = 511;
        state._distanceMask = 31;
        phase = Phase.symbol;
      } else if (type === BlockType.stored) {
        // RFC 1951 §3.2.4: the rest of the octet does not count. Never more than 7 bits are left here.
        hold = bits = 0;
        need = 16;
        phase = Phase.storedLength;
      } else if (type === BlockType.dynamic) {
        need = 14;
        phase = Phase.codeCounts;
      } else {
        phase = InflateReason.blockType;
      }
    } else if (phase === Phase.storedLength) {
      state._length = hold;
      hold = bits = 0;
      phase = Phase.storedComplement;
    } else {
      const isComplement = hold + state._length === 0xffff && (hold & state._length) === 0;
      phase = isComplement ? Phase.stored : InflateReason.storedLength;
      hold = bits = 0;
      need = 0;
    }
  } while (phase === Phase.storedLength || phase === Phase.storedComplement);

  state._at = at;
  state._phase = phase;
  state._hold = hold;
  state._bits = bits;
  state._need = need;
  return status;
}
