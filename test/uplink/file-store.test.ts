import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { crc32 } from '../../src/uplink/crc32.ts';
import { FileStore } from '../../hosts/node/store/file-store.ts';
import { RingletError } from '../../src/errors.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import { Outbox as NodeOutbox } from '../../hosts/node/uplink.ts';
import type { OutboxOptions } from '../../src/uplink/outbox/options.ts';
import { words } from '../support/random.ts';

const fs = vi.hoisted(() => ({ fail: undefined as ((count: number) => number) | undefined, syncs: 0 }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    fdatasyncSync(file: number) {
      fs.syncs += 1;
      real.fdatasyncSync(file);
    },
    /** A disk of which a test decides how many octets it still takes. */
    writeSync: (file: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
      const count = fs.fail === undefined ? length : fs.fail(length);
      if (count < 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      return real.writeSync(file, bytes, offset, Math.min(count, length), position);
    },
  };
});

const directories: string[] = [];
const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-store-'));
  directories.push(directory);
  return directory;
};

afterEach(() => {
  fs.fail = undefined;
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const host = { now: () => 0, random: words(1) };
const boxOn = (directory: string, options: Partial<OutboxOptions> = {}, segmentSize = 4096): Outbox =>
  new Outbox(
    { memory: 4096, keep: 'acknowledged', store: new FileStore(directory, { segmentSize }), ...options },
    host,
  );
const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);

function sendAll(box: Outbox): string[] {
  const all: string[] = [];
  for (let record = box._ring._next(); record >= 0; record = box._ring._next()) {
    const number = new DataView(box._ring._bytes.buffer).getUint32(record + 12, true);
    const flags = box._ring._bytes[record + 9];
    const payload = box._ring._bytes.subarray(record + 16, record + 16 + box._ring._lengthOf(record));
    all.push(`${number}/${flags}:${payload.join()}`);
    box._ring._sent(record);
  }
  return all;
}

describe('the checksum', () => {
  test('of the digits is the one that every CRC-32 is checked by', () => {
    expect(crc32(Buffer.from('123456789'), 0, 9)).toBe(0xcbf43926);
  });

  test.skipIf(zlibCrc32 === undefined)('is that of zlib, however it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        const at = Math.min(cut, bytes.length);
        expect(crc32(bytes, at, bytes.length, crc32(bytes, 0, at))).toBe(zlibCrc32(bytes));
      }),
    );
  });
});

