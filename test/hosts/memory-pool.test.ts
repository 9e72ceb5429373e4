/** The pool of memory that connections borrow: how much there is of it, and that nothing is left in it. */
import { describe, expect, test } from 'vitest';
import { type Borrower, type LentMemory, MemoryPool } from '../../hosts/node/endpoint/memory-pool.ts';
import { Place } from '../../src/connection/record.ts';

const SIZE = 256;
const ALL: number = Place.ring + SIZE;

/** Who gives back when asked, or does not. */
class Holder implements Borrower {
  readonly pool: MemoryPool;
  memory: LentMemory;
  gives = true;
  yielded = 0;

  constructor(pool: MemoryPool) {
    this.pool = pool;
    this.memory = pool.borrow(this);
  }

  _giveBack(memory: LentMemory): boolean {
    if (this.gives) this.pool.take(memory, false);
    return this.gives;
  }

  _yield(memory: LentMemory): boolean {
    this.yielded += 1;
    return this._giveBack(memory);
  }
}

/** Writes into all of it, as a connection says that it did. */
function use(memory: LentMemory): void {
  memory.bytes.fill(0xee);
  memory.top = ALL;
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((octet) => octet === 0);

describe('what was lent', () => {
  test('comes back when nobody has used it between two looks', () => {
    const pool = new MemoryPool(SIZE);
    const [busy, idle] = [new Holder(pool), new Holder(pool)];
    pool.look();
    expect(pool.lent).toBe(2);
    busy.memory.isFresh = true;
    pool.look();
    expect(pool.lent).toBe(1);
    expect([busy.memory.borrower, idle.memory.borrower]).toEqual([busy, undefined]);
    pool.look();
    expect(pool.lent).toBe(0);
  });

  test('stays lent while its borrower does not give it', () => {
    const pool = new MemoryPool(SIZE);
    const holder = new Holder(pool);
    holder.gives = false;
    for (let times = 0; times < 5; times++) pool.look();
    expect([pool.lent, holder.memory.borrower]).toEqual([1, holder]);
  });

  test('is lent again, and is zero then, however much of it was used', () => {
    const pool = new MemoryPool(SIZE);
    for (const top of [Place.ring, Place.ring + 1, Place.ring + 100, ALL]) {
      const { memory } = new Holder(pool);
      memory.bytes.fill(0xee, 0, top);
      memory.top = top;
      pool.take(memory, false);
      const next = new Holder(pool).memory;
      expect(next).toBe(memory);
      expect(isZero(next.bytes)).toBe(true);
      pool.take(next, false);
    }
  });

  test('is not lent again while a socket reads it', () => {
    const pool = new MemoryPool(SIZE);
    const { memory } = new Holder(pool);
    use(memory);
    pool.take(memory, true);
    expect([pool.lent, pool.free]).toEqual([0, 0]);
    expect(memory.bytes.every((octet) => octet === 0xee)).toBe(true);
  });

  test('is not lent again when its buffer was given away', () => {
    const pool = new MemoryPool(SIZE);
    const { memory } = new Holder(pool);
    structuredClone(memory.bytes.buffer, { transfer: [memory.bytes.buffer as ArrayBuffer] });
    pool.take(memory, false);
    expect([pool.lent, pool.free]).toEqual([0, 0]);
  });

  test('is taken from among the others, in whatever order it comes back', () => {
    const pool = new MemoryPool(SIZE);
    const holders = Array.from({ length: 5 }, () => new Holder(pool));
    for (const index of [1, 4, 0, 3]) pool.take(holders[index].memory, false);
    expect(pool.lent).toBe(1);
    pool.look();
    pool.look();
    expect(pool.lent).toBe(0);
    expect(holders.map(({ memory }) => memory.borrower)).toEqual(Array(5).fill(undefined));
  });
});

describe('how much there is', () => {
  test('beyond the bound others have to give theirs, in turn', () => {
    const pool = new MemoryPool(SIZE, 3);
    const first = [new Holder(pool), new Holder(pool), new Holder(pool)];
    const memories = first.map(({ memory }) => memory);
    const next = [new Holder(pool), new Holder(pool)];
    expect(first.map(({ yielded }) => yielded)).toEqual([1, 1, 0]);
    expect(next.map(({ memory }) => memories.indexOf(memory))).toEqual([0, 1]);
    expect([pool.lent, pool.free]).toEqual([3, 0]);
  });

  test('whoever cannot do without it keeps it, and there is more', () => {
    const pool = new MemoryPool(SIZE, 2);
    const holders = [new Holder(pool), new Holder(pool)];
    for (const holder of holders) holder.gives = false;
    const third = new Holder(pool);
    expect(pool.lent).toBe(3);
    // No more than a few are asked.
    expect(holders[0].yielded + holders[1].yielded).toBe(4);
    for (const holder of [...holders, third]) pool.take(holder.memory, false);
    expect([pool.lent, pool.free]).toEqual([0, 2]);
  });

  test('what nobody needed between two looks is not kept', () => {
    const pool = new MemoryPool(SIZE);
    const holders = Array.from({ length: 10 }, () => new Holder(pool));
    pool.look();
    for (const { memory } of holders) pool.take(memory, false);
    const one = new Holder(pool);
    expect(pool.free).toBe(9);
    pool.look();
    expect(pool.free).toBe(1);
    pool.take(one.memory, false);
    pool.look();
    expect([pool.lent, pool.free]).toEqual([0, 0]);
  });
});
