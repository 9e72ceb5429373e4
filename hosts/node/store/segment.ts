import { crc32 } from '../../../src/uplink/crc32.ts';
import { isAfter, type LaneNumbers } from '../../../src/uplink/numbers.ts';

/**
 * The octets of a store's files: a header, then entries one behind the other, each with a checksum. Numbers are
 * little-endian. See docs/uplink.md.
 */

/** `RNGLTBOX`. */
const MAGIC = Buffer.from('RNGLTBOX', 'latin1');
/** Octets of it that all versions have. */
const FAMILY = 5;

/** Octets of the header; where its checksum is, and behind that the one number that is changed in place. */
export const HEADER_LENGTH = 48;
const CHECKSUM_AT = 40;
export const RESERVED_AT = 44;

/** Octets in front of an entry's payload: length, number, flags, kind, two zeros, checksum. */
export const ENTRY_LENGTH = 16;

export const enum EntryKind {
  record = 1,
  /** All records of a lane up to this number are gone; `flags` is 1 for the urgent lane. */
  trim = 2,
}

export interface SegmentHeader {
  readonly session: Uint8Array;
  /** Number of the next record when the file was begun. */
  readonly next: number;
  /** How far each lane has been trimmed. */
  readonly trims: LaneNumbers;
  /** Numbers below this, a multiple of 2^16, may have been given to records that are in no file; 0 for none, -1 if damaged. */
  readonly reserved: number;
}

export interface Entry {
  readonly kind: number;
  readonly number: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

export function composeHeader({ session, next, trims, reserved }: SegmentHeader): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  MAGIC.copy(header);
  header.set(session, 8);
  header.writeUInt32LE(next, 16);
  header.writeUInt32LE(trims.normal >>> 0, 20);
  header.writeUInt32LE(trims.urgent >>> 0, 24);
  header[28] = (trims.normal < 0 ? 0 : 1) | (trims.urgent < 0 ? 0 : 2);
  header.writeUInt32LE(crc32(header, 0, CHECKSUM_AT), CHECKSUM_AT);
  header.writeUInt32LE(reservedWord(reserved), RESERVED_AT);
  return header;
}

/**
 * How the number is written that is changed in place, outside the header's checksum: it is a multiple of 2^16, and has a checksum
 * of its own in the lower half.
 */
export function reservedWord(reserved: number): number {
  if (reserved === 0) return 0;
  const high = Uint8Array.of(reserved >>> 16, reserved >>> 24);
  return (reserved | (crc32(high, 0, 2) & 0xffff)) >>> 0;
}

function reservedIn(word: number): number {
  const reserved = (word & 0xffff0000) >>> 0;
  return word === reservedWord(reserved) ? reserved : -1;
}

/** The header of a file; undefined if that is none, or was torn. */
export function readHeader(file: Buffer): SegmentHeader | undefined {
  if (file.length < HEADER_LENGTH || !file.subarray(0, 8).equals(MAGIC)) return undefined;
  if (file.readUInt32LE(CHECKSUM_AT) !== crc32(file, 0, CHECKSUM_AT)) return undefined;
  const bits = file[28];
  return {
    session: Uint8Array.from(file.subarray(8, 16)),
    next: file.readUInt32LE(16),
    trims: {
      normal: (bits & 1) === 0 ? -1 : file.readUInt32LE(20),
      urgent: (bits & 2) === 0 ? -1 : file.readUInt32LE(24),
    },
    reserved: reservedIn(file.readUInt32LE(RESERVED_AT)),
  };
}

/**
 * Whether a file without a sound header may hold records all the same: a bit of its header is wrong, or another version wrote
 * it. A file that was begun when the power failed is short, or has zeros.
 */
export function mayHoldRecords(file: Buffer): boolean {
  return file.length >= HEADER_LENGTH && file.subarray(0, FAMILY).equals(MAGIC.subarray(0, FAMILY));
}

/** Composes an entry at the beginning of `into`, which has room for it; returns its length. */
export function composeEntry(
  into: Buffer,
  kind: EntryKind,
  number: number,
  flags: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const length = end - start;
  into.writeUInt32LE(length, 0);
  into.writeUInt32LE(number, 4);
  into[8] = flags;
  into[9] = kind;
  into[10] = into[11] = 0;
  into.set(bytes.subarray(start, end), ENTRY_LENGTH);
  into.writeUInt32LE(
    crc32(into, ENTRY_LENGTH, ENTRY_LENGTH + length, crc32(into, 0, ENTRY_LENGTH - 4)),
    ENTRY_LENGTH - 4,
  );
  return ENTRY_LENGTH + length;
}

/** Gives every entry of a file up to the first that was torn; returns where the sound ones end. */
export function readEntries(file: Buffer, each: (entry: Entry) => void): number {
  let at = HEADER_LENGTH;
  while (at + ENTRY_LENGTH <= file.length) {
    const end = at + ENTRY_LENGTH + file.readUInt32LE(at);
    if (end > file.length) break;
    const checksum = crc32(file, at + ENTRY_LENGTH, end, crc32(file, at, at + ENTRY_LENGTH - 4));
    if (file.readUInt32LE(at + ENTRY_LENGTH - 4) !== checksum) break;
    each({
      number: file.readUInt32LE(at + 4),
      flags: file[at + 8],
      kind: file[at + 9],
      payload: file.subarray(at + ENTRY_LENGTH, end),
    });
    at = end;
  }
  return at;
}

/** Whether a file has records that count: `highest` are the numbers of its last ones, `trims` up to where each lane is gone. */
export function counts(highest: LaneNumbers, trims: LaneNumbers): boolean {
  return (
    (highest.normal >= 0 && (trims.normal < 0 || isAfter(highest.normal, trims.normal))) ||
    (highest.urgent >= 0 && (trims.urgent < 0 || isAfter(highest.urgent, trims.urgent)))
  );
}
