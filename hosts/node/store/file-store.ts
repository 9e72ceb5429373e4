import { closeSync, fdatasyncSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { RingletError } from '../../../src/errors.ts';
import { UplinkError } from '../../../src/uplink/failure.ts';
import { isAfter, keepUp, type LaneNumbers } from '../../../src/uplink/numbers.ts';
import type { Store, StoredRecord, StoreState } from '../../../src/uplink/store.ts';
import { checkBoolean, checkKnown, checkOption, readingOf } from '../options.ts';
import { makeDirectory } from '../make-directory.ts';
import { lock } from './lock.ts';
import { laneOf, recover, RESERVE, type Segment, segmentName } from './recovery.ts';
import {
  composeEntry,
  composeHeader,
  counts,
  type Entry,
  ENTRY_LENGTH,
  EntryKind,
  HEADER_LENGTH,
  RESERVED_AT,
  reservedWord,
} from './segment.ts';

/** Options of {@link FileStore}. */
export interface FileStoreOptions {
  /**
   * Whether each record is on the disk, and not only with the system, before it is promised: then it outlives the loss
   * of power, too, and a post takes milliseconds. Default false: it outlives the end of the program, however that came.
   */
  readonly sync?: boolean | undefined;
  /** Octets after which a new file is begun, from 4096. Default 1 MiB. Files are removed when nothing in them counts. */
  readonly segmentSize?: number | undefined;
}

const SMALLEST_SEGMENT = 4096;
const SEGMENT = 0x100000;

/** Does what is to be done after a failure, which is the one that is told of. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // As said.
  }
}

/**
 * `number` was given to a record that is dropped, and comes into no file: it is not given again. Sets many aside at once, so that
 * most calls write nothing.
 */
export let setAside: (store: FileStore, number: number) => void;

/**
 * Keeps an outbox's records in files of a directory of its own. What was appended outlives the program, whenever it is
 * killed: an entry that was torn is found by its checksum. One process at a time.
 */
export class FileStore implements Store {
  readonly #directory: string;
  readonly #isSync: boolean;
  readonly #segmentSize: number;
  /** The oldest first; the last one is written. */
  readonly #segments: Segment[] = [];
  readonly #trims: LaneNumbers = { normal: -1, urgent: -1 };
  #session: Uint8Array = new Uint8Array(8);
  #next = 0;
  #reserved = 0;
  #serial = 0;
  #file = -1;
  /** Where the next entry goes. */
  #size = 0;
  #scratch = Buffer.alloc(4096);
  #unlock: (() => void) | undefined;

  static {
    setAside = (store, number) => store.#reserve(number);
  }

  /** Throws a RingletError for a directory or options that are wrong. Nothing is opened before `read`. */
  constructor(directory: string, options: FileStoreOptions = {}) {
    checkOption(typeof directory === 'string' && directory !== '', 'directory', 'the path of a directory');
    const { sync = false, segmentSize = SEGMENT } = readingOf('an option of FileStore', () => {
      checkKnown('FileStore', options, ['sync', 'segmentSize']);
      return { sync: options.sync, segmentSize: options.segmentSize };
    });
    checkBoolean(sync, 'sync');
    const isSize = typeof segmentSize === 'number' && segmentSize >= SMALLEST_SEGMENT;
    checkOption(isSize, 'segmentSize', `a number of octets from ${SMALLEST_SEGMENT}`);
    this.#directory = directory;
    this.#isSync = sync;
    this.#segmentSize = segmentSize;
  }

  /**
   * Opens the directory, which is made if it is not there. Throws a RingletError with a sentence if it cannot be had.
   */
  read(each: StoredRecord): StoreState {
    try {
      makeDirectory(this.#directory);
      this.#unlock = lock(join(this.#directory, 'lock'));
      const records = this.#recover();
      for (const { number, flags, payload } of records) each(number, flags, payload, 0, payload.length);
    } catch (error) {
      attempt(() => this.close());
      const message = `the store in ${this.#directory} cannot be used: ${(error as Error).message}`;
      throw new RingletError(UplinkError.storeFailed, message);
    }
    return { session: this.#session, next: this.#next };
  }

  append(number: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    // Without the lock the files may be another process's.
    if (this.#unlock === undefined) throw new RingletError(UplinkError.storeFailed, 'the store is closed');
    try {
      this.#makeReady();
      this.#write(EntryKind.record, number, flags, bytes, start, end);
    } catch (error) {
      this.#reserve(number);
      throw error;
    }
    this.#segments[this.#segments.length - 1].highest[laneOf(flags)] = number;
    keepUp(this.#trims, number);
    this.#next = (number + 1) >>> 0;
  }

  trim(number: number, urgent: boolean): void {
    const lane = urgent ? 'urgent' : 'normal';
    if (this.#trims[lane] >= 0 && !isAfter(number, this.#trims[lane])) return;
    this.#trims[lane] = number;
    if (this.#file < 0) return;
    // First what makes room on the disk.
    while (this.#segments.length > 1 && !counts(this.#segments[0].highest, this.#trims)) {
      unlinkSync(this.#segments[0].path);
      this.#segments.shift();
    }
    this.#write(EntryKind.trim, number, urgent ? 1 : 0, this.#scratch, 0, 0);
    this.#makeReady();
  }

  close(): void {
    const file = this.#file;
    this.#file = -1;
    try {
      if (file >= 0) closeSync(file);
    } finally {
      // Where that fails, it can be closed again.
      this.#unlock?.();
      this.#unlock = undefined;
    }
  }

  // --- Inside --------------------------------------------------------------------------------------------

  /** Takes over what the files have, and goes on with the last one. Returns the records that count. */
  #recover(): Entry[] {
    const found = recover(this.#directory);
    this.#session = found.session;
    this.#next = found.next;
    this.#reserved = found.reserved;
    this.#serial = found.serial;
    this.#size = found.size;
    Object.assign(this.#trims, found.trims);
    // It may be read anew after it was closed.
    this.#segments.splice(0, this.#segments.length, ...found.segments);
    const last = this.#segments[this.#segments.length - 1];
    if (last !== undefined) {
      this.#file = openSync(last.path, 'r+');
      // What was torn would hide what comes after it.
      ftruncateSync(this.#file, this.#size);
    }
    return found.records;
  }

  /** Begins a new file where there is none, or the last one is long enough. */
  #makeReady(): void {
    if (this.#file >= 0 && this.#size <= this.#segmentSize) return;
    try {
      this.#beginSegment();
    } catch (error) {
      if (!this.#empty()) throw error;
    }
  }

  /**
   * The disk takes no more: gives back what the last file has, where nothing in it counts. Returns whether it did. All
   * numbers so far are set aside before, since the entries said which they were.
   */
  #empty(): boolean {
    const segment = this.#segments[this.#segments.length - 1];
    if (this.#file < 0 || this.#size === HEADER_LENGTH || counts(segment.highest, this.#trims)) return false;
    this.#reserve((this.#next - 1) >>> 0);
    if (this.#reserved === 0 || isAfter(this.#next, this.#reserved)) return false;
    if (this.#isSync) fdatasyncSync(this.#file);
    ftruncateSync(this.#file, HEADER_LENGTH);
    this.#size = HEADER_LENGTH;
    segment.highest.normal = segment.highest.urgent = -1;
    return true;
  }

  /** Begins a new file. */
  #beginSegment(): void {
    const path = join(this.#directory, segmentName(++this.#serial));
    const file = openSync(path, 'wx');
    const before = this.#file;
    const size = this.#size;
    this.#file = file;
    this.#size = 0;
    try {
      const header = composeHeader({
        session: this.#session,
        next: this.#next,
        trims: this.#trims,
        reserved: this.#reserved,
      });
      this.#put(header, HEADER_LENGTH);
    } catch (error) {
      this.#file = before;
      this.#size = size;
      attempt(() => closeSync(file));
      // If it stays, it is found without a header, or without an entry.
      attempt(() => unlinkSync(path));
      throw error;
    }
    this.#segments.push({ path, highest: { normal: -1, urgent: -1 } });
    if (before >= 0) closeSync(before);
  }

  #write(
    kind: EntryKind,
    number: number,
    flags: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const all = ENTRY_LENGTH + end - start;
    if (this.#scratch.length < all) this.#scratch = Buffer.alloc(2 * all);
    const length = composeEntry(this.#scratch, kind, number, flags, bytes, start, end);
    try {
      this.#put(this.#scratch, length);
    } catch (error) {
      if (!this.#empty()) throw error;
      this.#put(this.#scratch, length);
    }
  }

  /** Writes all of `bytes[0, length)` where the next entry goes, or nothing that counts. */
  #put(bytes: Uint8Array, length: number): void {
    let written = 0;
    try {
      while (written < length)
        written += writeSync(this.#file, bytes, written, length - written, this.#size + written);
      if (this.#isSync) fdatasyncSync(this.#file);
    } catch (error) {
      // What was torn would hide what comes after it.
      try {
        ftruncateSync(this.#file, this.#size);
      } catch {
        // The next entry is written over it.
      }
      throw error;
    }
    this.#size += length;
  }

  /** The record `number` is in no file, but its number is given: sets it aside, in place, where a full disk lets us. */
  #reserve(number: number): void {
    const next = (number + 1) >>> 0;
    if (this.#file < 0 || (this.#reserved !== 0 && !isAfter(next, this.#reserved))) return;
    // A multiple of RESERVE; 0 would be none.
    const reserved = ((next + 2 * RESERVE) & -RESERVE) >>> 0 || RESERVE;
    const octets = Buffer.alloc(4);
    octets.writeUInt32LE(reservedWord(reserved));
    try {
      writeSync(this.#file, octets, 0, 4, RESERVED_AT);
      // A record with such a number may be sent: it must not be given again after a loss of power either.
      if (this.#isSync) fdatasyncSync(this.#file);
      this.#reserved = reserved;
    } catch {
      // The disk takes nothing at all: there is no more that can be done.
    }
  }
}
