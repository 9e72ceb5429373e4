import { describe, expect, test } from 'vitest';
import { RingletError } from '../../src/errors.ts';
import { DeviceStore } from '../../src/uplink/device-store.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import type { OutboxOptions } from '../../src/uplink/outbox/options.ts';
import type { DeviceFile, DeviceFileClass } from '../../src/uplink/pages.ts';
import { isAfter, keepUp } from '../../src/uplink/numbers.ts';
import { words } from '../support/random.ts';

/** A flash with files as of Moddable's module `file`: what is written is there when the file is closed. */
class Flash {
  readonly files = new Map<string, Uint8Array>();
  /** Octets that it holds at most. */
  capacity = Infinity;
  /** Octets that are still written before the power goes. */
  power = Infinity;
  isDead = false;
  open = 0;
  writes = 0;

  get used(): number {
    return [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  get File(): DeviceFileClass {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class is one of this flash
    const flash = this;
    return class implements DeviceFile {
      position = 0;
      #bytes: Uint8Array;
      readonly #path: string;
      readonly #isWritable: boolean;

      constructor(path: string, write = false) {
        const bytes = flash.files.get(path);
        if (bytes === undefined && !write) throw new Error('file not found');
        this.#bytes = bytes ?? new Uint8Array(0);
        this.#path = path;
        this.#isWritable = write;
        flash.open++;
      }

      get length(): number {
        return this.#bytes.length;
      }

      read(type: ArrayBufferConstructor, count: number): ArrayBuffer {
        expect(type).toBe(ArrayBuffer);
        if (this.position >= this.#bytes.length) throw new Error('read past end of file');
        const part = this.#bytes.slice(this.position, this.position + count);
        this.position += part.length;
        return part.buffer as ArrayBuffer;
      }

      write(...buffers: ArrayBuffer[]): void {
        if (!this.#isWritable) throw new Error('not writable');
        for (const buffer of buffers) {
          const given = new Uint8Array(buffer);
          const count = Math.min(given.length, flash.power);
          const next = new Uint8Array(Math.max(this.#bytes.length, this.position + count));
          next.set(this.#bytes);
          next.set(given.subarray(0, count), this.position);
          if (flash.used - this.#bytes.length + next.length > flash.capacity)
            throw new Error('No space left on device');
          flash.power -= count;
          flash.writes++;
          this.#bytes = next;
          this.position += count;
          if (count < given.length) {
            flash.isDead = true;
            flash.files.set(this.#path, next);
            throw new Error('the power is gone');
          }
        }
      }

      close(): void {
        flash.open--;
        if (this.#isWritable && !flash.isDead) flash.files.set(this.#path, this.#bytes);
      }

      static delete(path: string): boolean {
        return flash.files.delete(path);
      }

      static exists(path: string): boolean {
        return flash.files.has(path);
      }
    };
  }
}

const host = { now: () => 0, random: words(7) };
const random = words(8);
const storeOn = (flash: Flash, pageSize = 256): DeviceStore =>
  new DeviceStore({ path: '/mod/outbox', pageSize }, flash.File, random);
const boxOn = (flash: Flash, options: Partial<OutboxOptions> = {}): Outbox =>
  new Outbox({ memory: 16384, keep: 'acknowledged', store: storeOn(flash), ...options }, host);
const payload = (n: number): Uint8Array => Uint8Array.from({ length: 1 + (n % 40) }, (_, i) => n * 7 + i);

/** Number, flags and payload of each record that a store gives. */
function kept(flash: Flash): string[] {
  const records: string[] = [];
  storeOn(flash).read((number, flags, bytes, start, end) => {
    records.push(`${number}/${flags}:${bytes.slice(start, end).join()}`);
  });
  return records;
}

const sendAll = (box: Outbox): void => {
  for (let record = box._ring._next(); record >= 0; record = box._ring._next()) box._ring._sent(record);
};

describe('a store on a device', () => {
  test('is read again by another outbox: a file is kept as long as a record in it counts', () => {
    const flash = new Flash();
    const store = storeOn(flash);
    for (let round = 0; round < 3; round++) {
      const { next } = store.read(() => {});
      store.append(next, 0, payload(3), 0, 4);
      store.append((next + 1) >>> 0, 0, payload(4), 0, 5);
      store.trim(next, false);
      store.close();
      expect(kept(flash).pop()).toBe(`${next + 1}/0:${payload(4).join()}`);
    }
  });

  test('keeps records, their kind and the session; numbers go on, far behind', () => {
    const flash = new Flash();
    const box = boxOn(flash, { urgentMemory: 256 });
    box.post(Uint8Array.of(1, 2), { binary: false });
    box.post(new Uint8Array(0), { urgent: true });
    box.post(Uint8Array.of(3));
    // Flags: 1 text, 2 urgent.
    expect(kept(flash)).toEqual(['0/1:1,2', '1/2:', '2/0:3']);
    const again = boxOn(flash, { urgentMemory: 256 });
    expect(again.session).toEqual(box.session);
    expect(again.kept).toBe(3);
    expect(again.nextNumber).toBeGreaterThan(2);
    expect(flash.open).toBe(0);
  });

  test('files are removed when nothing in them counts, and a start does not bring back what was trimmed', () => {
    const flash = new Flash();
    const box = boxOn(flash);
    for (let n = 0; n < 500; n++) {
      const number = box.post(payload(n));
      sendAll(box);
      box.acknowledge(number);
      expect(flash.files.size).toBeLessThanOrEqual(2);
    }
    // Trims are written late: some may come again, in order, and those are the last.
    const left = kept(flash).map((record) => Number(record.split('/')[0]));
    expect(left.length).toBeLessThanOrEqual(16);
    expect(left).toEqual(left.map((_, i) => 500 - left.length + i));
  });

  test('whenever the power goes, what was promised is there, in order, and nothing else', () => {
    for (let power = 0; power < 1500; power += 7) {
      const flash = new Flash();
      flash.power = power;
      const box = boxOn(flash);
      const promised: string[] = [];
      for (let n = 0; n < 60 && !flash.isDead; n++) {
        const number = box.post(payload(n));
        if (box.storeError === undefined) promised.push(`${number}/0:${payload(n).join()}`);
      }
      flash.power = Infinity;
      flash.isDead = false;
      const found = kept(flash);
      // The one that was being written may be whole.
      expect(found.slice(0, promised.length)).toEqual(promised);
      expect(found.length).toBeLessThanOrEqual(promised.length + 1);
      // It goes on behind what was torn.
      const again = boxOn(flash);
      const number = again.post(Uint8Array.of(99));
      expect(again.storeError).toBeUndefined();
      expect(kept(flash).at(-1)).toBe(`${number}/0:99`);
    }
  });

  test('a flash that is full is told of, all goes on in memory, and on the flash when there is room', () => {
    const flash = new Flash();
    flash.capacity = 600;
    const box = boxOn(flash);
    let n = 0;
    while (box.storeError === undefined) box.post(payload(n++));
    expect(String(box.storeError)).toContain('No space left');
    const last = box.post(payload(n));
    expect([box.kept, box.counters.unstored]).toEqual([n + 1, 2]);
    const before = kept(flash);
    expect(before.length).toBe(n - 1);
    flash.capacity = 10_000;
    const number = box.post(Uint8Array.of(5));
    expect([box.storeError, number]).toEqual([undefined, last + 1]);
    expect(kept(flash)).toEqual([...before, `${number}/0:5`]);
    // A number that may have been sent is not given again.
    expect(boxOn(flash).nextNumber).toBeGreaterThan(number);
  });

  test('sixteen files full of what is not trimmed are no room', () => {
    const flash = new Flash();
    const box = boxOn(flash);
    for (let n = 0; n < 16 * 10 && box.storeError === undefined; n++) box.post(new Uint8Array(100));
    expect(box.storeError).toBeInstanceOf(RingletError);
    const names = Array.from({ length: 16 }, (_, i) => `/mod/outbox${String(i).padStart(2, '0')}`);
    expect([...flash.files.keys()]).toEqual(names);
  });

  test('files that are something else are not read as records', () => {
    const flash = new Flash();
    flash.files.set(
      '/mod/outbox03',
      Uint8Array.from({ length: 100 }, (_, i) => i),
    );
    const box = boxOn(flash);
    expect([box.kept, box.post(Uint8Array.of(1))]).toEqual([0, 0]);
    expect(kept(flash)).toEqual(['0/0:1']);
  });

  test.each([{ path: '' }, { path: 5 as never }, { path: 'x', pageSize: 100 }, { path: 'x', pageSize: NaN }])(
    'refuses %o',
    (options) => {
      expect(() => new DeviceStore(options, new Flash().File, random)).toThrow(RingletError);
    },
  );
});

/** Numbers of the records that a store gives. */
const numbersIn = (flash: Flash, pageSize?: number): number[] => {
  const numbers: number[] = [];
  storeOn(flash, pageSize).read((number) => void numbers.push(number));
  return numbers;
};

/** A store on `flash` that has been read, and what appends one octet, or as many as are said, to it. */
function opened(flash: Flash, pageSize?: number): DeviceStore {
  const store = storeOn(flash, pageSize);
  store.read(() => {});
  return store;
}
const NORMAL = 0;
const URGENT = 2;
const append = (store: DeviceStore, number: number, flags: number, length = 1): void =>
  store.append(number, flags, new Uint8Array(length).fill(number), 0, length);

describe('trims of a store on a device', () => {
  test.each([
    ['the urgent records', URGENT],
    ['the others', NORMAL],
  ])('each sixteenth is written: of %s so many are not given again', (_lane, trimmed) => {
    const flash = new Flash();
    const store = opened(flash, 4096);
    for (let number = 0; number < 40; number++) append(store, number, number % 2 === 0 ? URGENT : NORMAL);
    const all = Array.from({ length: 40 }, (_, number) => number);
    const isTrimmed = (number: number): boolean => (number % 2 === 0) === (trimmed === URGENT);
    const lane = all.filter(isTrimmed);
    const { writes } = flash;
    for (const number of lane.slice(0, 15)) store.trim(number, trimmed === URGENT);
    expect([flash.writes, numbersIn(flash, 4096)]).toEqual([writes, all]);
    store.trim(lane[15], trimmed === URGENT);
    const left = all.filter((number) => !isTrimmed(number) || number > lane[15]);
    expect([flash.writes, numbersIn(flash, 4096)]).toEqual([writes + 1, left]);
    for (const number of lane.slice(16)) store.trim(number, trimmed === URGENT);
    expect(flash.writes).toBe(writes + 1);
  });

  test('of what is trimmed already wear nothing', () => {
    const flash = new Flash();
    const store = opened(flash, 4096);
    for (let number = 0; number < 9; number++) append(store, number, URGENT);
    store.trim(5, true);
    const { writes } = flash;
    for (let times = 0; times < 40; times++) store.trim(times % 6, true);
    expect(flash.writes).toBe(writes);
  });

  test('without a record wear nothing either', () => {
    const flash = new Flash();
    const store = opened(flash);
    for (let number = 0; number < 40; number++) store.trim(number, false);
    expect([flash.writes, flash.files.size]).toEqual([0, 0]);
  });

  test.each([
    [[], [0, 1, 2, 3]],
    [[NORMAL], [1, 2, 3]],
    [[URGENT], [0, 2, 3]],
    [
      [NORMAL, URGENT],
      [2, 3],
    ],
  ])('stand in the next page: of the lanes %j, and 0 is a number', (trimmed, left) => {
    const flash = new Flash();
    const store = opened(flash);
    append(store, 0, NORMAL);
    append(store, 1, URGENT);
    append(store, 2, NORMAL, 100);
    for (const lane of trimmed) store.trim(lane === URGENT ? 1 : 0, lane === URGENT);
    append(store, 3, NORMAL, 100);
    append(store, 4, NORMAL, 100);
    expect(flash.files.size).toBe(2);
    expect(numbersIn(flash)).toEqual([...left, 4]);
  });

  test('remove a file when neither lane has anything in it that counts', () => {
    for (const [first, second] of [
      [false, true],
      [true, false],
    ]) {
      const flash = new Flash();
      const store = opened(flash);
      append(store, 0, NORMAL, 100);
      append(store, 1, URGENT, 100);
      append(store, 2, NORMAL, 100);
      append(store, 3, URGENT, 100);
      expect([...flash.files.keys()]).toEqual(['/mod/outbox00', '/mod/outbox01']);
      store.trim(first ? 1 : 2, first);
      expect(flash.files.size).toBe(2);
      store.trim(second ? 1 : 2, second);
      expect([...flash.files.keys()]).toEqual(['/mod/outbox01']);
    }
  });
});

describe('octets of a flash that have changed', () => {
  test('in whatever bit, give no record that was not kept, and none behind it', () => {
    const whole = new Flash();
    const store = opened(whole);
    for (let number = 0; number < 4; number++) append(store, number, number & 1 ? URGENT : NORMAL, 5);
    const path = '/mod/outbox00';
    const before = whole.files.get(path)!;
    const records = kept(whole);
    expect(records).toHaveLength(4);
    for (let bit = 0; bit < before.length * 8; bit++) {
      const flash = new Flash();
      const octets = before.slice();
      octets[bit >> 3] ^= 1 << (bit & 7);
      flash.files.set(path, octets);
      const found = kept(flash);
      const entry = Math.floor(((bit >> 3) - 36) / 21);
      expect(found, `bit ${bit}`).toEqual(records.slice(0, Math.max(0, entry)));
      // What is posted next is kept, behind what is sound.
      const again = opened(flash);
      append(again, 77, NORMAL);
      expect(numbersIn(flash).at(-1), `bit ${bit}`).toBe(77);
    }
  });

  test('cut off anywhere, the same', () => {
    const whole = new Flash();
    const store = opened(whole);
    for (let number = 0; number < 4; number++) append(store, number, NORMAL, 5);
    const before = whole.files.get('/mod/outbox00')!;
    for (let length = 0; length < before.length; length++) {
      const flash = new Flash();
      flash.files.set('/mod/outbox00', before.slice(0, length));
      expect(numbersIn(flash)).toEqual([0, 1, 2, 3].slice(0, Math.max(0, Math.floor((length - 36) / 21))));
    }
  });

  test('a page that is gone takes no other with it', () => {
    const flash = new Flash();
    const store = opened(flash);
    for (let number = 0; number < 9; number++) append(store, number, NORMAL, 100);
    const [first, second] = [...flash.files.keys()];
    flash.files.get(second)![3] ^= 1;
    const left = numbersIn(flash);
    expect(left).toEqual([0, 1, 4, 5, 6, 7, 8]);
    expect([flash.files.has(first), flash.files.has(second), flash.open]).toEqual([true, false, 0]);
  });
});

describe('files that are read again', () => {
  test('are read in the order in which they were begun, though their names are used again', () => {
    const flash = new Flash();
    const store = storeOn(flash);
    store.read(() => {});
    let reused = 0;
    for (let number = 0; number < 120; number++) {
      store.append(number, 0, payload(39), 0, 40);
      if (number >= 12) store.trim(number - 12, false);
      const numbers = kept(flash).map((record) => Number(record.slice(0, record.indexOf('/'))));
      const { length } = numbers;
      expect(numbers).toEqual(Array.from({ length }, (_, i) => number - length + 1 + i));
      expect(length).toBeGreaterThanOrEqual(Math.min(number + 1, 12));
      const names = [...flash.files.keys()];
      if (names.length > 1 && names.at(-1)! < names[0]) reused++;
    }
    expect(reused).toBeGreaterThan(5);
  });

  test.each([
    ['normal', 0],
    ['urgent', 2],
  ])('go when nothing in them counts, of %s records only, too', (_lane, flags) => {
    const flash = new Flash();
    const store = storeOn(flash);
    store.read(() => {});
    let number = 0;
    while (flash.files.size < 2) store.append(number++, flags, payload(39), 0, 40);
    const before = new Map(flash.files);
    const again = storeOn(flash);
    again.read(() => {});
    for (const trimmed of [again, store]) {
      for (const [name, octets] of before) flash.files.set(name, octets);
      trimmed.trim(number - 3, flags !== 0);
      expect(flash.files.size).toBe(2);
      trimmed.trim(number - 2, flags !== 0);
      expect([...flash.files.keys()]).toEqual(['/mod/outbox01']);
    }
  });

  test.each([0, 0x7ffffffe, 0x90000000, 0xffffffff, 0xfffffff0])(
    'give records from %d on, and the next number is 2^20 behind the last, modulo 2^32',
    (first) => {
      const flash = new Flash();
      const store = storeOn(flash);
      store.read(() => {});
      const numbers = [0, 1, 2].map((i) => (first + i) >>> 0);
      for (const number of numbers) store.append(number, number === first ? 2 : 0, payload(3), 0, 4);
      expect(kept(flash).map((record) => Number(record.slice(0, record.indexOf('/'))))).toEqual(numbers);
      expect(storeOn(flash).read(() => {}).next).toBe((first + 3 + 2 ** 20) % 2 ** 32);
    },
  );

  test('a file that could not be begun is not there, and the next record begins it', () => {
    const flash = new Flash();
    const store = storeOn(flash);
    store.read(() => {});
    flash.capacity = 30;
    expect(() => store.append(0, 0, payload(3), 0, 4)).toThrow('No space left on device');
    expect(flash.files.size).toBe(0);
    flash.capacity = Infinity;
    store.append(1, 0, payload(3), 0, 4);
    expect(kept(flash)).toEqual([`1/0:${payload(3).join()}`]);
  });
});

test.each([0, 5, 0x3fffffff, 0x7fffffff, 0xfffffff0])(
  'from %i on a lane that is seldom used is never so far behind that its next number would be an old one',
  (from) => {
    const lanes = { normal: from, urgent: -1 };
    for (let ahead = 0; ahead < 0x1_8000_0000; ahead += 0x0800_0000) {
      const number = (from + ahead) % 0x1_0000_0000;
      keepUp(lanes, number);
      if (number !== lanes.normal) expect(isAfter(number, lanes.normal)).toBe(true);
      expect((number - lanes.normal) >>> 0).toBe(Math.min(ahead, 0x4000_0000));
      expect(lanes.urgent).toBe(-1);
    }
    const other = { normal: -1, urgent: from };
    keepUp(other, (from + 0x7000_0000) % 0x1_0000_0000);
    expect(other).toEqual({ normal: -1, urgent: (from + 0x3000_0000) % 0x1_0000_0000 });
  },
);
