import { mask } from './mask.ts';

/** Copies `from[start, end)` to `to` at `at` without making a view; they are different memory. */
export type CopyOctets = (from: Uint8Array, start: number, end: number, to: Uint8Array, at: number) => void;

/** Where a host may have its way to copy. */
export interface CopySource {
  readonly copy?: CopyOctets | undefined;
}

/**
 * Copies `from[start, end)` to `to` from `at` on, XORed with the masking key `key` (0: as it is), and returns the key turned
 * to where the next octet goes on. They may be the same memory. `words` covers that of `to` from its first octet on;
 * `source` may have a host's way to copy.
 *
 * On devices a native takes the place of this module, which does not look at `words` and `source`. There it moves octets within
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
  source?: CopySource,
): number {
  if (from === to) {
    if (at !== start) to.copyWithin(at, start, end);
  } else if (end - start === from.length) to.set(from, at);
  else if (source?.copy !== undefined) source.copy(from, start, end, to, at);
  else for (let i = start; i < end; i++) to[at + i - start] = from[i];
  return key === 0 ? 0 : mask(to, words, at, at + end - start, key);
}
