import type { CopySource } from './copy-masked.ts';

/**
 * Copies to `to`, from its beginning on, as much of `from[start, end)` as fits; they are different memory. Returns how many
 * octets that is. `source` may have a host's way to copy.
 *
 * On devices a native takes the place of this module, which does not look at `source`.
 */
export function copyFitting(
  to: Uint8Array,
  from: Uint8Array,
  start: number,
  end: number,
  source: CopySource,
): number {
  const count = Math.min(to.length, end - start);
  if (source.copy !== undefined) source.copy(from, start, start + count, to, 0);
  else for (let i = 0; i < count; i++) to[i] = from[start + i];
  return count;
}
