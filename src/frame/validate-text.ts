import { stepUtf8, validateUtf8 } from './utf8.ts';

/**
 * The state of the automaton after `bytes[start, end)`, going on from `state`. `words` covers the memory of `bytes` from its
 * first octet on. See `utf8.ts`.
 *
 * On devices one native takes the place of both functions of this module; it does not look at `words`.
 */
export function validateText(
  bytes: Uint8Array,
  start: number,
  end: number,
  state: number,
  words: Int32Array,
): number {
  return validateUtf8(bytes, words, start, end, state);
}

/** The same for short text, octet by octet. */
export function stepText(bytes: Uint8Array, start: number, end: number, state: number): number {
  return stepUtf8(bytes, start, end, state);
}
