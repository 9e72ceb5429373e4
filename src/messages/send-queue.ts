import { ErrorId } from '../errors.ts';
import { Span } from '../connection/events.ts';

/** What takes frames: an `Endpoint`, a `Connection`, or whatever else sends as they do. */
export interface FrameSender {
  /** Longest payload that `send` takes now; see {@link Connection}. */
  readonly writable: number;
  /** Sends `bytes[start, end)` as one frame, `span` 1 binary, 2 more follows; returns 0 or an error id. */
  send(bytes: Uint8Array, start: number, end: number, span: number): number;
}

/** A message, or what is left of one. */
interface Waiting {
  /** Undefined: the octets are not known yet, see {@link SendQueue.reserve}. */
  bytes: Uint8Array | undefined;
  at: number;
  /** Octets that it counts for. */
  left: number;
  readonly span: number;
}

/** Room that was given away when less than this many octets fit, or an eighth of the ring, would make many small frames. */
const SMALL = 1024;

/**
 * Sends whole messages of any length through a sender that takes what fits: what does not fit now waits here and goes on
 * in fragments (RFC 6455 §5.4), in order. It is bounded by its caller, who asks for {@link length} before pushing.
 */
export class SendQueue<Sender extends FrameSender = FrameSender> {
  protected readonly _sender: Sender;
  readonly #waiting: Waiting[] = [];
  /** Position of the first that waits: removing the first of an array costs as much as it is long. */
  #first = 0;
  #octets = 0;
  /** Most octets that were seen to fit: what the ring takes when it is empty. */
  #most = 0;

  constructor(sender: Sender) {
    this._sender = sender;
  }

  /** Octets of payload that wait here. */
  get length(): number {
    return this.#octets;
  }

  /** Whether nothing waits, not even an empty message. */
  get isEmpty(): boolean {
    return this.#first === this.#waiting.length;
  }

  /**
   * Sends `bytes[start, end)` as one message: `span` 1 binary, 0 text. What is not taken now is copied. Returns 0, or the
   * error id of the connection that takes nothing any more.
   */
  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    let at = start;
    // A sender that hands on at once what it took has room again, and may not say so: that is asked, not waited for.
    for (let isTaken = this.isEmpty; isTaken;) {
      const count = this._fitting(end - at);
      if (count < 0) break;
      const more = count < end - at ? Span.more : 0;
      const fault = this._sender.send(bytes, at, at + count, span | more);
      if (fault !== 0 && fault !== ErrorId.writeTooLong) return fault;
      if (fault === 0 && more === 0) return 0;
      if ((isTaken = fault === 0)) at += count;
    }
    this.push(copyOf(bytes, at, end), span);
    return 0;
  }

  /** Has `bytes`, which are not copied, sent behind all that waits; `span` as of {@link send}. */
  push(bytes: Uint8Array, span: number): void {
    this.#waiting.push({ bytes, at: 0, left: bytes.length, span });
    this.#octets += bytes.length;
  }

  /**
   * Keeps the place of a message of `length` octets that are not known yet; the function that is returned is called with
   * them, or with undefined if there are none after all. Nothing that is pushed later overtakes it.
   */
  reserve(length: number, span: number): (bytes: Uint8Array | undefined) => void {
    const place: Waiting = { bytes: undefined, at: 0, left: length, span };
    this.#waiting.push(place);
    this.#octets += length;
    return (bytes) => {
      const index = this.#waiting.indexOf(place, this.#first);
      if (index < 0) return;
      this.#octets += (bytes?.length ?? 0) - place.left;
      place.left = bytes?.length ?? 0;
      place.bytes = bytes;
      if (bytes === undefined) this.#waiting.splice(index, 1);
    };
  }

  /** Sends what fits now; to be called whenever the sender can take more. Returns 0 or the error id that ends it. */
  pump(): number {
    for (;;) {
      const first = this.#waiting[this.#first];
      if (first?.bytes === undefined) return 0;
      const count = this._fitting(first.left);
      if (count < 0) return 0;
      const more = count < first.left ? Span.more : 0;
      const fault = this._sender.send(first.bytes, first.at, first.at + count, first.span | more);
      if (fault === ErrorId.writeTooLong) return 0;
      if (fault !== 0) return fault;
      first.at += count;
      first.left -= count;
      this.#octets -= count;
      if (more === 0) this._shift();
    }
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#waiting.length = this.#first = this.#octets = 0;
  }

  /** How many octets of a message of `length` go into the next frame; −1 if it is better to wait. */
  private _fitting(length: number): number {
    const room = this._sender.writable;
    if (room > this.#most) this.#most = room;
    if (length <= room) return length;
    const least = this.#most >> 3 < SMALL ? this.#most >> 3 : SMALL;
    return room === 0 || room < least ? -1 : room;
  }

  private _shift(): void {
    this.#first++;
    if (this.#first === this.#waiting.length) this.#waiting.length = this.#first = 0;
    else if (this.#first >= 64 && this.#first * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    } else this.#waiting[this.#first - 1] = GONE;
  }
}

/** `bytes[start, end)` as octets of their own, whatever `slice` of a subclass does: that of Node's Buffer copies nothing. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start).slice();
}

/** In the place of what was sent, whose octets are not kept. */
const GONE: Waiting = Object.freeze({ bytes: undefined, at: 0, left: 0, span: 0 });
