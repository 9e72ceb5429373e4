import type { OutboxCounters } from './options.ts';

/** Why a record was dropped. */
export const enum Cause {
  acknowledged,
  written,
  droppedOldest,
  expired,
}

/** What an outbox has done so far, in plain numbers: to count allocates nothing. Octets are those of payloads. */
export class Tally {
  _octetsPosted = 0;
  _sent = 0;
  _octetsSent = 0;
  _repeated = 0;
  _acknowledged = 0;
  _written = 0;
  _droppedOldest = 0;
  _droppedNewest = 0;
  _refused = 0;
  _expired = 0;
  /** Words that are taken, and that ever were at once. */
  _kept = 0;
  _highWater = 0;

  /** A record takes `words` of memory. */
  _keep(words: number): void {
    if ((this._kept += words) > this._highWater) this._highWater = this._kept;
  }

  /** A record was dropped or delivered. */
  _letGo(cause: Cause): void {
    if (cause === Cause.acknowledged) this._acknowledged++;
    else if (cause === Cause.written) this._written++;
    else if (cause === Cause.droppedOldest) this._droppedOldest++;
    else this._expired++;
  }

  /** All of it as a new object; `numbers` were given to records, `kept` records are kept. */
  _snapshot(numbers: number, kept: number, unread: number, unstored: number): OutboxCounters {
    return {
      posted: numbers - this._droppedNewest,
      octetsPosted: this._octetsPosted,
      sent: this._sent,
      octetsSent: this._octetsSent,
      repeated: this._repeated,
      acknowledged: this._acknowledged,
      written: this._written,
      droppedOldest: this._droppedOldest,
      droppedNewest: this._droppedNewest,
      refused: this._refused,
      expired: this._expired,
      unread,
      unstored,
      kept,
      octetsKept: this._kept * 4,
      highWater: this._highWater * 4,
    };
  }
}
