/** What lies in an outbox's memory, to the octet: records of a store that fit again, what is counted, what a store is told. */
import { describe, expect, test } from 'vitest';
import { Outbox } from '../../src/uplink/outbox.ts';
import type { OutboxOptions } from '../../src/uplink/outbox/options.ts';
import type { Store, StoredRecord, StoreState } from '../../src/uplink/store.ts';
import { words } from '../support/random.ts';

/** Octets that a record takes besides its payload. */
const HEAD = 16;

/** A store that has records of such `lengths`, each behind and before octets of others, and notes its trims. */
class ScriptedStore implements Store {
  readonly trims: unknown[] = [];
  readonly #flags: number;
  readonly #lengths: readonly number[];

  constructor(flags: number, ...lengths: readonly number[]) {
    this.#flags = flags;
    this.#lengths = lengths;
  }

  read(each: StoredRecord): StoreState {
    this.#lengths.forEach((length, number) => {
      const bytes = new Uint8Array(length + 600).fill(255);
      bytes.fill(number + 1, 300, 300 + length);
      each(number, this.#flags, bytes, 300, 300 + length);
    });
    return { session: new Uint8Array(8), next: this.#lengths.length };
  }

  append(): void {}

  trim(number: number, urgent: boolean): void {
    this.trims.push([number, urgent]);
  }

  close(): void {}
}

let now = 0;
const boxOf = (options: Partial<OutboxOptions>): Outbox =>
  new Outbox({ memory: 256, keep: 'acknowledged', ...options }, { now: () => now, random: words(1) });

/** Sends everything: numbers, flags, and how long and what the payloads are. */
function sendAll({ _ring: ring }: Outbox): string[] {
  const all: string[] = [];
  for (let record = ring._next(); record >= 0; record = ring._next()) {
    const at = record >> 2;
    const payload = ring._bytes.subarray(record + HEAD, record + HEAD + ring._lengthOf(record));
    all.push([ring._words[at + 3], ring._bytes[record + 9], payload.length, ...new Set(payload)].join());
    ring._sent(record);
  }
  return all;
}

describe('records of a store', () => {
  test('are taken as they lie there, as ones that may have been sent', () => {
    const box = boxOf({ store: new ScriptedStore(1, 5, 0, 48) });
    expect(box.counters).toMatchObject({ kept: 3, unread: 0 });
    expect(sendAll(box)).toEqual(['0,5,5,1', '1,5,0', '2,5,48,3']);
  });

  test.each([
    [240, 1],
    [241, 0],
  ])('one of %d octets has room in 256: %d', (length, kept) => {
    const { counters } = boxOf({ store: new ScriptedStore(0, length) });
    expect([counters.kept, counters.unread]).toEqual([kept, 1 - kept]);
  });

  test.each([
    [0, 368, 1],
    [0, 369, 0],
    [2, 112, 1],
    [2, 113, 0],
  ])('with flags %d one of %d octets has room in 384, and 128 for urgent ones: %d', (flags, length, kept) => {
    const store = new ScriptedStore(flags, length);
    const { counters } = boxOf({ memory: 512, urgentMemory: 128, store });
    expect([counters.kept, counters.unread]).toEqual([kept, 1 - kept]);
  });

  test.each([4, 5, 6, 9])('of %d for which there is no room the latest are kept, in their order', (count) => {
    const box = boxOf({ store: new ScriptedStore(0, ...new Array<number>(count).fill(48)) });
    expect(box.counters).toMatchObject({ kept: 4, unread: count - 4, octetsKept: 256 });
    expect(sendAll(box)).toEqual([4, 3, 2, 1].map((i) => `${count - i},4,48,${count - i + 1}`));
  });
});

describe.each([0, 128])('memory for records beside %d octets for urgent ones', (urgentMemory) => {
  const payload = new Uint8Array(48);

  test('is counted, also where the records lie on both sides of its end, and so is the most there ever was', () => {
    const box = boxOf({ memory: 256 + urgentMemory, urgentMemory });
    const counts = (): number[] => [box.counters.octetsKept, box.counters.highWater];
    expect(counts()).toEqual([0, 0]);
    for (let i = 1; i <= 3; i++) {
      box.post(payload);
      expect(counts()).toEqual([64 * i, 64 * i]);
    }
    sendAll(box);
    box.acknowledge(0);
    expect(counts()).toEqual([128, 192]);
    for (const kept of [192, 256]) {
      box.post(payload);
      expect(counts()).toEqual([kept, Math.max(192, kept)]);
    }
    sendAll(box);
    for (const kept of [192, 128, 64, 0]) {
      box.acknowledge(4 - kept / 64);
      expect(counts()).toEqual([kept, 256]);
    }
  });

  test('is full when it is: the oldest records go, and the store is told of the last of them', () => {
    const store = new ScriptedStore(0);
    const box = boxOf({ memory: 256 + urgentMemory, urgentMemory, store });
    for (let i = 0; i < 4; i++) box.post(payload);
    expect(store.trims).toEqual([]);
    box.post(new Uint8Array(176));
    expect(store.trims).toEqual([[2, false]]);
    expect(sendAll(box)).toEqual(['3,0,48,0', '4,0,176,0']);
  });
});

test('a record of which a part is sent stays, and a store is told of nothing that goes', () => {
  const store = new ScriptedStore(0);
  const box = boxOf({ store });
  box.post(new Uint8Array(100));
  box._ring._started(box._ring._next());
  expect(box.post(new Uint8Array(150))).toBe(1);
  expect([store.trims, box.kept]).toEqual([[], 1]);
});

test('a record of which a part is sent is sent to its end, however old it is by then', () => {
  const box = boxOf({ timeToLive: 100 });
  box.post(new Uint8Array(100));
  const record = box._ring._next();
  box._ring._started(record);
  now += 100;
  expect([box._ring._next(), box.kept]).toEqual([record, 1]);
  box._ring._sent(record);
  expect([box._ring._next(), box.unsent]).toEqual([-1, 0]);
});
