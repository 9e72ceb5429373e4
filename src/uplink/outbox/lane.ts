/**
 * A ring of records, each in one piece, in words that belong to somebody else: first in, first out. Positions are
 * indexes of words. What stands in a record is the owner's; a lane only knows how many words each takes.
 *
 * Of the `count` records from `read` to `write`, the last `unsent` from `next` on are still to be sent.
 */
export class Lane {
  /** The lane lies in words [start, limit). */
  readonly start: number;
  readonly limit: number;
  /** Where the oldest record begins, the next to be sent, and where the next one posted may begin. */
  read: number;
  next: number;
  write: number;
  /** Where the records end that lie above `write`, once the lane has wrapped. */
  #top: number;
  #wraps = false;
  count = 0;
  unsent = 0;
  /** Number of the record that was sent last, of all connections; −1 while none was. */
  lastSent = -1;

  constructor(start: number, limit: number) {
    this.start = this.read = this.next = this.write = start;
    this.limit = this.#top = limit;
  }

  /** Takes `size` words for a new record. Returns where it begins; −1 if there is no room. */
  take(size: number): number {
    let at = this.write;
    if (this.count === 0) {
      // An empty lane begins again in front, so that what comes and goes at once never wraps.
      at = this.start;
      if (at + size > this.limit) return -1;
      this.read = this.next = at;
      this.#wraps = false;
    } else if (this.#wraps) {
      if (at + size > this.read) return -1;
    } else if (at + size > this.limit) {
      if (this.start + size > this.read) return -1;
      this.#top = at;
      this.#wraps = true;
      if (this.next === at) this.next = this.start;
      at = this.start;
    }
    this.write = at + size;
    this.count++;
    this.unsent++;
    return at;
  }

  /** The record at `next`, of `size` words, is sent. */
  sent(size: number): void {
    this.unsent--;
    const next = this.next + size;
    this.next = this.#wraps && next === this.#top ? this.start : next;
  }

  /** The oldest record, of `size` words, is gone, sent or not. */
  release(size: number): void {
    const read = this.read + size;
    // Everything was still to be sent: the next one is the oldest one left.
    const isUnsent = this.unsent === this.count;
    this.count--;
    if (this.#wraps && read === this.#top) {
      this.read = this.start;
      this.#wraps = false;
    } else this.read = read;
    if (!isUnsent) return;
    this.unsent--;
    this.next = this.read;
  }

  /** Everything is to be sent again. */
  rewind(): void {
    this.next = this.read;
    this.unsent = this.count;
  }
}
