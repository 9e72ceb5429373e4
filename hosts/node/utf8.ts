import { isUtf8 } from 'node:buffer';
import { validateWithNative } from '../../src/frame/utf8-native.ts';

/** Lengths of the views that text is validated in, ascending. */
const LENGTHS = [1024, 4096, 16384] as const;
const LONGEST = 16384;

/**
 * The last octets of a buffer, in views that are made once: text is copied there, since Node's native takes
 * nothing but a view, and a view for each text would be garbage. To copy costs less than to validate.
 */
class Corner {
  readonly #start: number;
  readonly #views: readonly Uint8Array[];

  constructor(buffer: ArrayBuffer) {
    this.#start = buffer.byteLength - LONGEST;
    this.#views = LENGTHS.map((length) => new Uint8Array(buffer, this.#start, length));
  }

  /** `bytes` covers the whole buffer. */
  isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
    let from = start;
    while (from < end) {
      let to = end;
      if (end - from > LONGEST) {
        // Cut between two characters; where no character ends in four octets, the text is no UTF-8 anyway.
        to = from + LONGEST;
        const earliest = to - 4;
        while (to > earliest && (bytes[to] & 0xc0) === 0x80) to--;
      }
      if (!this.#holds(bytes, from, to)) return false;
      from = to;
    }
    return true;
  }

  #holds(bytes: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    const at = this.#start;
    const view = this.#views[length <= LENGTHS[0] ? 0 : length <= LENGTHS[1] ? 1 : 2];
    bytes.copyWithin(at, from, to);
    // The view does not end where the text does: zeros are valid text.
    bytes.fill(0, at + length, at + view.length);
    return isUtf8(view);
  }
}

const corners = new WeakMap<ArrayBufferLike, Corner>();

/** Memory of `length` octets for a socket to read into, in which {@link isWholeUtf8} allocates nothing. */
export function readMemory(length: number): Uint8Array {
  const buffer = new ArrayBuffer(length + LONGEST);
  corners.set(buffer, new Corner(buffer));
  return new Uint8Array(buffer, 0, length);
}

/** The engine's validation of long text, with Node's native. */
export function validateLong(
  bytes: Uint8Array,
  words: Int32Array,
  start: number,
  end: number,
  state: number,
): number {
  return validateWithNative(isWholeUtf8, bytes, words, start, end, state);
}

/** Whether `bytes[start, end)` is valid UTF-8. Memory that Node allocated for one read takes one view more. */
export function isWholeUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  const corner = corners.get(bytes.buffer);
  return corner === undefined || bytes.byteLength !== bytes.buffer.byteLength
    ? isUtf8(bytes.subarray(start, end))
    : corner.isUtf8(bytes, start, end);
}
