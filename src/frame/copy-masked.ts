import { mask } from './mask.ts';

/** Copies `from[start, end)` to `to` at `at` without making a view; they are different memory. */
export type CopyOctets = (from: Uint8Array, start: number, end: number, to: Uint8Array, at: number) => void;

/**
 * Copies `from[start, end)` to `to` from `at` on, XORed with the masking key `key` (0: as it is), and returns the key turned
 * to where the next octet goes on. They may be the same memory. `words` covers that of `to` from its first octet on; `copy`
 * is a host's way to copy, where it has one.
 *
 * On devices a native takes the place of this module, which does not look at `words` and `copy`. There it moves octets within
 * the memory, too: it is 8 bytecodes, `copyWithin` 46.
 */
export function copyMasked(
  to: Uint8Array,
  at: number,
  from: Uint8Array,
  start: number,
  end: number,
  key: number,
  words: Int32Array,
  copy?: CopyOctets,
): number {
  if (from === to) {
    if (at !== start) to.copyWithin(at, start, end);
  } else if (end - start === from.length) to.set(from, at);
  else if (copy !== undefined) copy(from, start, end, to, at);
  else for (let i = start; i < end; i++) to[at + i - start] = from[i];
  return key === 0 ? 0 : mask(to, words, at, at + end - start, key);
}
