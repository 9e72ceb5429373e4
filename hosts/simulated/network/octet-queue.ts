/** A first-in first-out queue of octets that never holds more than `capacity`; its memory grows as it is needed. */
export class OctetQueue {
  readonly capacity: number;
  #memory = new Uint8Array(0);
  #start = 0;
  #length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  /** How many octets can be pushed. */
  get free(): number {
    return this.capacity - this.#length;
  }

  /** Appends `bytes[start, end)`; throws RangeError if that does not fit. */
  push(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const count = end - start;
    if (count > this.free) throw new RangeError('the queue is full');
    if (this.#start + this.#length + count > this.#memory.length) this.#makeRoom(count);
    const at = this.#start + this.#length;
    if (count === 1) this.#memory[at] = bytes[start];
    else this.#memory.set(bytes.subarray(start, end), at);
    this.#length += count;
  }

  /** Removes the oldest octets into the whole of `target`; there must be as many. */
  shift(target: Uint8Array): void {
    target.set(this.#memory.subarray(this.#start, this.#start + target.length));
    this.#start += target.length;
    this.#length -= target.length;
    if (this.#length === 0) this.#start = 0;
  }

  clear(): void {
    this.#start = this.#length = 0;
  }

  /** Moves what there is to the front, of larger memory if it needs that. */
  #makeRoom(count: number): void {
    const needed = this.#length + count;
    const old = this.#memory;
    if (needed > old.length >> 1) {
      const size = Math.min(this.capacity * 2, Math.max(64, needed * 2));
      this.#memory = new Uint8Array(Math.max(size, needed));
      this.#memory.set(old.subarray(this.#start, this.#start + this.#length));
    } else old.copyWithin(0, this.#start, this.#start + this.#length);
    this.#start = 0;
  }
}
