import type { World } from '../../hosts/simulated/index.ts';
import type { Random } from '../../hosts/simulated/random.ts';
import type { Judge } from './judge.ts';
import { Comparison, type Message, messageOf } from './messages.ts';

/** What a face gives whoever uses it. */
export interface Line {
  /** Sends octets of a message; says whether they were taken. */
  send(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): boolean;
  /** Sends octets that are none, where the face can be told to; says whether they were taken. */
  sendBeyond?(bytes: Uint8Array): boolean;
  /** Longest frame that can be sent now. */
  readonly writable: number;
  readonly isOpen: boolean;
  pause(): void;
  resume(): void;
}

/** Thrown by an event on purpose: nothing of a connection may depend on it. */
export class Deliberate extends Error {}
/** What clients close with. */
const NORMAL = 1000;
/** Looks, a minute apart, in which nothing of a message is sent. */
const STUCK = 4;
/** How often a program sends what it does not have; that must change nothing. */
const MISUSE = 0.02;
// One for all: what costs about an exception is where it was made.
const ON_PURPOSE = new Deliberate('on purpose');

/**
 * One side of a connection, whatever face it has: sends the messages of its key, compares what it gets with those of the
 * other's, pauses and throws by chance, and watches that what it was told is kept.
 */
export class Side {
  readonly #comparison: Comparison | undefined;
  /** Messages that were begun, and those that were sent to their end. */
  sent = 0;
  sentWhole = 0;
  isPaused = false;
  /** When octets of the peer's were last delivered; and how many events there were. */
  heardAt: number;
  /** A method of the face is running: no event may come. */
  #inside = 0;
  #isOver = false;
  #isClosing = false;
  #misses = false;
  /** Something in the midst was lost: what follows cannot be compared. */
  #hasLost = false;
  /** The message that waited for room when `checkProgress` looked last, and how often it was the same. */
  #stuckAt = '';
  #stuckFor = 0;
  #message: Message | undefined;
  #at = 0;
  /** What was told as writable since something was sent last. */
  #promised = 0;
  readonly name: string;
  readonly #key: string;
  readonly #world: World;
  readonly #judge: Judge;
  readonly #random: Random;
  readonly #pauses: number;
  readonly #longest: number;
  readonly #throws: number;
  readonly #peer: () => Side | undefined;
  line!: Line;

  constructor(options: {
    name: string;
    key: string;
    /** Undefined where the peer sends something else. */
    peerKey: string | undefined;
    world: World;
    judge: Judge;
    random: Random;
    pauses: number;
    longest: number;
    throws: number;
    peer: () => Side | undefined;
  }) {
    this.name = options.name;
    this.#key = options.key;
    if (options.peerKey !== undefined) this.#comparison = new Comparison(options.peerKey);
    this.#world = options.world;
    this.#judge = options.judge;
    this.#random = options.random;
    this.#pauses = options.pauses;
    this.#longest = options.longest;
    this.#throws = options.throws;
    this.#peer = options.peer;
    this.heardAt = options.world.now;
  }

  /** Calls a method of the face, from whose inside no event may come. */
  call<T>(method: () => T): T {
    this.#inside += 1;
    try {
      return method();
    } finally {
      this.#inside -= 1;
    }
  }

  /** Begins another message, or goes on with the one that waits for room. */
  send(): void {
    if (this.#message === undefined) {
      this.#message = messageOf(this.#key, this.sent);
      this.#at = 0;
      this.sent += 1;
    }
    this.#flush();
  }

