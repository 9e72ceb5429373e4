import { skipAscii, Utf8, validateUtf8 } from './utf8.ts';

/** Whether `bytes[start, end)` as a whole is valid UTF-8: a native of the host's. */
export type NativeUtf8 = (bytes: Uint8Array, start: number, end: number) => boolean;

/** Shorter rests are done before a native is even called. */
const NATIVE_FROM = 512;

/** Octets of the longest character. */
const CHARACTER = 4;

/**
 * The same as {@link validateUtf8}, for hosts to offer for long text: with the help of a native that judges whole texts only. The
 * ASCII at the beginning, often all there is, is skipped faster than the native can be asked. It gets what lies
 * from there to the last boundary of characters; the octets before and behind, and all that it does not call
 * valid, go through the automaton, so that states and faults are the automaton's own.
 */
export function validateWithNative(
  isUtf8: NativeUtf8,
  bytes: Uint8Array,
  words: Int32Array,
  start: number,
  end: number,
  state: number,
): number {
  let s = state;
  let from = start;
  for (; s !== Utf8.accept && from < end; from++) {
    s = validateUtf8(bytes, words, from, from + 1, s);
    if (s === Utf8.reject) return s;
  }
  from = skipAscii(words, from, end);
  if (end - from < NATIVE_FROM) return validateUtf8(bytes, words, from, end, s);
  // Back to where the last character begins: it may go on in the next span.
  const earliest = end - CHARACTER;
  let to = end - 1;
  while (to > earliest && (bytes[to] & 0xc0) === 0x80) to--;
  return validateUtf8(bytes, words, isUtf8(bytes, from, to) ? to : from, end, s);
}
