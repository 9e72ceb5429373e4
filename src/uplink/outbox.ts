import { ErrorId } from '../errors.ts';
import { check } from './check.ts';
import { acknowledge } from './outbox/acknowledgement.ts';
import { Keeper } from './outbox/keeper.ts';
import type {
  Keep,
  OutboxCounters,
  OutboxHost,
  OutboxOptions,
  PostOptions,
  WhenFull,
} from './outbox/options.ts';
import { DROP_NEWEST, DROP_OLDEST, makeRoom, REFUSE, REFUSED } from './outbox/policies.ts';
import { Field, lengthOf, PAYLOAD_AT } from './outbox/record.ts';
import { restore } from './outbox/restore.ts';
import { Ring } from './outbox/ring.ts';
import { Tally } from './outbox/tally.ts';
import { RECORD, RecordFlag } from './protocol.ts';

/** Longest time that a record may live: the clock may wrap at 2^32 and go back. */
export const LONGEST_TIME = 0x3fffffff;
/** Octets of the smallest memory, and of the largest. */
export const SMALLEST = 256;
export const LARGEST = 0x40000000;
/** Octets of the smallest ring of a lane. */
export const SMALLEST_LANE = 64;

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const WRITTEN: Keep = 'written';
const ACKNOWLEDGED: Keep = 'acknowledged';
const NUMBER = 'number';

/* eslint-disable no-restricted-syntax -- once an outbox */
function newSession(host: OutboxHost): Uint8Array {
  const words = new Int32Array(2);
  words[0] = host.random();
  words[1] = host.random();
  return new Uint8Array(words.buffer);
}
/* eslint-enable no-restricted-syntax */

/**
 * A bounded ring of records that wait to be sent, in memory that is fixed when it is made: to post, to send, to
 * acknowledge and to drop allocate nothing. What it promises stands in docs/uplink.md, policy by policy.
 *
 * Records are numbered from 0, or from where a store left off, modulo 2^32. Urgent ones have a ring of their own, so
 * that they go first and are never dropped for others; within a ring the order stays what it was.
 */
export class Outbox {
  readonly _ring: Ring;
  /** Octets of the longest record that a lane can hold. */
  readonly _longest: number;
  readonly _tally: Tally;
  /** Numbers given so far, those that were given before this outbox was made included. */
  _numbers = 0;
  #first = 0;
  readonly _keeper: Keeper | undefined;
  readonly #whenFull: WhenFull;
  readonly _isAcknowledged: boolean;
  readonly #mark: OutboxOptions['mark'];
  #session: Uint8Array | undefined;

  /** Throws a RingletError for options that are wrong, and whatever reading the store throws. */
  constructor(options: OutboxOptions, host: OutboxHost) {
    check(options !== undefined && options !== null, 'options');
    const { memory, urgentMemory = 0, whenFull = DROP_OLDEST, keep = WRITTEN } = options;
    const { timeToLive = 0, store, mark } = options;
    check(typeof memory === NUMBER || memory instanceof ArrayBuffer, 'memory');
    const octets = typeof memory === NUMBER ? (memory as number) : (memory as ArrayBuffer).byteLength;
    check(octets >= SMALLEST && octets <= LARGEST && octets % 8 === 0, 'memory');
    check(
      urgentMemory >= 0 && urgentMemory <= octets - SMALLEST_LANE && urgentMemory % 8 === 0,
      'urgentMemory',
    );
    check(urgentMemory === 0 || urgentMemory >= SMALLEST_LANE, 'urgentMemory');
    check(whenFull === DROP_OLDEST || whenFull === DROP_NEWEST || whenFull === REFUSE, 'whenFull');
    check(keep === WRITTEN || keep === ACKNOWLEDGED, 'keep');
    check(timeToLive >= 0 && timeToLive <= LONGEST_TIME, 'timeToLive');
    const buffer = typeof memory === NUMBER ? new ArrayBuffer(octets) : (memory as ArrayBuffer);
    this._tally = new Tally();
    const ring = (this._ring = new Ring(buffer, octets, urgentMemory, timeToLive, host, this._tally));
    this.#whenFull = whenFull;
    this._isAcknowledged = keep === ACKNOWLEDGED;
    this.#mark = mark;
    this._longest = octets - urgentMemory - PAYLOAD_AT;
    if (store === undefined) return;
    const keeper = new Keeper(store);
    const { session, next } = store.read((number, flags, bytes, start, end) =>
      restore(ring, keeper, number, flags, bytes, start, end),
    );
    this.#session = session;
    this._numbers = this.#first = next;
    ring._keeper = this._keeper = keeper;
  }