describe('records outlive their outbox', () => {
  test('with their numbers, their kind and the session, and are marked as perhaps sent', () => {
    const directory = newDirectory();
    const before = boxOn(directory, { urgentMemory: 512 });
    before.post(octets(1, 2), { binary: false });
    before.post(octets(3), { urgent: true });
    before.post(octets());
    before.close();
    const after = boxOn(directory, { urgentMemory: 512 });
    expect([...after.session]).toEqual([...before.session]);
    expect([after.kept, after.nextNumber]).toEqual([3, 3]);
    expect(sendAll(after)).toEqual(['1/6:3', '0/5:1,2', '2/4:']);
    expect(after.acknowledge(2)).toBe(2);
    after.close();
    const last = boxOn(directory);
    expect(sendAll(last)).toEqual(['1/4:3']);
    expect(last.acknowledge(1)).toBe(1);
    last.close();
    const empty = boxOn(directory);
    expect([empty.kept, empty.nextNumber]).toEqual([0, 3]);
    empty.close();
  });

  test('those that were dropped or let go do not come back', () => {
    const directory = newDirectory();
    const before = boxOn(directory, { memory: 256, keep: 'written' });
    for (let i = 0; i < 30; i++) before.post(new Uint8Array(40).fill(i));
    const { kept } = before;
    expect(before.counters.droppedOldest).toBe(30 - kept);
    before.close();
    const after = boxOn(directory, { memory: 256, keep: 'written' });
    expect(after.kept).toBe(kept);
    expect(sendAll(after)[0]).toContain(`${30 - kept}/`);
    after._flushed();
    after.close();
    const empty = boxOn(directory);
    expect(empty.kept).toBe(0);
    empty.close();
  });

  test('the disk holds no more than what counts and a file or two', () => {
    const directory = newDirectory();
    const box = boxOn(directory);
    for (let i = 0; i < 2000; i++) {
      box.post(new Uint8Array(100).fill(i));
      sendAll(box);
      box.acknowledge(i);
    }
    const files = readdirSync(directory).filter((name) => name.endsWith('.outbox'));
    expect(files.length).toBeLessThanOrEqual(2);
    box.close();
    const after = boxOn(directory);
    expect([after.kept, after.nextNumber]).toEqual([0, 2000]);
    after.close();
  });

  test('are read by a store that was closed, and its files are let go as before', () => {
    const directory = newDirectory();
    const store = new FileStore(directory, { segmentSize: 4096 });
    for (let round = 0; round < 3; round++) {
      const found: number[] = [];
      const { next } = store.read((number) => found.push(number));
      expect([found, next]).toEqual([round === 0 ? [] : [50 * round - 1], 50 * round]);
      for (let i = 0; i < 50; i++) store.append(next + i, 0, new Uint8Array(200), 0, 200);
      store.trim(next + 48, false);
      store.close();
      expect(readdirSync(directory).filter((name) => name.endsWith('.outbox'))).toHaveLength(1);
    }
  });

  test('an urgent one that comes after very many others is kept like any other', () => {
    const directory = newDirectory();
    const store = new FileStore(directory, { segmentSize: 4096 });
    const kept = (of: FileStore): number[] => {
      const numbers: number[] = [];
      of.read((number) => numbers.push(number));
      return numbers;
    };
    kept(store);
    store.append(0, 2, octets(1), 0, 1);
    store.trim(0, true);
    for (let number = 0; number < 0x90000000; number += 0x10000000) {
      store.append(number, 0, octets(1), 0, 1);
      store.trim(number, false);
    }
    store.append(0x90000001, 2, octets(1), 0, 1);
    store.close();
    const after = new FileStore(directory);
    expect(kept(after)).toEqual([0x90000001]);
    after.close();
  });

  test('more than there is memory for: the latest are kept', () => {
    const directory = newDirectory();
    const before = boxOn(directory);
    for (let i = 0; i < 20; i++) before.post(new Uint8Array(100).fill(i));
    before.close();
    const after = boxOn(directory, { memory: 512 });
    expect([after.kept, after.counters.unread]).toEqual([4, 16]);
    expect(sendAll(after).map((text) => Number(text.split('/')[0]))).toEqual([16, 17, 18, 19]);
    after.close();
  });
});

describe('a file that was torn', () => {
  /** The octets of a store's only file, with what is in it after so many of them. */
  function write(): { octets: Buffer; name: string; ends: number[] } {
    const directory = newDirectory();
    const box = boxOn(directory);
    const [name] = ['00000001.outbox'];
    const ends: number[] = [];
    for (let i = 0; i < 5; i++) {
      box.post(new Uint8Array(i * 7).fill(i));
      ends.push(readFileSync(join(directory, name)).length);
    }
    box.close();
    return { octets: readFileSync(join(directory, name)), name, ends };
  }

  test('at any octet loses what was not whole, and goes on', () => {
    const { octets: file, name, ends } = write();
    for (let cut = 0; cut <= file.length; cut++) {
      const directory = newDirectory();
      writeFileSync(join(directory, name), file.subarray(0, cut));
      const box = boxOn(directory);
      const whole = ends.filter((end) => end <= cut).length;
      expect([cut, box.kept]).toEqual([cut, whole]);
      box.post(octets(99));
      box.close();
      const after = boxOn(directory);
      expect([cut, sendAll(after).at(-1)?.slice(-5)]).toEqual([cut, `/4:99`]);
      expect(after.kept).toBe(whole + 1);
      after.close();
    }
  });

  test('by a bit that is wrong ends there', () => {
    const { octets: file, name, ends } = write();
    for (let at = ends[0]; at < file.length; at += 3) {
      const directory = newDirectory();
      const wrong = Buffer.from(file);
      wrong[at] ^= 1 << (at & 7);
      writeFileSync(join(directory, name), wrong);
      const box = boxOn(directory);
      expect(box.kept).toBe(ends.filter((end) => end <= at).length);
      box.close();
    }
  });
});

