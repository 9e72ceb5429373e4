/**
 * The memory of a socket: octets that came and are not read, octets that wait to be sent, and a place for views of exact
 * lengths, in one buffer. Where that can be cut at no cost, as on XS, the view of the place has the length that is asked for
 * and nothing is allocated; elsewhere each view is a new one, of where the octets lie.
 */

/** Octets of the place: as many are moved at once where views follow the length of the buffer. */
const PLACE = 256;

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

/** See above. */
export class SocketMemory {
  readonly bytes: Uint8Array;
  readonly input: Queue;
  readonly output: Queue;
  private readonly _buffer: ArrayBuffer;
  private readonly _place: number;
  /** The view of the place; undefined where each view is a new one. */
  private readonly _view: Uint8Array | undefined;

  constructor(receiveWindow: number, sendWindow: number, resizable: boolean) {
    const place = receiveWindow + sendWindow;
    const all = resizable ? place + PLACE : place;
    const buffer = resizable ? new ArrayBuffer(all, { maxByteLength: all }) : new ArrayBuffer(all);
    this._buffer = buffer;
    this._place = place;
    this.bytes = new Uint8Array(buffer);
    this._view = resizable ? new Uint8Array(buffer, place) : undefined;
    this.input = new Queue(this.bytes, 0, receiveWindow);
    this.output = new Queue(this.bytes, receiveWindow, sendWindow);
  }

  /** Most octets that one view has. */
  get longest(): number {
    return this._view === undefined ? this._place : PLACE;
  }

  /** A view of the octets `[start, end)`, at most {@link longest}, to be read; it is valid until {@link release}. */
  viewOf(start: number, end: number): Uint8Array {
    if (this._view !== undefined) this.bytes.copyWithin(this._place, start, end);
    return this.viewFor(start, end);
  }

  /** The same to be written to; {@link settle} puts that to where it belongs. */
  viewFor(start: number, end: number): Uint8Array {
    const view = this._view;

    // eslint-disable-next-line no-restricted-syntax -- where a view costs little
    if (view === undefined) return this.bytes.subarray(start, end);
    this._buffer.resize(this._place + end - start);
    return view;
  }

  /** The view has been used. */
  release(): void {
    if (this._view !== undefined) this._buffer.resize(this._place + PLACE);
  }

  /** Puts `count` octets that have been written to a view to where it was asked for. */
  settle(start: number, count: number): void {
    if (this._view !== undefined) this.bytes.copyWithin(start, this._place, this._place + count);
  }
}
