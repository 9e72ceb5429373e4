/** Writes the symbols of a block (RFC 1951 §3.2.5), stopping and going on at any octet of output. */
import { BlockPhase, type BlockState, BlockType } from './block-state.ts';
import { CodeTable, FIXED_CODES, distanceSymbol, lengthSymbol } from './encode-symbols.ts';
import { FAST_ROOM, writeTokens } from './fast-tokens.ts';

/** Goes on in `BlockPhase.token`, `distance`, `distanceExtra`, `endOfBlock` or `idle`. */
export function writeSymbols(state: BlockState, output: Uint8Array, limit: number): boolean {
  const words = state._words;
  const isDynamic = state._type === BlockType.dynamic;
  const codes = isDynamic ? words : FIXED_CODES;
  const table = isDynamic ? state._plan : 0;
  const lengths = table + CodeTable.lengths;
  const tokens = state._tokens;
  const count = state._count;
  let at = state._at;
  let phase = state._phase;
  let hold = state._hold;
  let bits = state._bits;
  let index = state._index;

  for (;;) {
    while (bits >= 8 && at < limit) {
      output[at++] = hold;
      hold >>>= 8;
      bits -= 8;
    }
    // With 7 bits at most, each phase may add 24 without reaching the sign bit.
    if (bits >= 8 || phase === BlockPhase.idle) break;
    if (phase === BlockPhase.token) {
      if (limit - at >= FAST_ROOM) {
        state._at = at;
        state._hold = hold;
        state._bits = bits;
        state._index = index;
        writeTokens(state, output, limit);
        at = state._at;
        hold = state._hold;
        bits = state._bits;
        index = state._index;
        if (index === count) phase = BlockPhase.endOfBlock;
        continue;
      }
      const token = words[tokens + index++];
      const symbol = token < 256 ? token : lengthSymbol(token - 256);
      hold |= codes[table + (symbol & 511)] << bits;
      bits += codes[lengths + (symbol & 511)];
      if (token >= 256) {
        const extra = symbol >> 9;
        hold |= ((token - 256) & ((1 << extra) - 1)) << bits;
        bits += extra;
        phase = BlockPhase.distance;
      } else if (index === count) {
        phase = BlockPhase.endOfBlock;
      }
    } else if (phase === BlockPhase.endOfBlock) {
      hold |= codes[table + CodeTable.endOfBlock] << bits;
      bits += codes[lengths + CodeTable.endOfBlock];
      phase = BlockPhase.idle;
    } else if (phase === BlockPhase.distance) {
      const symbol = CodeTable.distances + (distanceSymbol(words[tokens + index]) & 511);
      hold |= codes[table + symbol] << bits;
      bits += codes[lengths + symbol];
      phase = BlockPhase.distanceExtra;
    } else {
      const distance = words[tokens + index++];
      const extra = distanceSymbol(distance) >> 9;
      hold |= (distance & ((1 << extra) - 1)) << bits;
      bits += extra;
      phase = index === count ? BlockPhase.endOfBlock : BlockPhase.token;
    }
  }

  state._at = at;
  state._phase = phase;
  state._hold = hold;
  state._bits = bits;
  state._index = index;
  return bits < 8;
}
