const NONE = new Uint8Array(0);

/** Octets of the first memory that an unfinished message gets. */
const FIRST = 1024;

/**
 * Puts the spans of one message together, in memory that doubles: linear in its length however many spans it comes in,
 * and never more than twice its octets. How long a message may get is for the connection's `maxMessageSize` to say.
 */
export class Assembly {
  #octets = NONE;
  #length = 0;
  readonly #most: number;

  /** `most`: octets of the longest message that comes, so that the memory for it is not made longer. */
  constructor(most = Number.MAX_SAFE_INTEGER) {
    this.#most = most;
  }

  /** Octets that are here. */
  get length(): number {
    return this.#length;
  }

  /** Memory whose first {@link length} octets are here; until the next `append` or `clear`. */
  get octets(): Uint8Array {
    return this.#octets;
  }

  /** Appends `bytes[start, end)`, which is copied. */
  append(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#length;
    const needed = length + end - start;
    if (needed > this.#octets.length) this._grow(needed);
    const octets = this.#octets;
    octets.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), length);
    this.#length = needed;
  }

  /** The octets as a buffer of their own, which belongs to the caller; nothing is left here. */
  take(): ArrayBuffer {
    const octets = this.#octets;
    const length = this.#length;
    this.clear();
    const buffer = octets.buffer as ArrayBuffer;
    return length === buffer.byteLength ? buffer : buffer.slice(0, length);
  }

  /** Forgets the message and its memory. */
  clear(): void {
    this.#octets = NONE;
    this.#length = 0;
  }

  private _grow(needed: number): void {
    let capacity = this.#octets.length * 2;
    if (capacity < FIRST) capacity = FIRST;
    if (capacity > this.#most) capacity = this.#most;
    if (capacity < needed) capacity = needed;
    const octets = new Uint8Array(capacity);
    if (this.#length !== 0) octets.set(this.#octets.subarray(0, this.#length));
    this.#octets = octets;
  }
}
