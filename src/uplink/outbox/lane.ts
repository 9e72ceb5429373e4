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
  /** Where the oldest record begins, the next to be sent while there is one, and where the next one posted may begin. */
  read: number;
  next: number;
  write: number;
  /** Where the room for the next one ends: at `limit`, or at `read` once the lane has wrapped. */
  bound: number;
  /** Where the records end that lie above `write`, once the lane has wrapped; −1 while it has not. */
  top = -1;
  count = 0;
  unsent = 0;
  /** Number of the record that was sent last, of all connections; −1 while none was. */
  lastSent = -1;

  constructor(start: number, limit: number) {
    this.start = this.read = this.next = this.write = start;
    this.limit = this.bound = limit;
  }

  /** Words that records take. */
  get used(): number {
    const used = this.write - this.read;
    return this.top < 0 ? used : used + this.top - this.start;
  }

  /** Takes `size` words for a new record. Returns where it begins; −1 if there is no room. */
  claim(size: number): number {
    let at = this.write;
    if (at + size > this.bound) {
      if (this.top >= 0 || this.start + size > this.read) return -1;
      this.top = at;
      this.bound = this.read;
      at = this.start;
    }
    this.write = at + size;
    this.count++;
    if (this.unsent++ === 0) this.next = at;
    return at;
  }

  /** Where the record lies that follows the one of `size` words at `at`. */
  after(at: number, size: number): number {
    const next = at + size;
    return next === this.top ? this.start : next;
  }

  /** The record at `next`, of `size` words, is not to be sent. */
  skip(size: number): void {
    this.unsent--;
    this.next = this.after(this.next, size);
  }

  /** The record at `next`, of `size` words and with this `number`, is sent. */
  sent(size: number, number: number): void {
    this.skip(size);
    if (!this.wasSent(number)) this.lastSent = number >>> 0;
  }

  /** Whether a record with this `number` may have been sent, on this connection or one before it. */
  wasSent(number: number): boolean {
    return this.lastSent >= 0 && ((number - this.lastSent) | 0) <= 0;
  }

  /** The `number` oldest records are gone, sent or not; the oldest that is left lies at `read`. */
  release(number: number, read: number): void {
    const left = this.count - number;
    this.count = left;
    if (left === 0) {
      // An empty lane begins again in front, so that what comes and goes at once never wraps.
      this.read = this.write = this.start;
      this.top = -1;
      this.bound = this.limit;
      this.unsent = 0;
      return;
    }
    if (read < this.read) {
      this.top = -1;
      this.bound = this.limit;
    } else if (this.top >= 0) this.bound = read;
    this.read = read;
    if (this.unsent <= left) return;
    // Nothing that is left was sent.
    this.unsent = left;
    this.next = read;
  }

  /** Everything is to be sent again. */
  rewind(): void {
    this.next = this.read;
    this.unsent = this.count;
  }
}