describe('records that are lost with what was damaged', () => {
  /** The next number after `harm`, and those that are sent. */
  function after(harm: (directory: string, names: readonly string[]) => void): [number, string[]] {
    const directory = newDirectory();
    const box = boxOn(directory, { memory: 16_384 });
    for (let i = 0; i < 20; i++) box.post(new Uint8Array(400).fill(i));
    box.close();
    const names = readdirSync(directory).filter((name) => name.endsWith('.outbox'));
    expect(names.length).toBeGreaterThan(1);
    harm(directory, names.sort());
    const second = boxOn(directory, { memory: 16_384 });
    const { nextNumber } = second;
    expect(second.post(octets(1))).toBe(nextNumber);
    second.close();
    const third = boxOn(directory, { memory: 16_384 });
    const sent = sendAll(third);
    expect(sent.at(-1)).toBe(`${nextNumber}/4:1`);
    third.close();
    return [nextNumber, sent];
  }

  test('have numbers that are not given again: the receiver would take others for them', () => {
    const harmed = (at: (length: number) => number) => (directory: string, names: readonly string[]) => {
      const path = join(directory, names.at(-1)!);
      const file = readFileSync(path);
      file[at(file.length)] ^= 1;
      writeFileSync(path, file);
    };
    expect(after(harmed((length) => length - 1))[0]).toBeGreaterThanOrEqual(20);
    expect(after(harmed(() => 3))[0]).toBeGreaterThanOrEqual(20);
    const torn = (directory: string, names: readonly string[]): void => {
      const path = join(directory, names.at(-1)!);
      writeFileSync(path, readFileSync(path).subarray(0, 20));
    };
    expect(after(torn)[0]).toBeGreaterThanOrEqual(20);
  });

  test('do not lead numbers away where the word is wrong that sets some aside', () => {
    for (let bit = 0; bit < 32; bit++) {
      const [next, sent] = after((directory, names) => {
        const path = join(directory, names[0]);
        const file = readFileSync(path);
        file[44 + (bit >> 3)] ^= 1 << (bit & 7);
        writeFileSync(path, file);
      });
      expect([bit, next < 0x40000, sent.length]).toEqual([bit, true, 21]);
    }
  });

  test('cost no number where nothing is damaged', () => {
    expect(after(() => {})[0]).toBe(20);
  });
});

