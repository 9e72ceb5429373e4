/** A page of a device's store, octet by octet: its header, its entries, and what is none of them. */
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  composePageEntry,
  composePageHeader,
  type DeviceFile,
  ENTRY,
  PageEntry,
  readPageEntries,
  readPageHeader,
} from '../../src/uplink/pages.ts';

/** A file that holds `octets`, and is only read. */
function fileOf(octets: Uint8Array): DeviceFile {
  return {
    length: octets.length,
    position: 0,
    read(_type, count) {
      const { position } = this;
      this.position += count;
      return octets.slice(position, position + count).buffer;
    },
    write() {},
    close() {},
  };
}

/** `octets` and their checksum behind them. */
function checked(octets: readonly number[]): Uint8Array {
  const sum = crc32(Uint8Array.from(octets));
  return Uint8Array.from([...octets, sum, sum >>> 8, sum >>> 16, sum >>> 24]);
}

const SESSION = [11, 12, 13, 14, 15, 16, 17, 18];
const MAGIC = [...Buffer.from('RNGP')];

describe('a header', () => {
  // How far a lane is trimmed, and its octets; a lane that is not trimmed has no bit.
  const lanes = [
    [-1, [255, 255, 255, 255], 0],
    [0, [0, 0, 0, 0], 1],
    [0x01020304, [4, 3, 2, 1], 1],
    [0xf1f2f3f4, [0xf4, 0xf3, 0xf2, 0xf1], 1],
  ] as const;
  const all = lanes.flatMap((normal) => lanes.map((urgent) => [normal, urgent] as const));

  test.each(all)('of lanes trimmed to %j and %j', (normal, urgent) => {
    const header = {
      generation: 0xa1a2a3a4,
      session: Uint8Array.from(SESSION),
      next: 0xb1b2b3b4,
      trims: { normal: normal[0], urgent: urgent[0] },
    };
    const octets = checked(
      [
        ...MAGIC,
        ...[0xa4, 0xa3, 0xa2, 0xa1],
        ...SESSION,
        ...[0xb4, 0xb3, 0xb2, 0xb1],
        ...normal[1],
        ...urgent[1],
        ...[normal[2] | (urgent[2] << 1), 0, 0, 0],
      ].flat(),
    );
    expect([...new Uint8Array(composePageHeader(header))]).toEqual([...octets]);
    expect(readPageHeader(fileOf(octets))).toEqual(header);
  });

  const whole = new Uint8Array(
    composePageHeader({
      generation: 1,
      session: Uint8Array.from(SESSION),
      next: 2,
      trims: { normal: 3, urgent: 4 },
    }),
  );

  test('is none that is cut off, and may have something behind it', () => {
    for (let length = 0; length < whole.length; length++)
      expect(readPageHeader(fileOf(whole.slice(0, length)))).toBeUndefined();
    expect(readPageHeader(fileOf(Uint8Array.from([...whole, 1])))?.next).toBe(2);
  });

  test('is none with an octet that has changed, nor that of another file with a sound checksum', () => {
    for (let at = 0; at < whole.length; at++) {
      const other = whole.map((octet, index) => (index === at ? octet ^ 1 : octet));
      expect(readPageHeader(fileOf(other))).toBeUndefined();
    }
    const others = [...whole.subarray(0, -4)];
    others[0] ^= 1;
    expect(readPageHeader(fileOf(checked(others)))).toBeUndefined();
  });
});

describe('an entry', () => {
  const bytes = Uint8Array.of(90, 91, 92, 93, 94);

  /** Length, number, flags and kind, then the checksum of that and of the payload. */
  function octetsOf(head: readonly number[], payload: readonly number[]): number[] {
    const sum = crc32(Uint8Array.from([...head, ...payload]));
    return [...head, sum & 255, (sum >>> 8) & 255, (sum >>> 16) & 255, sum >>> 24, ...payload];
  }

  test('of a record and of a trim', () => {
    const record = composePageEntry(PageEntry.record, 0xc1c2c3c4, 6, bytes, 1, 4);
    const head = [3, 0, 0, 0, 0xc4, 0xc3, 0xc2, 0xc1, 6, 1, 0, 0];
    expect([...new Uint8Array(record)]).toEqual(octetsOf(head, [91, 92, 93]));
    const trim = composePageEntry(PageEntry.trim, 5, 1, bytes, 2, 2);
    expect([...new Uint8Array(trim)]).toEqual(octetsOf([0, 0, 0, 0, 5, 0, 0, 0, 1, 2, 0, 0], []));
  });

  const entries = [
    composePageEntry(PageEntry.record, 0xc1c2c3c4, 6, bytes, 1, 4),
    composePageEntry(PageEntry.trim, 5, 1, bytes, 2, 2),
    composePageEntry(PageEntry.record, 7, 0, new Uint8Array(300).fill(5), 0, 300),
  ].map((buffer) => [...new Uint8Array(buffer)]);
  const read = (octets: readonly number[]): [boolean, string[]] => {
    const found: string[] = [];
    const isWhole = readPageEntries(
      fileOf(Uint8Array.from([...new Uint8Array(36), ...octets])),
      (kind, number, flags, all) => {
        found.push([kind, number, flags, all.length - ENTRY, all[ENTRY]].join());
      },
    );
    return [isWhole, found];
  };
  const told = ['1,3250766788,6,3,91', '2,5,1,0,', '1,7,0,300,5'];

  test('is read as it was written, one behind the other', () => {
    expect(read([])).toEqual([true, []]);
    expect(read(entries.flat())).toEqual([true, told]);
  });

  test('is none that is cut off, and those before it are told', () => {
    const octets = entries.flat();
    const ends = [0, entries[0].length, entries[0].length + entries[1].length];
    for (let length = 0; length < octets.length; length++) {
      const count = ends.filter((end) => end <= length).length - 1;
      expect(read(octets.slice(0, length))).toEqual([ends.includes(length), told.slice(0, count)]);
    }
  });
});
