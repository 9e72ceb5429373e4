const NOT_WAITING = -1;

/** Milliseconds from `from` to `to` on a clock that may wrap at 2^32. */
export function since(from: number, to: number): number {
  const span = to - from;
  return span < 0 ? span + 0x100000000 : span;
}

/**
 * When messages were sent that are still to be answered, for the latest of them: a ring that the sequence number
 * leads into.
 */
export class InFlight {
  readonly #sentAt: Float64Array;
  readonly #mask: number;
  /** The sequence number of the next message. */
  next = 0;
  /** Messages that a reply is awaited for. */
  count = 0;

  /** Keeps `size` messages, a power of two. */
  constructor(size: number) {
    this.#sentAt = new Float64Array(size).fill(NOT_WAITING);
    this.#mask = size - 1;
  }

  /** Notes that message `next` is sent at `now` (not negative). Returns whether an older one is given up for it. */
  sent(now: number): boolean {
    const at = this.next & this.#mask;
    const displaces = this.#sentAt[at] !== NOT_WAITING;
    this.#sentAt[at] = now;
    this.next = (this.next + 1) >>> 0;
    if (!displaces) this.count++;
    return displaces;
  }

  /** Milliseconds from the sending of `sequence` until `now`; −1 if no reply to it is awaited. */
  answered(sequence: number, now: number): number {
    const age = (this.next - sequence) >>> 0;
    const at = sequence & this.#mask;
    if (age === 0 || age > this.#mask + 1 || this.#sentAt[at] === NOT_WAITING) return -1;
    const sentAt = this.#sentAt[at];
    this.#sentAt[at] = NOT_WAITING;
    this.count--;
    return since(sentAt, now);
  }

  /** Gives up all that is awaited; returns how many. */
  abandon(): number {
    const count = this.count;
    this.#sentAt.fill(NOT_WAITING);
    this.count = 0;
    return count;
  }
}
