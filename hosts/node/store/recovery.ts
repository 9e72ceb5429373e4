import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isAfter, keepUp, type LaneNumbers } from '../../../src/uplink/numbers.ts';
import { RecordFlag } from '../../../src/uplink/protocol.ts';
import { type Entry, EntryKind, HEADER_LENGTH, mayHoldRecords, readEntries, readHeader } from './segment.ts';

/** What the files of a store's directory say after the program that wrote them has ended, however it did. */

const SUFFIX = '.outbox';
/** So many numbers are set aside at once for records that cannot be written, or may have been lost with what was damaged. */
export const RESERVE = 0x10000;

/** A file of the store. */
export interface Segment {
  readonly path: string;
  /** The highest numbers in it; −1 for none. */
  readonly highest: LaneNumbers;
}

/** What was found; without a segment, a beginning. */
export interface Recovery {
  /** The oldest first; the last one is gone on with. */
  readonly segments: readonly Segment[];
  /** Octets of the last segment that are sound: there the next entry goes. */
  readonly size: number;
  /** Number of the last file, which may be gone. */
  readonly serial: number;
  readonly session: Uint8Array;
  /** Number of the next record. */
  readonly next: number;
  /** How far each lane has been trimmed. */
  readonly trims: LaneNumbers;
  /** Numbers below this may have been given to records that are in no file; 0 for none. */
  readonly reserved: number;
  /** The records that count, in the order of their numbers. */
  readonly records: Entry[];
}

export const laneOf = (flags: number): keyof LaneNumbers =>
  (flags & RecordFlag.urgent) === 0 ? 'normal' : 'urgent';

/** The name of the file with the number `serial`. */
export const segmentName = (serial: number): string => `${String(serial).padStart(8, '0')}${SUFFIX}`;

/** Reads the files of `directory`. Throws for one that is of another version, or whose header is damaged. */
export function recover(directory: string): Recovery {
  const names = readdirSync(directory).filter((name) => /^[0-9]{8}\.outbox$/.test(name));
  const segments: Segment[] = [];
  const records: Entry[] = [];
  const trims: LaneNumbers = { normal: -1, urgent: -1 };
  let session: Uint8Array = new Uint8Array(8);
  let next = 0;
  let reserved = 0;
  let serial = 0;
  let size = 0;
  let hasLost = false;

  /** Numbers up to `number` are given. */
  const note = (number: number): void => {
    const isFirst = segments.length === 0 && next === 0;
    if (isFirst || isAfter(number, next)) next = number >>> 0;
  };

  for (const name of names.sort()) {
    const path = join(directory, name);
    serial = Number(name.slice(0, -SUFFIX.length));
    const octets = readFileSync(path);
    const header = readHeader(octets);
    if (header === undefined) {
      if (mayHoldRecords(octets)) throw new Error(`${path} is damaged, or of another version`);
      // The program was killed while it began this one: nothing stands in it yet.
      if (octets.length < HEADER_LENGTH) unlinkSync(path);
      hasLost = true;
      continue;
    }
    session = Uint8Array.from(header.session);
    Object.assign(trims, header.trims);
    note(header.next);
    // Numbers that were given to records that could not be written are not given again.
    if (header.reserved > 0) note(header.reserved);
    // A wrong one would lead numbers so far away that all others are old.
    hasLost ||= header.reserved < 0;
    reserved = Math.max(0, header.reserved);
    const highest: LaneNumbers = { normal: -1, urgent: -1 };
    size = readEntries(octets, (entry) => {
      const { kind, number, flags } = entry;
      if (kind === EntryKind.record) {
        records.push(entry);
        note(number + 1);
        keepUp(trims, number);
        highest[laneOf(flags)] = number;
      } else trims[flags === 0 ? 'normal' : 'urgent'] = number;
    });
    hasLost ||= size < octets.length;
    segments.push({ path, highest });
  }
  if (segments.length === 0) session = Uint8Array.from(randomBytes(8));
  // Records that are lost may have been sent: with their numbers, others would be taken for them.
  else if (hasLost) next = (next + RESERVE) >>> 0;
  const counting = records.filter(({ number, flags }) => {
    const trim = trims[laneOf(flags)];
    return trim < 0 || isAfter(number, trim);
  });
  return { segments, size, serial, session, next, trims, reserved, records: counting };
}
