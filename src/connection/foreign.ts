import { validateUtf8 } from '../frame/utf8.ts';
import type { Source } from './options.ts';

/** From how many octets on text is long. */
const LONG = 512;

/** Views of memory that input lies in, if it is not the connection's own. */
export interface Foreign {
  /** What the input was given in, and where that begins. */
  readonly view: Uint8Array;
  readonly offset: number;
  /** All of its buffer. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/**
 * Views of the memory under `view`, from its first octet on; `last` is used again if it is of the same view: to ask one
 * for its buffer and offset takes longer than to parse a small message.
 */
export function coverOf(view: Uint8Array, last: Foreign | undefined): Foreign {
  if (last !== undefined && last.view === view) return last;
  const { buffer, byteOffset: offset } = view;
  const bytes = view.byteLength === buffer.byteLength ? view : new Uint8Array(buffer);
  return { view, offset, bytes, words: new Int32Array(buffer, 0, buffer.byteLength >> 2) };
}

/** Validates a span of text in such memory: by the automaton, or if it is long by the host's way. */
export function validateForeign(
  { validateLong }: Source,
  bytes: Uint8Array,
  words: Int32Array,
  start: number,
  end: number,
  state: number,
): number {
  const validate = validateLong !== undefined && end - start >= LONG ? validateLong : validateUtf8;
  return validate(bytes, words, start, end, state);
}
