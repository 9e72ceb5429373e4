import { skipAscii, stepUtf8, Utf8, validateUtf8 } from './utf8.ts';

/** Where a host may have a quicker way than the automaton. */
export interface TextSource {
  readonly validateLong?: typeof validateUtf8 | undefined;
}

/** Whose text it is. */
export interface TextOwner {
  readonly _source: TextSource;
  /** Memory that no transport has handed over: what is there was decompressed, and the host is not asked about it. */
  readonly memory: Uint8Array;
}

const enum Text {
  /** Fewer octets than this are looked at one by one: words are not worth their bounds. */
  words = 8,
  /** From how many octets on the host is asked. */
  long = 512,
}

/**
 * The state of the automaton after `bytes[start, end)`, going on from `state`. `words` covers the memory of `bytes` from its
 * first octet on. See `utf8.ts`.
 *
 * On devices one native takes the place of both functions of this module; it looks at the first four arguments.
 */
export function validateText(
  bytes: Uint8Array,
  start: number,
  end: number,
  state: number,
  words: Int32Array,
  owner: TextOwner,
): number {
  const length = end - start;
  if (length < Text.words) return stepUtf8(bytes, start, end, state);
  if (length < Text.long) {
    // Mostly it is ASCII, and here is one call less: for 125 octets V8 takes an eighth less.
    const from = state === Utf8.accept ? skipAscii(words, start, end) : start;
    return from === end ? state : validateUtf8(bytes, words, from, end, state);
  }
  const validateLong = owner._source.validateLong;
  if (validateLong !== undefined && bytes !== owner.memory)
    return validateLong(bytes, words, start, end, state);
  return validateUtf8(bytes, words, start, end, state);
}

/** The same for short text, octet by octet. */
export function stepText(bytes: Uint8Array, start: number, end: number, state: number): number {
  return stepUtf8(bytes, start, end, state);
}
