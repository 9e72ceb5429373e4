import { ErrorId, RingletError } from '../errors.ts';
import { check } from './check.ts';
import { Lane } from './lane.ts';
import type { OutboxCounters, OutboxHost, OutboxOptions, PostOptions } from './outbox-options.ts';
import { RECORD, RecordFlag } from './protocol.ts';
import type { Store } from './store.ts';

/** What stands in front of a payload, in words. From `type` on it is what the gateway's protocol sends. */
const enum Field {
  /** Octets of the payload; less than none if the record was dropped and only its memory is still taken. */
  length = 0,
  /** When it was posted. */
  time = 1,
  /** Octet 0: RECORD; octet 1: RecordFlags; two zeros. */
  type = 2,
  number = 3,
  payload = 4,
}

/** Octets from the beginning of a record to what is sent with the gateway's protocol, and to the payload. */
export const NUMBERED_AT = 8;
export const PAYLOAD_AT = 16;

/** Longest time that a record may live: the clock may wrap at 2^32 and go back. */
const LONGEST_TIME = 0x3fffffff;
const SMALLEST = 256;
const STAGING = 256;

const enum Cause {
  acknowledged,
  written,
  droppedOldest,
  expired,
}

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const DROP_OLDEST = 'dropOldest';
const DROP_NEWEST = 'dropNewest';
const REFUSE = 'refuse';
const WRITTEN = 'written';
const ACKNOWLEDGED = 'acknowledged';
const NUMBER = 'number';
// A global is looked for in hundreds of others.
const Octets = Uint8Array;

/** Octets of a record. Throws a RingletError for what is no Uint8Array, or one whose memory is gone. */
function lengthOf(bytes: Uint8Array): number {
  try {
    if (bytes instanceof Octets) {
      const length = bytes.length;
      // One without memory has no octets either, and cannot be copied.
      if (length === 0) bytes.set(bytes);
      return length;
    }
  } catch {
    // As below.
  }
  throw new RingletError(ErrorId.argumentInvalid, 'a record has to be a Uint8Array');
}

/**
 * A bounded ring of records that wait to be sent, in memory that is fixed when it is made: to post, to send, to
 * acknowledge and to drop allocate nothing. What it promises stands in docs/uplink.md, policy by policy.
 *
 * Records are numbered from 0, or from where a store left off, modulo 2^32. Urgent ones have a ring of their own, so
 * that they go first and are never dropped for others; within a ring the order stays what it was.
 */
export class Outbox {
  readonly #words: Int32Array;
  /** All memory, for whoever sends: records, and behind them the place where one of any length can be viewed. */
  readonly _bytes: Uint8Array;
  readonly #normal: Lane;
  readonly #urgent: Lane | undefined;
  /** The lane of the record that `_next` told of, and that record if only a part of it is sent. */
  #lane: Lane;
  #current = -1;
  /** Numbers given so far, those that were given before this outbox was made included. */
  #numbers = 0;
  #kept = 0;
  #highWater = 0;
  #octetsPosted = 0;
  #octetsSent = 0;
  #sent = 0;
  readonly #lives: number;
  readonly #store: Store | undefined;
  readonly #host: OutboxHost;
  readonly #mark: OutboxOptions['mark'];
  readonly #whenFull: string;
  readonly #isAcknowledged: boolean;
  /** Resizable memory, where views of exact lengths are made by making it shorter, and where that place begins. */
  readonly _buffer: ArrayBuffer | undefined;
  readonly _staging: number;
  /** Eight octets that make the numbers mean something to others. */
  readonly session: Uint8Array;
  /** Why the store has failed; undefined while it works. */
  storeError: unknown;
  /** That has changed, and nobody was told. */
  _hasStoreNews = false;
  #first = 0;
  #repeated = 0;
  #acknowledged = 0;
  #written = 0;
  #droppedOldest = 0;
  #droppedNewest = 0;
  #refused = 0;
  #expired = 0;
  #unread = 0;
  #unstored = 0;
  /** The store has urgent records of an outbox that had a ring for them. */
  #trimsUrgent = false;