  // --- For the application -------------------------------------------------------------------------------

  /**
   * Copies a record in. Returns its number, or −1 if it was refused, which only the policy `refuse` does. With
   * `dropNewest` a record without room has a number, too, so that the receiver sees that one is missing. Throws a
   * RingletError for what can never be kept: other data than octets (601), and more than there is memory (611).
   */
  post(bytes: Uint8Array, options?: PostOptions): number {
    const length = lengthOf(bytes);
    const ring = this._ring;
    let type: number = RECORD;
    let lane = ring._normal;
    if (options !== undefined) {
      if (options.binary === false) type = RECORD | (RecordFlag.text << 8);
      if (options.urgent === true && ring._urgent !== undefined) {
        type |= RecordFlag.urgent << 8;
        lane = ring._urgent;
      }
    }
    const size = Field.payload + ((length + 3) >> 2);
    let at = lane.claim(size);
    if (at < 0 && (at = makeRoom(ring, lane, size, this.#whenFull)) < 0) return this._turnAway(at);
    const number = this._numbers++;
    // What was sent of a lane that is empty is all gone; after very many numbers it would seem to come after this one.
    if (lane.count === 1 && lane.lastSent >= 0) lane.lastSent = (number - 1) >>> 0;
    ring._put(at, number, type, bytes, length);
    this._tally._queued++;
    this._tally._octetsQueued += length;
    const keeper = this._keeper;
    if (keeper !== undefined) {
      const start = (at + Field.payload) << 2;
      keeper._append(number >>> 0, type >> 8, ring._bytes, start, start + length);
    }
    return number >>> 0;
  }

  /**
   * The receiver has the record `upTo` and all that were sent before it: of the urgent ones, or of the others. They are
   * let go. Returns how many; a number that was never sent lets nothing go. Throws a RingletError for what is no number
   * of a record.
   */
  acknowledge(upTo: number, urgent = false): number {
    check(upTo >= 0 && upTo <= 0xffffffff && upTo % 1 === 0, NUMBER, ErrorId.argumentInvalid);
    const ring = this._ring;
    return acknowledge(ring, ring._laneOf(urgent), upTo);
  }

  /** Records that are kept. */
  get kept(): number {
    const ring = this._ring;
    const { count } = ring._normal;
    return ring._urgent === undefined ? count : count + ring._urgent.count;
  }

  /** Records that are still to be sent on this connection. */
  get unsent(): number {
    const ring = this._ring;
    const { unsent } = ring._normal;
    return ring._urgent === undefined ? unsent : unsent + ring._urgent.unsent;
  }

  /** The number that the next record gets. */
  get nextNumber(): number {
    return this._numbers >>> 0;
  }

  /** What has happened so far, as a new object. */
  get counters(): OutboxCounters {
    const keeper = this._keeper;
    return this._tally._snapshot(
      this._numbers - this.#first,
      this.kept,
      this._ring._used,
      keeper === undefined ? 0 : keeper._unread,
      keeper === undefined ? 0 : keeper._unstored,
    );
  }

  /** Eight octets that make the numbers mean something to others. Without a store, made when they are first asked for. */
  get session(): Uint8Array {
    return (this.#session ??= newSession(this._ring._host));
  }

  /** Why the store has failed; undefined while it works, and without one. */
  get storeError(): unknown {
    return this._keeper === undefined ? undefined : this._keeper._error;
  }

  /** Releases the store. What is kept in memory stays, and can be sent. */
  close(): void {
    this._keeper?._close();
  }

  // --- For whoever sends ---------------------------------------------------------------------------------

  /** A record was sent, and is kept until a transport takes it: there is room, for nothing else is kept. */
  _handed(bytes: Uint8Array, options: PostOptions | undefined): number {
    const number = this.post(bytes, options);
    this._ring._sent(this._ring._next());
    return number;
  }

  /** A record is about to be sent: marks it if it may have been sent before. */
  _begin(record: number): void {
    const ring = this._ring;
    if (!ring._begin(record) || this.#mark === undefined) return;
    const start = record + PAYLOAD_AT;
    this.#mark(ring._bytes, start, start + ring._lengthOf(record));
  }

  /** A transport has taken all that was sent. */
  _flushed(): void {
    if (this._isAcknowledged) return;
    const ring = this._ring;
    ring._written(ring._normal);
    if (ring._urgent !== undefined) ring._written(ring._urgent);
  }

  // --- Inside --------------------------------------------------------------------------------------------

  private _turnAway(why: number): number {
    if (why === REFUSED) {
      this._tally._refused++;
      return -1;
    }
    this._tally._droppedNewest++;
    return this._numbers++ >>> 0;
  }
}
