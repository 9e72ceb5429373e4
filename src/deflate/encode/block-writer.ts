/**
 * Writes blocks of DEFLATE (RFC 1951 §3.2) to wherever there is room at the moment, stopping and going on after
 * any octet. What goes into a block comes as tokens (tokenizer.ts).
 */
import { BlockPhase, type BlockState, BlockType } from './block-state.ts';
import { writeSymbols } from './block-symbols.ts';
import { writeDynamicHeader } from './dynamic-header.ts';
import { planDynamic } from './dynamic-code.ts';
import { distanceSymbol, lengthSymbol } from './encode-symbols.ts';
import { writeStored } from './stored-block.ts';

/** Fewer words of tokens than this are not worth a code of their own: the header alone takes 40 octets and more. */
const DYNAMIC_FROM = 64;

/**
 * Chooses how a block is written, whichever way is shortest; `writeBlock` writes it. All before it is written.
 *
 * @param count words of tokens, at least 1
 * @param position where the block's octets start, counted as the ring counts
 * @param rawLength how many they are, or 0 if they are no longer all in the ring
 */
export function beginBlock(state: BlockState, count: number, position: number, rawLength: number): void {
  let type: number = BlockType.fixed;
  let size = fixedSize(state, count);
  if (state._plan !== 0 && count >= DYNAMIC_FROM) {
    const dynamic = planDynamic(state._words, state._plan, state._tokens, count);
    if (dynamic < size) {
      size = dynamic;
      type = BlockType.dynamic;
    }
  }
  const bits = state._bits;
  // 3 bits, up to the octet's end, LEN and NLEN, the octets.
  const padding = -(bits + 3) & 7;
  if (rawLength !== 0 && 3 + padding + 32 + rawLength * 8 < size) type = BlockType.stored;
  state._type = type;
  state._count = count;
  state._position = position;
  state._rawLength = rawLength;
  state._index = 0;
  state._hold |= type << (bits + 1);
  state._bits = bits + 3;
  if (type === BlockType.stored) {
    state._bits = bits + 3 + padding;
    state._phase = BlockPhase.storedLength;
  } else {
    state._phase = type === BlockType.fixed ? BlockPhase.token : BlockPhase.codeCounts;
  }
}

/** An empty stored block up to where its 00 00 ff ff would follow (RFC 7692 §7.2.1); `writeBlock` writes it. */
export function beginFlush(state: BlockState): void {
  state._bits = (state._bits + 3 + 7) & ~7;
  state._phase = BlockPhase.idle;
}

/**
 * Writes to output[start, limit), as far as `_at`.
 *
 * @returns whether all is written but the bits that do not fill an octet
 */
export function writeBlock(state: BlockState, output: Uint8Array, start: number, limit: number): boolean {
  state._at = start;
  if (
    state._phase >= BlockPhase.codeCounts &&
    state._phase <= BlockPhase.codeItems &&
    !writeDynamicHeader(state, output, limit)
  )
    return false;
  if (state._phase < BlockPhase.storedLength) return writeSymbols(state, output, limit);
  return writeStored(state, output, limit);
}

/** Size in bits of the block with the fixed codes. */
function fixedSize(state: BlockState, count: number): number {
  const words = state._words;
  const tokens = state._tokens;
  let size = 3 + 7;
  for (let index = 0; index < count; index++) {
    const token = words[tokens + index];
    if (token < 256) {
      size += token < 144 ? 8 : 9;
    } else {
      const length = lengthSymbol(token - 256);
      size +=
        ((length & 511) < 280 ? 12 : 13) + (length >> 9) + (distanceSymbol(words[tokens + ++index]) >> 9);
    }
  }
  return size;
}