describe('a disk that is full', () => {
  test('is told of once, leaves nothing torn, and all goes on in memory and then on the disk', () => {
    const directory = newDirectory();
    const box = boxOn(directory);
    box.post(octets(0));
    // It takes half of an entry, and then nothing.
    let left = 10;
    fs.fail = (length) => {
      // Four octets in place are no new ones.
      if (length === 4) return 4;
      if (left === 0) return -1;
      const count = Math.min(left, length);
      left -= count;
      return count;
    };
    expect(box.post(octets(1))).toBe(1);
    expect(box._keeper!._hasNews).toBe(true);
    expect(String(box.storeError)).toContain('ENOSPC');
    box._keeper!._hasNews = false;
    expect(box.post(octets(2))).toBe(2);
    expect(box._keeper!._hasNews).toBe(false);
    expect(box.counters).toMatchObject({ kept: 3, unstored: 2 });
    fs.fail = undefined;
    box.post(octets(3));
    expect([box._keeper!._hasNews, box.storeError]).toEqual([true, undefined]);
    box.close();
    const after = boxOn(directory);
    expect(sendAll(after)).toEqual(['0/4:0', '3/4:3']);
    after.close();
  });

  test('does not let a number be given twice: what was not written may have been sent', () => {
    const directory = newDirectory();
    const box = boxOn(directory);
    box.post(octets(0));
    fs.fail = (length) => (length === 4 ? 4 : -1);
    for (let i = 1; i < 10; i++) box.post(octets(i));
    sendAll(box);
    box.close();
    fs.fail = undefined;
    const after = boxOn(directory);
    expect(after.kept).toBe(1);
    expect(after.nextNumber).toBeGreaterThanOrEqual(10);
    after.close();
  });

  test.each([4096, 65_536])(
    'of records that do not count any more is given back, files of %d octets',
    (segmentSize) => {
      const directory = newDirectory();
      const names = () => readdirSync(directory).filter((name) => name.endsWith('.outbox'));
      const used = () => names().reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
      const box = boxOn(directory, { memory: 8192 }, segmentSize);
      // A disk of 5,000 octets, on which nothing else is.
      fs.fail = (length) => {
        if (length === 4) return 4;
        const left = 5000 - used();
        return left > 0 ? Math.min(left, length) : -1;
      };
      for (let i = 0; i < 60; i++) box.post(new Uint8Array(100));
      expect(String(box.storeError)).toContain('ENOSPC');
      const { unstored } = box.counters;
      expect(unstored).toBeGreaterThan(5);
      sendAll(box);
      for (let number = 0; number < 60; number++) box.acknowledge(number);
      expect(box.kept).toBe(0);
      for (let round = 0; round < 200; round++) {
        const number = box.post(octets(round));
        expect(box.storeError).toBeUndefined();
        sendAll(box);
        if (round < 199) box.acknowledge(number);
      }
      expect(box.counters.unstored).toBe(unstored);
      box.close();
      fs.fail = undefined;
      const after = boxOn(directory, { memory: 8192 }, segmentSize);
      expect(sendAll(after)).toEqual(['259/4:199']);
      expect(after.nextNumber).toBeGreaterThanOrEqual(260);
      expect(Buffer.compare(after.session, box.session)).toBe(0);
      after.close();
    },
  );

  test('is never full of what was acknowledged, whatever the length of its files', () => {
    const directory = newDirectory();
    const box = boxOn(directory, {}, 65_536);
    fs.fail = (length) => {
      if (length === 4) return 4;
      const [name] = readdirSync(directory).filter((each) => each.endsWith('.outbox'));
      const left = 5000 - (name === undefined ? 0 : statSync(join(directory, name)).size);
      return left > 0 ? Math.min(left, length) : -1;
    };
    for (let number = 0; number < 400; number++) {
      expect(box.post(octets(number))).toBe(number);
      sendAll(box);
      box.acknowledge(number);
      expect(box._keeper!._hasNews).toBe(false);
    }
    expect(box.counters.unstored).toBe(0);
    box.close();
    const after = boxOn(directory, {}, 65_536);
    expect([after.kept, after.nextNumber >= 400]).toEqual([0, true]);
    after.close();
  });

  test('gives back nothing while a record of either lane counts, nor where its numbers cannot be set aside', () => {
    for (const [urgent, takesNumbers] of [
      [true, true],
      [false, false],
    ]) {
      const directory = newDirectory();
      const box = boxOn(directory, { urgentMemory: 512 });
      box.post(octets(7), { urgent });
      for (let i = 0; i < 3; i++) box.post(octets(i));
      sendAll(box);
      fs.fail = (length) => (length === 4 && takesNumbers ? 4 : -1);
      box.acknowledge(3);
      box.post(octets(9));
      expect(String(box.storeError)).toContain('ENOSPC');
      box.close();
      fs.fail = undefined;
      const after = boxOn(directory, { urgentMemory: 512 });
      // The acknowledgement is not in the file, nor the last record.
      expect(sendAll(after)).toEqual(
        urgent ? ['0/6:7', '1/4:0', '2/4:1', '3/4:2'] : ['0/4:7', '1/4:0', '2/4:1', '3/4:2'],
      );
      after.close();
    }
  });

  test('from the beginning is no reason not to begin', () => {
    const directory = newDirectory();
    fs.fail = () => -1;
    const box = boxOn(directory);
    expect(box.post(octets(1))).toBe(0);
    expect(String(box.storeError)).toContain('ENOSPC');
    fs.fail = undefined;
    box.post(octets(2));
    expect(box.storeError).toBeUndefined();
    box.close();
  });
});

describe('records that are dropped last before the end', () => {
  const fullBoxOn = (directory: string, sync = false): NodeOutbox =>
    new NodeOutbox({ memory: 256, whenFull: 'dropNewest', store: new FileStore(directory, { sync }) });

  test('have numbers that are not given again: none of 200,000, for four octets each 65,536', () => {
    const directory = newDirectory();
    const box = fullBoxOn(directory);
    while (box.counters.droppedNewest === 0) box.post(octets(1, 2, 3));
    let writes = 0;
    fs.fail = (length) => (writes++, length);
    let last = 0;
    for (let posts = 0; posts < 200_000; posts++) last = box.post(octets(4));
    fs.fail = undefined;
    // The first one has set its numbers aside already.
    expect(writes).toBeLessThanOrEqual(3);
    // It ends here, without a close, as by `kill -9`; only its lock is let go, since this process lives on.
    rmSync(join(directory, 'lock'));
    const after = fullBoxOn(directory);
    expect(after.nextNumber).toBeGreaterThan(last);
    expect(after.nextNumber - last).toBeLessThanOrEqual(2 * 0x10000);
    // Nothing is set aside where nothing has been dropped since.
    after.close();
    const again = fullBoxOn(directory);
    expect([again.nextNumber, again.kept]).toEqual([after.nextNumber, box.kept]);
    again.close();
    box.close();
  });

  test('are on the disk where records are', () => {
    const box = fullBoxOn(newDirectory(), true);
    let syncs = -1;
    while (box.counters.droppedNewest === 0) {
      syncs = fs.syncs;
      box.post(octets(1, 2, 3));
    }
    expect(fs.syncs).toBe(syncs + 1);
    box.close();
  });

  test('cost nothing where the disk takes nothing: post says what it did', () => {
    const directory = newDirectory();
    const box = fullBoxOn(directory);
    let number = 0;
    while (box.counters.droppedNewest === 0) {
      fs.fail = undefined;
      number = box.post(octets(1, 2, 3));
      fs.fail = () => -1;
    }
    expect(box.post(octets(1))).toBe(number + 1);
    fs.fail = undefined;
    box.close();
  });
});

