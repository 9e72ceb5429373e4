import { copyMasked } from '../../frame/copy-masked.ts';
import { RecordFlag } from '../protocol.ts';
import type { Keeper } from './keeper.ts';
import { Lane } from './lane.ts';
import type { OutboxHost } from './options.ts';
import { Field, FLAGS_AT, wordsOf } from './record.ts';
import { Cause, type Tally } from './tally.ts';

/**
 * The records in memory, in two lanes: which is sent next, which are to be sent again, which are let go. Whatever lets
 * records go passes here, so that they are counted and the store knows it. What is done for want of room is not its affair,
 * see `policies.ts`.
 *
 * A record is named by its first octet in `_bytes`, or, inside, by its first word.
 */
export class Ring {
  readonly _words: Int32Array;
  /** All memory, for whoever sends. */
  readonly _bytes: Uint8Array;
  readonly _normal: Lane;
  readonly _urgent: Lane | undefined;
  /** The lane of the record that `_next` gave, and that record if only a part of it is sent. */
  _lane: Lane;
  _current = -1;
  /** Milliseconds that a record may live; 0 for ever. */
  readonly _lives: number;
  readonly _host: OutboxHost;
  readonly _tally: Tally;
  _keeper: Keeper | undefined;

  /** Records lie in the first `octets` of `buffer`, `urgentOctets` of them are for the urgent ones. */
  constructor(
    buffer: ArrayBuffer,
    octets: number,
    urgentOctets: number,
    lives: number,
    host: OutboxHost,
    tally: Tally,
  ) {
    this._bytes = new Uint8Array(buffer);
    this._words = new Int32Array(buffer, 0, octets >> 2);
    this._normal = this._lane = new Lane(urgentOctets >> 2, octets >> 2);
    if (urgentOctets !== 0) this._urgent = new Lane(0, urgentOctets >> 2);
    this._lives = lives;
    this._host = host;
    this._tally = tally;
  }

  /** The lane of urgent records; that of all where there is none of their own. */
  _laneOf(urgent: boolean): Lane {
    return urgent && this._urgent !== undefined ? this._urgent : this._normal;
  }

  /** Words that records take in both lanes. */
  get _used(): number {
    const used = this._normal.used;
    return this._urgent === undefined ? used : used + this._urgent.used;
  }

  /** Writes a record into the words from `at` on, which its lane has taken; `type` is RECORD and its flags. */
  _put(at: number, number: number, type: number, bytes: Uint8Array, length: number): void {
    const words = this._words;
    words[at] = length;
    if (this._lives !== 0) words[at + Field.time] = this._host.now();
    words[at + Field.type] = type;
    words[at + Field.number] = number;
    copyMasked(this._bytes, (at + Field.payload) << 2, bytes, 0, length, 0, words);
  }

  /** Octets of the payload of a record. */
  _lengthOf(record: number): number {
    return this._words[record >> 2];
  }

  /** Whether its payload is text. */
  _isText(record: number): boolean {
    return (this._bytes[record + FLAGS_AT] & RecordFlag.text) !== 0;
  }

  // --- Sending -------------------------------------------------------------------------------------------

  /** The record that is to be sent next; −1 if there is none. */
  _next(): number {
    if (this._current >= 0) return this._current << 2;
    const urgent = this._urgent;
    const lane = (this._lane = urgent !== undefined && urgent.unsent > 0 ? urgent : this._normal);
    while (lane.unsent > 0) {
      const at = lane.next;
      // Only what is too old is left out.
      if (this._lives === 0) return at << 2;
      if (this._words[at] >= 0) {
        if (!this._isExpired(at)) return at << 2;
        if (lane.unsent === lane.count) {
          this._expire(lane);
          continue;
        }
        // Its memory is free when those are that were sent before it.
        this._tally._expired++;
        this._words[at] = ~this._words[at];
      }
      lane.skip(wordsOf(this._words[at]));
    }
    return lane === urgent ? this._next() : -1;
  }

