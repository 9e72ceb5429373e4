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
