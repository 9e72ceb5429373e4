import { Buffer } from 'node:buffer';
import { Place } from '../../../src/connection/record.ts';

/** Who has borrowed memory. */
export interface Borrower {
  /** Gives `memory` back, unless something lies in it or somebody has it in hand. */
  _giveBack(memory: LentMemory): void;
  /** The same, after sending what lies in its ring, if that can be done without an event. Returns whether it did. */
  _yield(memory: LentMemory): boolean;
}

/** Memory that a connection works in: its record, and behind that perhaps a transmit ring. */
export class LentMemory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** The record, for what only a Buffer can do. */
  readonly record: Buffer;
  borrower: Borrower | undefined;
  /** Where it stands among what is lent. */
  index = 0;
  /** Up to where octets may have been written since it was zero. */
  top: number = Place.ring;
  /** It was used since the pool looked last. */
  isFresh = true;

  constructor(bytes: Uint8Array) {
    const buffer = bytes.buffer as ArrayBuffer;
    this.bytes = bytes;
    this.words = new Int32Array(buffer);
    this.record = Buffer.from(buffer, 0, Place.ring);
  }
}

/** Milliseconds between two looks for memory that nobody has used since the last. */
const INTERVAL = 50;

/** Octets of rings that are lent before a connection that has nothing to send has to give its own to the next. */
const MOST = 16 << 20;

/** How many of those are asked for one. */
const TRIES = 4;

/**
 * Memory with rings of one size, or with none, for the connections of this process that are busy. Who has not used it for a
 * moment gives it back; who needs a ring beyond {@link MOST} gets that of another connection, which sends at once what it was
 * about to send at the end of the turn. Memory is zero when it is lent.
 */
export class MemoryPool {
  readonly #length: number;
  readonly #most: number;
  readonly #lent: LentMemory[] = [];
  readonly #free: LentMemory[] = [];
  /** Who of the borrowers is asked next. */
  #next = 0;
  /** How often it was borrowed since the last look: so much is kept for the time until the next. */
  #borrowed = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `size` is that of the rings, 0 for none; `most` of them are lent to who might do without. */
  constructor(size: number, most = size === 0 ? Infinity : Math.max(1, Math.floor(MOST / size))) {
    this.#length = Place.ring + size;
    this.#most = most;
  }

  /** How many are lent. */
  get lent(): number {
    return this.#lent.length;
  }

  /** How many wait to be. */
  get free(): number {
    return this.#free.length;
  }

  borrow(borrower: Borrower): LentMemory {
    if (this.#free.length === 0 && this.#lent.length >= this.#most) this.#reclaim();
    const memory = this.#free.pop() ?? new LentMemory(new Uint8Array(this.#length));
    this.lend(memory, borrower);
    this.#borrowed += 1;
    return memory;
  }

  /** Has `memory` count as lent to `borrower`, whose own it may be: then it is not kept when it is given back. */
  lend(memory: LentMemory, borrower: Borrower): void {
    memory.borrower = borrower;
    memory.isFresh = true;
    memory.index = this.#lent.length;
    this.#lent.push(memory);
    this.#timer ??= setInterval(() => this.look(), INTERVAL).unref();
  }

  /** Takes `memory` back from its borrower; to be lent again unless somebody still reads it. */
  take(memory: LentMemory, isInUse: boolean): void {
    const last = this.#lent.pop()!;
    if (last !== memory) {
      this.#lent[memory.index] = last;
      last.index = memory.index;
    }
    memory.borrower = undefined;
    // Longer is what was a connection's own; and whoever could reach it may have given its buffer away.
    if (isInUse || memory.bytes.length !== this.#length || this.#free.length >= this.#most) return;
    memory.bytes.fill(0, 0, memory.top);
    memory.top = Place.ring;
    this.#free.push(memory);
  }

  /** Takes back what nobody has used since the last call, and keeps no more than was needed since then. */
  look(): void {
    // From behind: the last one takes the place of one that goes.
    for (let i = this.#lent.length - 1; i >= 0; i--) {
      const memory = this.#lent[i];
      if (memory.isFresh) memory.isFresh = false;
      else memory.borrower!._giveBack(memory);
    }
    if (this.#free.length > this.#borrowed) this.#free.length = this.#borrowed;
    this.#borrowed = 0;
    if (this.#lent.length !== 0 || this.#free.length !== 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Has one of the borrowers give its memory back, if one can. */
  #reclaim(): void {
    for (let tries = TRIES; tries > 0; tries--) {
      if (this.#next >= this.#lent.length) this.#next = 0;
      const memory = this.#lent[this.#next++];
      if (memory.borrower!._yield(memory)) return;
    }
  }
}

const pools = new Map<number, MemoryPool>();

/** What has rings of `size` octets. */
export function memoryWith(size: number): MemoryPool {
  let pool = pools.get(size);
  if (pool === undefined) {
    pool = new MemoryPool(size);
    pools.set(size, pool);
  }
  return pool;
}