  /**
   * The record that `_next` gave is about to be sent. Marks it if it may have been sent before, and returns whether that
   * is so.
   */
  _begin(record: number): boolean {
    const flags = record + FLAGS_AT;
    if (this._lane.wasSent(this._words[(record >> 2) + Field.number]))
      this._bytes[flags] |= RecordFlag.repeated;
    return (this._bytes[flags] & RecordFlag.repeated) !== 0;
  }

  /** A part of it is sent: it stays where it is until the rest is, too. */
  _started(record: number): void {
    if (this._current >= 0) return;
    this._current = record >> 2;
    this._countRepeated(record);
    this._bytes[record + FLAGS_AT] |= RecordFlag.repeated;
  }

  /** All of it is handed to the connection. */
  _sent(record: number): void {
    const at = record >> 2;
    const tally = this._tally;
    const length = this._words[at];
    if (this._current < 0) this._countRepeated(record);
    this._current = -1;
    this._lane.sent(wordsOf(length), this._words[at + Field.number]);
    tally._sent++;
    tally._octetsSent += length;
  }

  private _countRepeated(record: number): void {
    if ((this._bytes[record + FLAGS_AT] & RecordFlag.repeated) !== 0) this._tally._repeated++;
  }

  /** The connection is lost: what is still kept is to be sent again. */
  _rewind(): void {
    this._current = -1;
    this._normal.rewind();
    this._urgent?.rewind();
  }

  // --- Letting go ----------------------------------------------------------------------------------------

  /** A transport has taken all that was sent: lets it go. */
  _written(lane: Lane): void {
    const count = lane.count - lane.unsent;
    if (count > 0) this._letGo(lane, count, Cause.written);
  }

  /** Lets go what is too old, as far as it is the oldest that is kept. */
  _expire(lane: Lane): void {
    let at = lane.read;
    let count = 0;
    while (count < lane.count && at !== this._current && this._isExpired(at)) {
      at = lane.after(at, wordsOf(this._words[at]));
      count++;
    }
    if (count > 0) this._letGo(lane, count, Cause.expired);
  }

  _sweep(): void {
    if (this._lives === 0) return;
    this._expire(this._normal);
    if (this._urgent !== undefined) this._expire(this._urgent);
  }

  /** Lets go the `count` oldest records of a lane. */
  _letGo(lane: Lane, count: number, cause: Cause): void {
    const words = this._words;
    let at = lane.read;
    let last = 0;
    let dropped = 0;
    for (let i = 0; i < count; i++) {
      const length = words[at];
      if (length < 0) dropped++;
      last = words[at + Field.number];
      at = lane.after(at, wordsOf(length));
    }
    this._release(lane, count, at, cause, dropped);
    this._gone(last, lane);
  }

  /** The `count` oldest records of a lane are gone, `dropped` of them were counted before; what is left begins at `read`. */
  _release(lane: Lane, count: number, read: number, cause: Cause, dropped: number): void {
    const tally = this._tally;
    const used = this._used;
    // What is taken only grows until something is let go.
    if (used > tally._highWater) tally._highWater = used;
    lane.release(count, read);
    const counted = count - dropped;
    if (cause === Cause.acknowledged) tally._acknowledged += counted;
    else if (cause === Cause.written) tally._written += counted;
    else if (cause === Cause.droppedOldest) tally._droppedOldest += counted;
    else tally._expired += counted;
  }

  /** All records of a lane up to `last` are gone. */
  _gone(last: number, lane: Lane): void {
    const keeper = this._keeper;
    if (keeper !== undefined) keeper._trim(last, lane === this._urgent);
  }

  /** A clock that goes back makes nothing old. */
  private _isExpired(at: number): boolean {
    return ((this._host.now() - this._words[at + Field.time]) | 0) >= this._lives;
  }
}
