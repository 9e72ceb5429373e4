/** A first-in first-out queue of octets in memory of a fixed size. */
export class OctetQueue {
  readonly memory: Uint8Array;
  /** Index of the oldest octet. */
  head = 0;
  length = 0;

  /** `capacity` octets, at least 1. */
  constructor(capacity: number) {
    this.memory = new Uint8Array(capacity);
  }

  /** How many octets can be pushed. */
  get free(): number {
    return this.memory.length - this.length;
  }

  /** The end of the oldest octets that lie in one piece: `memory[head, contiguousEnd)`. */
  get contiguousEnd(): number {
    return Math.min(this.head + this.length, this.memory.length);
  }

  /** Appends `bytes[start, end)`, which must fit. */
  push(bytes: Uint8Array, start: number, end: number): void {
    const { memory } = this;
    let tail = this.head + this.length;
    if (tail >= memory.length) tail -= memory.length;
    const first = Math.min(end - start, memory.length - tail);
    memory.set(bytes.subarray(start, start + first), tail);
    if (start + first < end) memory.set(bytes.subarray(start + first, end));
    this.length += end - start;
  }

  /** Removes the oldest octets into the whole of `target`; there must be as many. */
  shift(target: Uint8Array): void {
    const { memory, head } = this;
    const count = target.length;
    const first = Math.min(count, memory.length - head);
    target.set(memory.subarray(head, head + first));
    if (first < count) target.set(memory.subarray(0, count - first), first);
    this.drop(count);
  }

  /** Removes the oldest octet of a queue that is not empty, and returns it. */
  shiftOctet(): number {
    const octet = this.memory[this.head];
    this.drop(1);
    return octet;
  }

  /** Removes the `count` oldest octets. */
  drop(count: number): void {
    this.head = (this.head + count) % this.memory.length;
    this.length -= count;
    // An empty queue starts anew, so that what comes next lies in one piece.
    if (this.length === 0) this.head = 0;
  }
}
