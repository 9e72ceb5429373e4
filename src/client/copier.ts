/**
 * Copies parts of one buffer into buffers of the application's, a word at a time: on a device, octets taken
 * singly cost several times as much, and a `subarray` allocates. The view of the application's buffer is kept
 * until another buffer comes, so that whoever reads into the same one all the time allocates nothing.
 */
export class Copier {
  readonly #from: DataView;
  #to: DataView;

  /** Copies from the memory of `bytes`, which begins with its first octet. */
  constructor(bytes: Uint8Array) {
    this.#from = new DataView(bytes.buffer);
    this.#to = this.#from;
  }

  /** Copies `count` octets from `start` on to the beginning of `octets`. */
  copy(start: number, count: number, octets: Uint8Array): void {
    const from = this.#from;
    const buffer = octets.buffer;
    if (this.#to.buffer !== buffer) this.#to = new DataView(buffer);
    const to = this.#to;
    let read = start;
    let write = octets.byteOffset;
    const end = write + count;
    for (; end - write >= 8; read += 8, write += 8) {
      to.setInt32(write, from.getInt32(read));
      to.setInt32(write + 4, from.getInt32(read + 4));
    }
    for (; write < end; read++, write++) to.setUint8(write, from.getUint8(read));
  }
}
