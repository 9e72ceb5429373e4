import { RECORD, RecordFlag } from '../protocol.ts';
import type { Keeper } from './keeper.ts';
import { Lane } from './lane.ts';
import type { OutboxHost } from './options.ts';
import { Field, FLAGS_AT, wordsOf } from './record.ts';
import { Cause, type Tally } from './tally.ts';

/**
 * The records in memory, in two lanes: which is sent next, which are to be sent again, which are let go. Whatever lets
 * records go passes here, so that they are counted and the store is told. What is done for want of room is not its affair,
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
  /** The lane of the record that `_next` told of, and that record if only a part of it is sent. */
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

  /** Writes a record into the `size` words at `at` that its lane has taken. */
  _put(at: number, size: number, number: number, flags: number, bytes: Uint8Array, length: number): void {
    const words = this._words;
    words[at] = length;
    if (this._lives !== 0) words[at + Field.time] = this._host.now();
    words[at + Field.type] = RECORD | flags;
    words[at + Field.number] = number;
    this._bytes.set(bytes, (at + Field.payload) << 2);
    this._tally._keep(size);
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
      if (this._lives === 0) {
        if (this._words[at] >= 0) return at << 2;
      } else if (this._words[at] >= 0) {
        if (!this._isExpired(at)) return at << 2;
        if (lane.unsent === lane.count) {
          this._expire(lane);
          continue;
        }
        // Its memory is free when those are that were sent before it.
        this._tally._expired++;
        this._words[at] = ~this._words[at];
      }
      lane.sent(wordsOf(this._words[at]));
    }
    return lane === urgent ? this._next() : -1;
  }

  /** A part of the record that `_next` told of is sent: it stays where it is until the rest is, too. */
  _started(record: number): void {
    if (this._current >= 0) return;
    this._current = record >> 2;
    if ((this._bytes[record + FLAGS_AT] & RecordFlag.repeated) !== 0) this._tally._repeated++;
    this._bytes[record + FLAGS_AT] |= RecordFlag.repeated;
  }

  /** All of it is handed to the connection. */
  _sent(record: number): void {
    const at = record >> 2;
    const words = this._words;
    const lane = this._lane;
    const tally = this._tally;
    const length = words[at];
    const type = words[at + Field.type];
    if ((type & (RecordFlag.repeated << 8)) === 0) words[at + Field.type] = type | (RecordFlag.repeated << 8);
    else if (this._current < 0) tally._repeated++;
    this._current = -1;
    const number = words[at + Field.number];
    if (lane.lastSent < 0 || ((number - lane.lastSent) | 0) > 0) lane.lastSent = number >>> 0;
    lane.sent(Field.payload + ((length + 3) >> 2));
    tally._sent++;
    tally._octetsSent += length;
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
    if (lane.count === lane.unsent) return;
    let last = 0;
    while (lane.count > lane.unsent) last = this._release(lane, Cause.written);
    this._gone(last, lane);
  }

  /** Lets go what is too old, as far as it is the oldest that is kept. */
  _expire(lane: Lane): void {
    let last = -1;
    while (lane.count > 0 && lane.read !== this._current && this._isExpired(lane.read))
      last = this._release(lane, Cause.expired);
    if (last !== -1) this._gone(last, lane);
  }

  _sweep(): void {
    if (this._lives === 0) return;
    this._expire(this._normal);
    if (this._urgent !== undefined) this._expire(this._urgent);
  }

  /** Lets go the oldest record of a lane; returns its number. `_gone` has to follow with the last of them. */
  _release(lane: Lane, cause: Cause): number {
    const at = lane.read;
    const words = this._words;
    const size = wordsOf(words[at]);
    const tally = this._tally;
    // What was dropped before is counted.
    if (words[at] >= 0) tally._letGo(cause);
    lane.release(size);
    tally._kept -= size;
    return words[at + Field.number];
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
