/** How octets come into the ring. */
import type { DeflateState } from './deflate-state.ts';

/** Copies `count` octets of the input into the ring, over the oldest history. */
export function fillWindow(state: DeflateState, input: Uint8Array, start: number, count: number): void {
  const bytes = state._bytes;
  const size = 1 << state._windowBits;
  let from = start;
  let to = (state._position + state._ahead) & (size - 1);
  let left = count;
  while (left > 0) {
    const step = left < size - to ? left : size - to;
    const target = state._ring + to;
    if (input === bytes) bytes.copyWithin(target, from, from + step);
    else if (step === input.length) bytes.set(input, target);
    else for (let index = 0; index < step; index++) bytes[target + index] = input[from + index];
    from += step;
    left -= step;
    to = 0;
  }
  state._ahead += count;
}
