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
  /** Records that were put into memory to wait, and their octets; all others were sent as they were posted. */
  _queued = 0;
  _octetsQueued = 0;
  _octetsStraight = 0;
  /** Records that were sent as they were posted, and were not kept. */
  _passed = 0;
  /** Records that were sent after they had waited, or again. */
  _sent = 0;
  _octetsSent = 0;
  _repeated = 0;
  _acknowledged = 0;
  _written = 0;
  _droppedOldest = 0;
  _droppedNewest = 0;
  _refused = 0;
  _expired = 0;
  /** Most words that were taken at once when something was let go; what is taken now may be more. */
  _highWater = 0;

  /** All of it as a new object; `numbers` were given to records, `kept` records take `used` words. */
  _snapshot(numbers: number, kept: number, used: number, unread: number, unstored: number): OutboxCounters {
    const posted = numbers - this._droppedNewest;
    const octets = this._octetsStraight;
    // eslint-disable-next-line no-restricted-syntax -- for whoever asks
    return {
      posted,
      octetsPosted: this._octetsQueued + octets,
      sent: this._sent + posted - this._queued,
      octetsSent: this._octetsSent + octets,
      repeated: this._repeated,
      acknowledged: this._acknowledged,
      written: this._written + this._passed,
      droppedOldest: this._droppedOldest,
      droppedNewest: this._droppedNewest,
      refused: this._refused,
      expired: this._expired,
      unread,
      unstored,
      kept,
      octetsKept: used * 4,
      highWater: (this._highWater > used ? this._highWater : used) * 4,
    };
  }
}
