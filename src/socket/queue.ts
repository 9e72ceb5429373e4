/** Where octets of a socket's queues can be read and written as views of exact lengths, see `SocketMemory`. */
export interface Views {
  /** Most octets that one view has. */
  readonly longest: number;
  /** A view of the octets `[start, end)`, at most {@link longest}, to be read; it is valid until {@link release}. */
  viewOf(start: number, end: number): Uint8Array;
  /** The same to be written to; {@link settle} puts that to where it belongs. */
  viewFor(start: number, end: number): Uint8Array;
  /** The view has been used. */
  release(): void;
  /** Puts `count` octets that have been written to a view to where it was asked for. */
  settle(start: number, count: number): void;
}

/** A first-in first-out queue of octets in one piece of `bytes`: what is in it is moved when there is no room behind it. */
export class Queue {
  private readonly _bytes: Uint8Array;
  private readonly _from: number;
  private readonly _to: number;
  start: number;
  end: number;

  constructor(bytes: Uint8Array, from: number, capacity: number) {
    this._bytes = bytes;
    this._from = this.start = this.end = from;
    this._to = from + capacity;
  }

  get length(): number {
    return this.end - this.start;
  }

  get free(): number {
    return this._to - this._from - (this.end - this.start);
  }

  /** Makes room for `count` octets from `end` on; there must be as many free. */
  reserve(count: number): void {
    if (this.end + count <= this._to) return;
    this._bytes.copyWithin(this._from, this.start, this.end);
    this.end -= this.start - this._from;
    this.start = this._from;
  }

  /** Removes the `count` oldest octets. */
  drop(count: number): void {
    this.start += count;
    if (this.start === this.end) this.start = this.end = this._from;
  }
}
