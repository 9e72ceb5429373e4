/**
 * Views of exact lengths without making one per call. The sockets of devices read and write whole buffers only
 * (a view longer than what is available is an error), and a `subarray` allocates; so views of 1, 4, 16, 64 …
 * octets are made once, and any number of octets moves in a few pieces: at most three of each length.
 *
 * Powers of four, because a view costs 64 octets of a device's memory. All views end where the area ends, so
 * that pieces that are read one after the other come to lie side by side by moving what came before to the left.
 */
export class Views {
  readonly #views: Uint8Array[] = [];
  /** Octets of the longest view. */
  readonly largest: number;
  /** Where every view ends in the buffer. */
  readonly end: number;

  /** Lays views over `size` octets (a power of four) of `buffer` from `start`. */
  constructor(buffer: ArrayBufferLike, start: number, size: number) {
    const end = start + size;
    for (let length = 1; length <= size; length *= 4)
      this.#views.push(new Uint8Array(buffer, end - length, length));
    this.largest = size;
    this.end = end;
  }

  /** The longest view of at most `count` octets, which are at least 1. */
  upTo(count: number): Uint8Array {
    if (count >= this.largest) return this.#views[this.#views.length - 1];
    return this.#views[(31 - Math.clz32(count)) >> 1];
  }

  /** The view to begin with to move `count` octets, at most `largest`, smallest piece first. */
  leastOf(count: number): Uint8Array {
    let digit = 0;
    while (((count >> (digit << 1)) & 3) === 0) digit++;
    return this.#views[digit];
  }
}
