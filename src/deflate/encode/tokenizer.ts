/**
 * Turns octets into tokens, 16-bit words: 0..255 a literal; 256 + length - 3 a match, followed by a word
 * distance - 1. A short match is given up if a longer one begins at the next octet (lazy evaluation).
 */
import type { DeflateState } from './deflate-state.ts';
import { findMatch } from './match-finder.ts';
import { aheadLeast } from './ring-shares.ts';

/**
 * Goes on while at least `least` octets are there that were not looked at.
 *
 * @returns whether the block is full
 */
export function tokenize(state: DeflateState, least: number): boolean {
  const bytes = state._bytes;
  const words = state._words;
  const ring = state._ring;
  const options = state._options;
  const windowBits = state._windowBits;
  const size = 1 << windowBits;
  const mask = size - 1;
  const tokens = state._tokens;
  const tokenLimit = options.tokens - 2;
  const lazy = options.lazy;
  const longest = aheadLeast(windowBits) - 1;
  const rawLimit = state._reach - longest;
  let position = state._position;
  let ahead = state._ahead;
  let history = state._history;
  let count = state._count;
  let raw = state._raw;
  let found = state._found;
  let isFull = false;
  while (ahead >= least) {
    // A block whose octets leave the ring can no longer be stored, so it goes on only if its tokens gain anyway.
    if (count > tokenLimit || (raw >= rawLimit && count * 4 > raw * 3)) {
      isFull = true;
      break;
    }
    let match = found;
    found = 0;
    if (match === 0 && ahead > 2)
      match = findMatch(state, position, history, ahead < longest ? ahead : longest, 2);
    let length = match >> 16;
    if (length !== 0 && length < lazy && ahead > length + 1) {
      const next = ahead - 1 < longest ? ahead - 1 : longest;
      found = findMatch(state, (position + 1) & 0xffff, history + 1, next, length);
      if (found !== 0) length = 0;
    }
    if (length === 0) {
      words[tokens + count++] = bytes[ring + (position & mask)];
      length = 1;
    } else {
      words[tokens + count] = 253 + length;
      words[tokens + count + 1] = (match & 0xffff) - 1;
      count += 2;
    }
    position = (position + length) & 0xffff;
    ahead -= length;
    raw += length;
    history += length;
    if (history > size) history = size;
  }
  state._position = position;
  state._ahead = ahead;
  state._history = history;
  state._count = count;
  state._raw = raw;
  state._found = found;
  return isFull;
}
