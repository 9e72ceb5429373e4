/** Writes a stored block after its first three bits (RFC 1951 §3.2.4), from the ring. */
import { BlockPhase, type BlockState } from './block-state.ts';

/** Goes on in `BlockPhase.storedLength`, `storedComplement` or `stored`. */
export function writeStored(state: BlockState, output: Uint8Array, limit: number): boolean {
  const rawLength = state._rawLength;
  let at = state._at;
  let phase = state._phase;
  let hold = state._hold;
  let bits = state._bits;
  for (;;) {
    while (bits > 0 && at < limit) {
      output[at++] = hold;
      hold >>>= 8;
      bits -= 8;
    }
    if (bits > 0 || phase === BlockPhase.stored) break;
    hold = phase === BlockPhase.storedLength ? rawLength : rawLength ^ 0xffff;
    bits = 16;
    phase++;
  }

  if (bits === 0) {
    const bytes = state._bytes;
    const mask = state._mask;
    let index = state._index;
    while (index < rawLength && at < limit) {
      const from = (state._position + index) & mask;
      let count = rawLength - index;
      if (count > limit - at) count = limit - at;
      if (count > mask + 1 - from) count = mask + 1 - from;
      const source = state._ring + from;
      if (output === bytes) bytes.copyWithin(at, source, source + count);
      else for (let step = 0; step < count; step++) output[at + step] = bytes[source + step];
      at += count;
      index += count;
    }
    state._index = index;
    if (index === rawLength) phase = BlockPhase.idle;
  }

  state._at = at;
  state._phase = phase;
  state._hold = hold;
  state._bits = bits;
  return phase === BlockPhase.idle;
}