  /** Throws a RingletError for options that are wrong, and whatever reading the store throws. */
  constructor(options: OutboxOptions, host: OutboxHost) {
    const { memory, urgentMemory = 0, whenFull = DROP_OLDEST, keep = WRITTEN } = options;
    const { timeToLive = 0, staging = STAGING, store, mark } = options;
    const octets = typeof memory === NUMBER ? (memory as number) : (memory as ArrayBuffer).byteLength;
    check(octets >= SMALLEST && octets <= 0x40000000 && octets % 8 === 0, 'memory');
    check(urgentMemory >= 0 && urgentMemory <= octets - 64 && urgentMemory % 8 === 0, 'urgentMemory');
    check(urgentMemory === 0 || urgentMemory >= 64, 'urgentMemory');
    check(whenFull === DROP_OLDEST || whenFull === DROP_NEWEST || whenFull === REFUSE, 'whenFull');
    check(keep === WRITTEN || keep === ACKNOWLEDGED, 'keep');
    check(timeToLive >= 0 && timeToLive <= LONGEST_TIME, 'timeToLive');
    check(staging >= 16 && staging <= 0x10000 && staging % 8 === 0, 'staging');
    let buffer = memory as ArrayBuffer;
    this._staging = -1;
    if (typeof memory === NUMBER) {
      const all = octets + staging + NUMBERED_AT;
      buffer = host.resizable ? new ArrayBuffer(all, { maxByteLength: all }) : new ArrayBuffer(octets);
      if (host.resizable) {
        this._buffer = buffer;
        this._staging = octets;
      }
    }
    this._bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer, 0, octets >> 2);
    const limit = octets >> 2;
    this.#normal = this.#lane = new Lane(urgentMemory >> 2, limit);
    if (urgentMemory !== 0) this.#urgent = new Lane(0, urgentMemory >> 2);
    this.#host = host;
    this.#lives = timeToLive;
    this.#whenFull = whenFull;
    this.#isAcknowledged = keep === ACKNOWLEDGED;
    this.#mark = mark;
    if (store === undefined) {
      const session = new Int32Array(2);
      session[0] = host.random();
      session[1] = host.random();
      this.session = new Uint8Array(session.buffer);
      return;
    }
    const { session, next } = store.read((number, flags, bytes, start, end) =>
      this._restore(number, flags, bytes, start, end),
    );
    this.session = session;
    this.#numbers = this.#first = next;
    this.#store = store;
  }

  // --- For the application -------------------------------------------------------------------------------

  /**
   * Copies a record in. Returns its number, or −1 if it was refused, which only the policy `refuse` does. With
   * `dropNewest` a record without room has a number, too, so that the receiver sees that one is missing. Throws a
   * RingletError for what can never be kept: other data than octets (601), and more than there is memory (611).
   */
  post(bytes: Uint8Array, options?: PostOptions): number {
    const length = lengthOf(bytes);
    let flags = 0;
    let lane = this.#normal;
    if (options !== undefined) {
      if (options.binary === false) flags = RecordFlag.text << 8;
      if (options.urgent === true && this.#urgent !== undefined) {
        flags |= RecordFlag.urgent << 8;
        lane = this.#urgent;
      }
    }
    const size = Field.payload + ((length + 3) >> 2);
    let at = lane.take(size);
    if (at < 0 && (at = this._makeRoom(lane, size)) < 0) return this._refuse(at);
    const words = this.#words;
    const number = this.#numbers++;
    words[at] = length;
    if (this.#lives !== 0) words[at + Field.time] = this.#host.now();
    words[at + Field.type] = RECORD | flags;
    words[at + Field.number] = number;
    this._bytes.set(bytes, (at + Field.payload) << 2);
    this.#octetsPosted += length;
    if ((this.#kept += size) > this.#highWater) this.#highWater = this.#kept;
    if (this.#store !== undefined) this._append(at, number >>> 0);
    return number >>> 0;
  }

  /**
   * The receiver has the record `upTo` and all that were sent before it: of the urgent ones, or of the others. They are
   * let go. Returns how many; a number that was never sent lets nothing go. Throws a RingletError for what is no number
   * of a record.
   */
  acknowledge(upTo: number, urgent = false): number {
    check(upTo >= 0 && upTo <= 0xffffffff && upTo % 1 === 0, NUMBER, ErrorId.argumentInvalid);
    const lane = urgent && this.#urgent !== undefined ? this.#urgent : this.#normal;
    if (lane.lastSent < 0 || ((upTo - lane.lastSent) | 0) > 0) return 0;
    const words = this.#words;
    let count = 0;
    while (lane.count > 0) {
      const at = lane.read;
      if (at === this.#current || ((words[at + Field.number] - upTo) | 0) > 0) break;
      this._release(lane, Cause.acknowledged);
      count++;
    }
    if (count > 0) this._trim(upTo, lane);
    return count;
  }

  /** Records that are kept. */
  get kept(): number {
    return this.#normal.count + (this.#urgent === undefined ? 0 : this.#urgent.count);
  }

  /** Records that are still to be sent on this connection. */
  get unsent(): number {
    return this.#normal.unsent + (this.#urgent === undefined ? 0 : this.#urgent.unsent);
  }

  /** The number that the next record gets. */
  get nextNumber(): number {
    return this.#numbers >>> 0;
  }

  /** What has happened so far, as a new object. */
  get counters(): OutboxCounters {
    return {
      posted: this.#numbers - this.#first - this.#droppedNewest,
      octetsPosted: this.#octetsPosted,
      sent: this.#sent,
      octetsSent: this.#octetsSent,
      repeated: this.#repeated,
      acknowledged: this.#acknowledged,
      written: this.#written,
      droppedOldest: this.#droppedOldest,
      droppedNewest: this.#droppedNewest,
      refused: this.#refused,
      expired: this.#expired,
      unread: this.#unread,
      unstored: this.#unstored,
      kept: this.kept,
      octetsKept: this.#kept * 4,
      highWater: this.#highWater * 4,
    };
  }

  /** Releases the store. What is kept in memory stays, and can be sent. */
  close(): void {
    this.#store?.close();
  }

  // --- What need not be kept -----------------------------------------------------------------------------

  /** Nothing is kept. */
  get _isEmpty(): boolean {
    return this.#kept === 0;
  }

  /**
   * The fast path, while nothing is kept: octets of a record that need not be kept if a transport takes it at once; −1 if
   * it has to be. Its twin is to post, to send, and to let go. Throws as `post` does.
   */
  _passes(bytes: Uint8Array): number {
    if (this.#isAcknowledged || this.#store !== undefined) return -1;
    const length = lengthOf(bytes);
    const { limit, start } = this.#normal;
    return length <= (limit - start - Field.payload) << 2 ? length : -1;
  }

  /** A record was sent, and a transport has taken it. Returns its number. */
  _passed(length: number): number {
    this.#octetsPosted += length;
    this.#octetsSent += length;
    this.#sent++;
    this.#written++;
    return this.#numbers++ >>> 0;
  }

  /** A record was sent, and is kept until a transport takes it: there is room, for nothing else is kept. */
  _handed(bytes: Uint8Array, options: PostOptions | undefined): number {
    const number = this.post(bytes, options);
    this._sent(this._next());
    return number;
  }

  // --- For whoever sends ---------------------------------------------------------------------------------

  /** The record that is to be sent next: its first octet in `_bytes`; −1 if there is none. */
  _next(): number {
    if (this.#current >= 0) return this.#current << 2;
    const urgent = this.#urgent;
    const lane = (this.#lane = urgent !== undefined && urgent.unsent > 0 ? urgent : this.#normal);
    while (lane.unsent > 0) {
      const at = lane.next;
      if (this.#lives === 0) {
        if (this.#words[at] >= 0) return at << 2;
      } else if (this.#words[at] >= 0) {
        if (!this._isExpired(at)) return at << 2;
        if (lane.unsent === lane.count) {
          this._expire(lane);
          continue;
        }
        // Its memory is free when those are that were sent before it.
        this.#expired++;
        this.#words[at] = ~this.#words[at];
      }
      lane.sent(this._sizeOf(at));
    }
    return lane === urgent ? this._next() : -1;
  }

  /** Octets of the payload of the record that `_next` told of. */
  _lengthOf(record: number): number {
    return this.#words[record >> 2];
  }

  /** Whether its payload is text. */
  _isText(record: number): boolean {
    return (this._bytes[record + 9] & RecordFlag.text) !== 0;
  }

  /** It is about to be sent: marks it if it may have been sent before. */
  _begin(record: number): void {
    if (this.#mark === undefined || (this._bytes[record + 9] & RecordFlag.repeated) === 0) return;
    this.#mark(this._bytes, record + PAYLOAD_AT, record + PAYLOAD_AT + this.#words[record >> 2]);
  }

  /** A part of it is sent: it stays where it is until the rest is, too. */
  _started(record: number): void {
    if (this.#current >= 0) return;
    this.#current = record >> 2;
    if ((this._bytes[record + 9] & RecordFlag.repeated) !== 0) this.#repeated++;
    this._bytes[record + 9] |= RecordFlag.repeated;
  }

  /** All of it is handed to the connection. */
  _sent(record: number): void {
    const at = record >> 2;
    const words = this.#words;
    const lane = this.#lane;
    const length = words[at];
    const type = words[at + Field.type];
    if ((type & (RecordFlag.repeated << 8)) === 0) words[at + Field.type] = type | (RecordFlag.repeated << 8);
    else if (this.#current < 0) this.#repeated++;
    this.#current = -1;
    const number = words[at + Field.number];
    if (lane.lastSent < 0 || ((number - lane.lastSent) | 0) > 0) lane.lastSent = number >>> 0;
    lane.sent(Field.payload + ((length + 3) >> 2));
    this.#sent++;
    this.#octetsSent += length;
  }

  /** A transport has taken all that was sent. */
  _flushed(): void {
    if (this.#isAcknowledged) return;
    this._letGo(this.#normal);
    if (this.#urgent !== undefined) this._letGo(this.#urgent);
  }

  /** The connection is lost: what was not acknowledged, or not taken by the transport, is to be sent again. */
  _rewind(): void {
    this.#current = -1;
    this.#normal.rewind();
    this.#urgent?.rewind();
  }

  /** Lets go what is too old, as far as it is the oldest that is kept. */
  _sweep(): void {
    if (this.#lives === 0) return;
    this._expire(this.#normal);
    if (this.#urgent !== undefined) this._expire(this.#urgent);
  }

  // --- Inside --------------------------------------------------------------------------------------------

  private _sizeOf(at: number): number {
    const length = this.#words[at];
    return Field.payload + (((length < 0 ? ~length : length) + 3) >> 2);
  }

  /** A clock that goes back makes nothing old. */
  private _isExpired(at: number): boolean {
    return ((this.#host.now() - this.#words[at + Field.time]) | 0) >= this.#lives;
  }

  private _expire(lane: Lane): void {
    let last = -1;
    while (lane.count > 0 && lane.read !== this.#current && this._isExpired(lane.read)) {
      last = this.#words[lane.read + Field.number];
      this._release(lane, Cause.expired);
    }
    if (last !== -1) this._trim(last, lane);
  }

  /** Lets go what was sent. */
  private _letGo(lane: Lane): void {
    let last = 0;
    if (lane.count === lane.unsent) return;
    while (lane.count > lane.unsent) {
      last = this.#words[lane.read + Field.number];
      this._release(lane, Cause.written);
    }
    this._trim(last, lane);
  }

  private _release(lane: Lane, cause: Cause): void {
    const at = lane.read;
    const size = this._sizeOf(at);
    // What was dropped before is counted.
    const isThere = this.#words[at] >= 0;
    lane.release(size);
    this.#kept -= size;
    if (!isThere) return;
    if (cause === Cause.acknowledged) this.#acknowledged++;
    else if (cause === Cause.written) this.#written++;
    else if (cause === Cause.droppedOldest) this.#droppedOldest++;
    else this.#expired++;
  }

  /** Makes room as the policy says. Returns where there is; −1 if the new one is dropped, −2 if it is refused. */
  private _makeRoom(lane: Lane, size: number): number {
    if (size > lane.limit - lane.start)
      throw new RingletError(ErrorId.writeTooLong, 'the record is longer than the memory for it');
    let at = -1;
    if (this.#lives !== 0) {
      this._expire(lane);
      at = lane.take(size);
    }
    if (at >= 0) return at;
    if (this.#whenFull === REFUSE) return -2;
    if (this.#whenFull === DROP_NEWEST) return -1;
    let last = -1;
    // A record of which a part is sent has to be sent to its end.
    while (at < 0 && lane.count > 0 && lane.read !== this.#current) {
      last = this.#words[lane.read + Field.number];
      this._release(lane, Cause.droppedOldest);
      at = lane.take(size);
    }
    if (last !== -1) this._trim(last, lane);
    return at;
  }

  private _refuse(why: number): number {
    if (why === -2) {
      this.#refused++;
      return -1;
    }
    this.#droppedNewest++;
    return this.#numbers++ >>> 0;
  }

  private _append(at: number, number: number): void {
    const start = (at + Field.payload) << 2;
    try {
      const flags = (this.#words[at + Field.type] >> 8) & 0xff;
      this.#store!.append(number, flags, this._bytes, start, start + this.#words[at]);
      if (this.storeError !== undefined) this._noteStore(undefined);
    } catch (error) {
      this.#unstored++;
      if (this.storeError === undefined) this._noteStore(error);
    }
  }

  private _trim(last: number, lane: Lane): void {
    const store = this.#store;
    if (store === undefined) return;
    try {
      store.trim(last >>> 0, lane === this.#urgent);
      if (this.#trimsUrgent) store.trim(last >>> 0, true);
    } catch (error) {
      if (this.storeError === undefined) this._noteStore(error);
    }
  }

  private _noteStore(error: unknown): void {
    this.storeError = error;
    this._hasStoreNews = true;
  }

  /** A record that a store has kept. It may have been sent. */
  private _restore(number: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    let lane = this.#normal;
    if ((flags & RecordFlag.urgent) !== 0) {
      if (this.#urgent !== undefined) lane = this.#urgent;
      else {
        flags &= ~RecordFlag.urgent;
        this.#trimsUrgent = true;
      }
    }
    const size = Field.payload + ((length + 3) >> 2);
    if (size > lane.limit - lane.start) {
      this.#unread++;
      return;
    }
    let at = lane.take(size);
    while (at < 0) {
      this.#kept -= this._sizeOf(lane.read);
      lane.release(this._sizeOf(lane.read));
      this.#unread++;
      at = lane.take(size);
    }
    const words = this.#words;
    words[at] = length;
    words[at + Field.time] = this.#host.now();
    words[at + Field.type] = RECORD | ((flags | RecordFlag.repeated) << 8);
    words[at + Field.number] = number;
    this._bytes.set(bytes.subarray(start, end), (at + Field.payload) << 2);
    lane.lastSent = number;
    if ((this.#kept += size) > this.#highWater) this.#highWater = this.#kept;
  }
}
