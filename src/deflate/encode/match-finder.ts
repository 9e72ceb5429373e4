/** Finds where the octets at a position were before: a hash of three octets, with bounded chains. */
import type { DeflateState } from './deflate-state.ts';

/** How far each octet moves a hash of so many bits, so that the fourth octet before is gone. */
const SHIFTS = Object.freeze([1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]);

/** A match of three octets farther away than this costs more than three literals. */
const FAR = 4096;

/** Octets of messages too short for a match wait to be hashed; so many of them are not worth the work. */
const LATE = 512;

/**
 * Enters all octets up to `position` into the hash and looks for a match there.
 *
 * @param history octets before `position` that may be referred to
 * @param most longest match wanted, at least 3: so many octets are there
 * @param best a match must be longer than this, at least 2
 * @returns length << 16 | distance, or 0
 */
export function findMatch(
  state: DeflateState,
  position: number,
  history: number,
  most: number,
  best: number,
): number {
  const bytes = state._bytes;
  const words = state._words;
  const ring = state._ring;
  const options = state._options;
  const newest = state._newest;
  const links = state._links;
  const mask = (1 << state._windowBits) - 1;
  const hashBits = options.hashBits;
  const hashMask = (1 << hashBits) - 1;
  const shift = SHIFTS[hashBits];
  let next = state._hashed;
  if (((position - next) & 0xffff) >= LATE) next = position;
  let key = (bytes[ring + (next & mask)] << shift) ^ bytes[ring + ((next + 1) & mask)];
  let candidate = position;
  for (; ((position - next) & 0xffff) < 0x8000; next = (next + 1) & 0xffff) {
    key = ((key << shift) ^ bytes[ring + ((next + 2) & mask)]) & hashMask;
    candidate = words[newest + key];
    words[newest + key] = next;
    if (links !== 0) words[links + (next & mask)] = candidate;
  }
  state._hashed = next;

  const farthest = state._reach;
  const reach = history < farthest ? history : farthest;
  let found = 0;
  let nearer = 0;
  for (let tries = options.chain; tries > 0; tries--) {
    const distance = (position - candidate) & 0xffff;
    // A chain runs backwards. Where it does not, it leads into places long overwritten.
    if (distance <= nearer || distance > reach) break;
    if (bytes[ring + ((candidate + best) & mask)] === bytes[ring + ((position + best) & mask)]) {
      let length = 0;
      while (
        length < most &&
        bytes[ring + ((candidate + length) & mask)] === bytes[ring + ((position + length) & mask)]
      ) {
        length++;
      }
      if (length > best && (length > 3 || distance <= FAR)) {
        best = length;
        found = (length << 16) | distance;
        if (length === most) break;
      }
    }
    if (links === 0) break;
    nearer = distance;
    candidate = words[links + (candidate & mask)];
  }
  return found;
}