describe('what cannot be a store', () => {
  test('is refused with a sentence, and nothing is left behind', () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'file'), '');
    expect(() => boxOn(join(directory, 'file'))).toThrow(RingletError);
    expect(() => boxOn(join(directory, 'file'))).toThrow(/^the store in .*file cannot be used: /);
    expect(() => new FileStore(directory, { segmentSize: 1 })).toThrow('segmentSize');
    expect(readdirSync(directory)).toEqual(['file']);
    if (process.getuid?.() === 0) return;
    chmodSync(directory, 0o500);
    expect(() => boxOn(join(directory, 'new'))).toThrow(RingletError);
  });

  test('is one that another process has; one that was killed is no other process', () => {
    const directory = newDirectory();
    const box = boxOn(directory);
    expect(() => boxOn(directory)).toThrow(`it is in use by process ${process.pid}`);
    box.close();
    expect(readdirSync(directory)).not.toContain('lock');
    for (const owner of ['', 'nonsense', '999999999 1', `${process.pid} 1`, '-1 0', '0 0']) {
      writeFileSync(join(directory, 'lock'), owner);
      boxOn(directory).close();
      if (owner !== '') symlinkSync(owner, join(directory, 'lock'));
      boxOn(directory).close();
    }
    expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  test('has a file with a header that is wrong: it may hold records, and stays as it is', () => {
    for (const [at, value] of [
      [7, 0x32],
      [9, 0xff],
      [17, 0xff],
      [40, 0xff],
    ]) {
      const directory = newDirectory();
      const box = boxOn(directory);
      box.post(octets(1));
      box.close();
      const path = join(directory, '00000001.outbox');
      const file = readFileSync(path);
      file[at] = file[at] === value ? 0 : value;
      writeFileSync(path, file);
      expect(() => boxOn(directory)).toThrow(/00000001\.outbox is damaged, or of another version$/);
      expect(readdirSync(directory)).toEqual(['00000001.outbox']);
      expect(readFileSync(path)).toEqual(file);
    }
    // What a loss of power leaves of a file that was just begun.
    const directory = newDirectory();
    writeFileSync(join(directory, '00000001.outbox'), Buffer.alloc(48));
    boxOn(directory).close();
  });

  test('is one that is closed: what is posted then is in memory only', () => {
    const directory = newDirectory();
    const box = boxOn(directory);
    box.post(octets(1));
    box.close();
    const before = readdirSync(directory);
    expect(box.post(octets(2))).toBe(1);
    expect(String(box.storeError)).toContain('the store is closed');
    expect([box.kept, box.counters.unstored]).toEqual([2, 1]);
    expect(box.acknowledge(1)).toBe(0);
    box.close();
    expect(readdirSync(directory)).toEqual(before);
  });

  test('is one whose directory is gone: to close it is no error', () => {
    const directory = newDirectory();
    const box = boxOn(join(directory, 'store'));
    box.post(octets(1));
    rmSync(join(directory, 'store'), { recursive: true });
    box.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('is left in peace where its files are strange', () => {
    const directory = newDirectory();
    writeFileSync(join(directory, '00000001.outbox'), Buffer.alloc(500, 7));
    writeFileSync(join(directory, 'notes.txt'), 'mine');
    const box = boxOn(directory);
    expect(box.post(octets(5))).toBe(0);
    box.close();
    expect(readFileSync(join(directory, '00000001.outbox')).length).toBe(500);
    const after = boxOn(directory);
    expect(after.kept).toBe(1);
    after.close();
  });
});
