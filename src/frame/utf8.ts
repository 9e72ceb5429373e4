/**
 * Incremental, fail-fast validation of UTF-8 (RFC 3629), as RFC 6455 §8.1 wants it for text messages and close
 * reasons. A state is a small integer that is kept between pieces of a message:
 * {@link Utf8.accept} between characters, {@link Utf8.reject} after the first impossible octet, anything else
 * inside a character.
 *
 * The automaton is a shift DFA in 32 bits. A state is a shift count; every octet has a word in which, at each
 * state's shift count, five bits hold the state that follows. One step is `word[octet] >> state`, since a
 * shift looks at its count's low five bits only. Nine states of five bits do not fit side by side into 32
 * bits, but they may overlap where their bits agree: the shift counts below were found by search so that they
 * do, and so that every word stays below 2^30, an integer without a box on every engine.
 */

/** States that mean something outside. */
export const enum Utf8 {
  /** Before the first octet and after each whole character. */
  accept = 6,
  /** No continuation can make this text valid any more. */
  reject = 0,
}

// The other states, named for what may follow. Their numbers are the shift counts.
const TAIL_1 = 16; // one continuation octet
const TAIL_2 = 1; // two
const TAIL_3 = 18; // three
const AFTER_E0 = 19; // A0–BF, else overlong
const AFTER_ED = 25; // 80–9F, else a surrogate
const AFTER_F0 = 11; // 90–BF, else overlong
const AFTER_F4 = 24; // 80–8F, else above U+10FFFF

/** What a continuation octet leads to, wherever one may stand. */
const TAIL = (Utf8.accept << TAIL_1) | (TAIL_1 << TAIL_2) | (TAIL_2 << TAIL_3);

/** Ranges of octets, each by its end, with the word of all octets in it. */
const RANGES: readonly number[] = Object.freeze([
  0x80,
  Utf8.accept << Utf8.accept,
  0x90,
  TAIL | (TAIL_1 << AFTER_ED) | (TAIL_2 << AFTER_F4),
  0xa0,
  TAIL | (TAIL_1 << AFTER_ED) | (TAIL_2 << AFTER_F0),
  0xc0,
  TAIL | (TAIL_1 << AFTER_E0) | (TAIL_2 << AFTER_F0),
  0xc2,
  0,
  0xe0,
  TAIL_1 << Utf8.accept,
  0xe1,
  AFTER_E0 << Utf8.accept,
  0xed,
  TAIL_2 << Utf8.accept,
  0xee,
  AFTER_ED << Utf8.accept,
  0xf0,
  TAIL_2 << Utf8.accept,
  0xf1,
  AFTER_F0 << Utf8.accept,
  0xf4,
  TAIL_3 << Utf8.accept,
  0xf5,
  AFTER_F4 << Utf8.accept,
]);

/** A typed array, that nobody writes: V8 takes four times as long to look into a frozen one of another kind. */
function buildTable(): Int32Array {
  // eslint-disable-next-line no-restricted-syntax -- once, when the module is loaded
  const table = new Int32Array(256);
  for (let from = 0, i = 0; i < RANGES.length; from = RANGES[i], i += 2)
    table.fill(RANGES[i + 1], from, RANGES[i]);
  return table;
}

const NEXT = /* @__PURE__ */ buildTable();

/** Four octets whose top bits are all clear are four ASCII characters. */
const NOT_ASCII = 0x80808080 | 0;

/** Octets taken through the automaton before the ASCII scan is tried again. */
const MIXED_RUN = 32;

/**
 * Validates `bytes[start, end)` going on from `state`; returns the state after it. Once rejected, `findUtf8Fault` says
 * where. `words` covers the memory of `bytes` from its first octet on.
 */
export function validateUtf8(
  bytes: Uint8Array,
  words: Int32Array,
  start: number,
  end: number,
  state: number,
): number {
  let s = state;
  let i = start;
  while (i < end) {
    if (s === Utf8.accept) {
      i = skipAscii(words, i, end);
      if (i >= end) return s;
    }
    const stop = end - i > MIXED_RUN ? i + MIXED_RUN : end;
    s = stepUtf8(bytes, i, stop, s);
    if (s === Utf8.reject) return s;
    i = stop;
  }
  return s;
}

/** The twin: octet by octet. */
export function stepUtf8(bytes: Uint8Array, start: number, end: number, state: number): number {
  const next = NEXT;
  let s = state;
  for (let i = start; i < end; i++) s = next[bytes[i]] >> s;
  return s & 31;
}

/**
 * Skips ASCII by whole words: returns `end`, or a position from where octets are to be looked at singly. The
 * octets outside the span that share its first or last word are masked out of the test.
 */
export function skipAscii(words: Int32Array, start: number, end: number): number {
  let last = end >> 2;
  let tail = (end & 3) << 3;
  if (last >= words.length) {
    // The memory's last octets are in no whole word: they are left to the automaton.
    // With `| 0` V8 sees that both are 32-bit integers, and keeps them out of floating point.
    last = words.length | 0;
    tail = 0;
  }
  let w = start >> 2;
  if (w >= last) return start;
  if ((words[w] & NOT_ASCII & (-1 << ((start & 3) << 3))) !== 0) return start;
  w++;
  // Six at once: with more of them V8 has no register left for each, and takes longer.
  for (const stop = last - 5; w < stop; w += 6) {
    const found = words[w] | words[w + 1] | words[w + 2] | words[w + 3] | words[w + 4] | words[w + 5];
    if ((found & NOT_ASCII) !== 0) break;
  }
  for (; w < last; w++) if ((words[w] & NOT_ASCII) !== 0) return w << 2;
  if (tail !== 0 && (words[w] & NOT_ASCII & ~(-1 << tail)) === 0) return end;
  return w << 2;
}

/** The text that `bytes[start, end)`, which is valid UTF-8, holds. For short ones. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  /* eslint-disable no-restricted-syntax -- a string is what is made */
  let text = '';
  for (let i = start; i < end; i++) text += (bytes[i] < 16 ? '%0' : '%') + bytes[i].toString(16);
  return decodeURIComponent(text);
}