  #flush(): void {
    const message = this.#message;
    if (message === undefined || this.#isOver || !this.line.isOpen) return;
    const { octets, binary } = message;
    if (this.#random.chance(MISUSE))
      this.#judge.check(
        this.line.sendBeyond?.(octets) !== true,
        this.name,
        'octets were taken that are none',
      );
    for (;;) {
      const { writable } = this.line;
      this.#judge.check(
        writable >= this.#promised,
        this.name,
        `writable fell from ${this.#promised} to ${writable} although nothing was sent`,
      );
      const left = octets.length - this.#at;
      const count = Math.min(left, writable);
      if (count === 0 && left > 0) return;
      const isLast = count === left;
      // An empty frame needs room for its header alone, which is not told.
      if (left === 0 && writable === 0) return;
      const isTaken = this.call(() => this.line.send(octets, this.#at, this.#at + count, binary, !isLast));
      if (!this.line.isOpen) return;
      if (!isTaken) {
        this.#judge.fault(this.name, `${writable} octets were writable, and ${count} were not taken`);
        return;
      }
      this.#at += count;
      this.#promised = this.line.writable;
      if (!isLast) continue;
      this.#message = undefined;
      this.sentWhole += 1;
      return;
    }
  }

  /** This side begins the closing handshake: while it is paused, it misses what still comes; `isDeaf`: in any case. */
  closes(isDeaf: boolean): void {
    this.#isClosing = true;
    if (this.isPaused || isDeaf) this.#misses = true;
  }

  /** Looks, once a minute, whether what waits for room goes on: where nothing is taken, that has a deadline. */
  checkProgress(): void {
    const at = this.#message === undefined || !this.line.isOpen ? '' : `${this.sent} ${this.#at}`;
    this.#stuckFor = at !== '' && at === this.#stuckAt ? this.#stuckFor + 1 : 0;
    this.#stuckAt = at;
    this.#judge.check(this.#stuckFor < STUCK, this.name, 'a message waits for room, and nothing is taken');
  }

  // --- Events ------------------------------------------------------------------------------------------------

  opened(): void {
    this.#event('opened');
    this.heardAt = this.#world.now;
    this.#promised = this.line.writable;
    this.#maybeThrow();
  }

  data(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void {
    this.#event('data');
    this.heardAt = this.#world.now;
    const fault = this.#hasLost ? undefined : this.#comparison?.check(bytes, start, end, binary, more);
    if (fault !== undefined) this.#judge.fault(this.name, fault);
    const peer = this.#peer();
    if (peer !== undefined && this.#comparison !== undefined && this.#comparison.count > peer.sent)
      this.#judge.fault(this.name, 'more messages arrived than were sent');
    if (this.#random.chance(this.#pauses)) this.pause();
    this.#maybeThrow();
  }

  /** What was told of cannot be read any more, which may only happen behind a Close of this side. */
  loses(): void {
    this.#judge.check(this.#isClosing, this.name, 'what it was told of cannot be read');
    this.#misses = this.#hasLost = true;
  }

  control(): void {
    this.#event('control');
    this.heardAt = this.#world.now;
    this.#maybeThrow();
  }

  writable(count: number): void {
    this.#event('writable');
    if (count > this.#promised) this.#promised = count;
    this.#flush();
    this.#maybeThrow();
  }

  /** The end was told, with its error id and close code. After a closing handshake nothing of the peer's is missing. */
  over(error: number, code: number): void {
    this.#event('over');
    this.#isOver = true;
    this.#message = undefined;
    const peer = this.#peer();
    if (error !== 0 || peer === undefined || this.#comparison === undefined) return;
    this.#judge.check(code === NORMAL, this.name, `was closed with ${code}, not ${NORMAL}`);
    const missing = peer.sentWhole - this.#comparison.count;
    const isWhole = missing === 0 || this.#misses;
    this.#judge.check(isWhole, this.name, `closed in order, and ${missing} messages are missing`);
  }

  /** Nothing follows: it was dropped. */
  dropped(): void {
    this.#isOver = true;
  }

  pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    if (this.#isClosing) this.#misses = true;
    this.line.pause();
    this.#world.after(this.#random.between(0, this.#longest), () => {
      if (this.#isOver) return;
      this.isPaused = false;
      this.heardAt = this.#world.now;
      this.call(() => this.line.resume());
    });
  }

  #event(what: string): void {
    if (this.#isOver) this.#judge.fault(this.name, `${what} after the end`);
    if (this.#inside > 0) this.#judge.fault(this.name, `${what} from inside a method`);
  }

  #maybeThrow(): void {
    if (this.#random.chance(this.#throws)) throw ON_PURPOSE;
  }
}
