/**
 * One ArrayBuffer seen three ways: octets, 32-bit words, and a DataView for numbers at any alignment. Made
 * once for the memory of a connection, and bound anew only when input comes from another buffer, so that the
 * hot path never makes a view. Positions count from the first octet of the buffer.
 */
export class Memory {
  bytes: Uint8Array;
  words: Int32Array;
  data: DataView;

  constructor(buffer: ArrayBufferLike) {
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
    this.data = new DataView(buffer);
  }

  /** Looks at `buffer` from now on. Allocates three views, unless it is the same buffer as before. */
  cover(buffer: ArrayBufferLike): void {
    if (this.bytes.buffer === buffer) return;
    /* eslint-disable no-restricted-syntax -- see above: once for every other buffer, not for every input */
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
    this.data = new DataView(buffer);
    /* eslint-enable no-restricted-syntax */
  }
}
