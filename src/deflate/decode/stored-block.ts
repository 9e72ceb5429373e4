/** Copies the octets of a stored block (RFC 1951 §3.2.4). */
import { InflateStatus, Phase, type InflateState } from './inflate-state.ts';

/** Goes on in `Phase.stored`. No bits are waiting: the block begins at an octet. */
export function copyStored(state: InflateState, input: Uint8Array, end: number, stop: number): InflateStatus {
  let count = state._length;
  if (count === 0) {
    state._phase = Phase.blockHeader;
    state._need = 3;
    return InflateStatus.next;
  }
  const bytes = state._bytes;
  const out = state._out;
  const at = state._at;
  if (out === stop) return InflateStatus.more;
  if (at === end) return InflateStatus.done;
  if (count > stop - out) count = stop - out;
  if (count > end - at) count = end - at;
  if (input === bytes) bytes.copyWithin(out, at, at + count);
  else for (let index = 0; index < count; index++) bytes[out + index] = input[at + index];
  state._out = out + count;
  state._at = at + count;
  state._length -= count;
  return InflateStatus.next;
}
