import { Place } from '../../../src/connection/record.ts';

/** Who has borrowed a ring. */
export interface Borrower {
  /** Gives its ring back, unless something lies in it or somebody is looking at it. Returns whether it did. */
  _giveBack(): boolean;
  /** The same, after sending what lies in it, if that can be done without an event. */
  _yield(): boolean;
}

/** The memory of a connection that has something to send: its record, and the transmit ring behind that. */
export class LentRing {
  readonly memory: Uint8Array;
  readonly words: Int32Array;
  borrower: Borrower | undefined;
  /** Where it stands among those that are lent. */
  index = 0;
  /** Up to where octets may have been written since it was zero. */
  top: number = Place.ring;
  /** It was used since the pool looked last. */
  isFresh = true;

  constructor(size: number) {
    const buffer = new ArrayBuffer(Place.ring + size);
    this.memory = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
  }
}

/** Milliseconds between two looks for rings that nobody has used since the last. */
const INTERVAL = 50;

/** Octets of rings that are lent before a connection that has nothing to send has to give its own to the next. */
const MOST = 16 << 20;

/** How many of those are asked for one. */
const TRIES = 4;

/**
 * Rings of one size, for the connections of this process that have something to send. Who has not used its ring for a
 * moment gives it back; who needs one beyond {@link MOST} gets that of another connection, which sends at once what it was
 * about to send at the end of the turn. A ring is zero when it is lent.
 */
export class RingPool {
  readonly #size: number;
  readonly #most: number;
  readonly #lent: LentRing[] = [];
  readonly #free: LentRing[] = [];
  /** Who of the borrowers is asked next. */
  #next = 0;
  /** How many were borrowed since the last look: so many are kept for the time until the next. */
  #borrowed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(size: number, most = Math.max(1, Math.floor(MOST / size))) {
    this.#size = size;
    this.#most = most;
  }

  /** Rings that are lent, and that wait to be. */
  get lent(): number {
    return this.#lent.length;
  }

  get free(): number {
    return this.#free.length;
  }

  borrow(borrower: Borrower): LentRing {
    if (this.#free.length === 0 && this.#lent.length >= this.#most) this.#reclaim();
    const ring = this.#free.pop() ?? new LentRing(this.#size);
    ring.borrower = borrower;
    ring.isFresh = true;
    ring.index = this.#lent.length;
    this.#lent.push(ring);
    this.#borrowed += 1;
    this.#timer ??= setInterval(() => this.look(), INTERVAL).unref();
    return ring;
  }

  /** Takes `ring` back from its borrower; to be lent again unless somebody still reads it. */
  take(ring: LentRing, isInUse: boolean): void {
    const last = this.#lent.pop()!;
    if (last !== ring) {
      this.#lent[ring.index] = last;
      last.index = ring.index;
    }
    ring.borrower = undefined;
    // Whoever could reach it may have given its memory away.
    if (isInUse || ring.memory.length !== Place.ring + this.#size || this.#free.length >= this.#most) return;
    ring.memory.fill(0, 0, ring.top);
    ring.top = Place.ring;
    this.#free.push(ring);
  }

  /** Takes back what nobody has used since the last call, and keeps no more than was needed since then. */
  look(): void {
    // From behind: the last one takes the place of one that goes.
    for (let i = this.#lent.length - 1; i >= 0; i--) {
      const ring = this.#lent[i];
      if (ring.isFresh) ring.isFresh = false;
      else ring.borrower!._giveBack();
    }
    if (this.#free.length > this.#borrowed) this.#free.length = this.#borrowed;
    this.#borrowed = 0;
    if (this.#lent.length !== 0 || this.#free.length !== 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Has one of the borrowers give its ring back, if one can. */
  #reclaim(): void {
    for (let tries = TRIES; tries > 0; tries--) {
      if (this.#next >= this.#lent.length) this.#next = 0;
      const ring = this.#lent[this.#next++];
      if (ring.borrower!._yield()) return;
    }
  }
}

const pools = new Map<number, RingPool>();

/** The rings of `size` octets. */
export function ringsOf(size: number): RingPool {
  let pool = pools.get(size);
  if (pool === undefined) {
    pool = new RingPool(size);
    pools.set(size, pool);
  }
  return pool;
}
