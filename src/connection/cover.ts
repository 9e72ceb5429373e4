/** Views of memory that input lies in, if it is not the connection's own. */
export interface Cover {
  /** What the input was given in, how long that was, and where it begins in its buffer. */
  readonly view: Uint8Array;
  readonly length: number;
  readonly offset: number;
  /** All of the buffer. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/**
 * Views of the memory under `view`, from its first octet on; `last` is used again if it is of the same view, as long as it
 * was (a view can follow the length of its buffer): to ask one for its buffer and offset takes longer than to parse a
 * small message.
 */
export function coverOf(view: Uint8Array, last: Cover | undefined): Cover {
  const { length } = view;
  if (last !== undefined && last.view === view && last.length === length) return last;
  const { buffer, byteOffset: offset } = view;
  const bytes = length === buffer.byteLength ? view : new Uint8Array(buffer);
  return { view, length, offset, bytes, words: new Int32Array(buffer, 0, buffer.byteLength >> 2) };
}
