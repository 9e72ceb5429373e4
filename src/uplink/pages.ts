import { crc32 } from './crc32.ts';
import { ErrorId, RingletError } from '../errors.ts';
import type { LaneNumbers } from './numbers.ts';

/** As much of Moddable's class `File` (module `file`) as is used here. What is written counts once the file is closed. */
export interface DeviceFile {
  readonly length: number;
  position: number;
  read(type: ArrayBufferConstructor, count: number): ArrayBuffer;
  write(...buffers: ArrayBuffer[]): void;
  close(): void;
}

export interface DeviceFileClass {
  new (path: string, write?: boolean): DeviceFile;
  delete(path: string): boolean;
  exists(path: string): boolean;
}

/** What a page begins with. */
export interface PageHeader {
  /** Grows with each page. */
  readonly generation: number;
  readonly session: Uint8Array;
  readonly next: number;
  /** How far each lane is trimmed. */
  readonly trims: LaneNumbers;
}

export const enum PageEntry {
  record = 1,
  /** All records of a lane up to this number are gone; `flags` is 1 for the urgent lane. */
  trim = 2,
}

/** `RNGP`, little-endian. */
const MAGIC = 0x50474e52;
const HEADER = 36;
export const ENTRY = 16;

export function composePageHeader({ generation, session, next, trims }: PageHeader): ArrayBuffer {
  const buffer = new ArrayBuffer(HEADER);
  const view = new DataView(buffer);
  const octets = new Uint8Array(buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, generation, true);
  octets.set(session, 8);
  view.setUint32(16, next, true);
  view.setUint32(20, trims.normal, true);
  view.setUint32(24, trims.urgent, true);
  octets[28] = (trims.normal < 0 ? 0 : 1) | (trims.urgent < 0 ? 0 : 2);
  view.setUint32(HEADER - 4, crc32(octets, 0, HEADER - 4), true);
  return buffer;
}

export function composePageEntry(
  kind: PageEntry,
  number: number,
  flags: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): ArrayBuffer {
  const buffer = new ArrayBuffer(ENTRY + end - start);
  const view = new DataView(buffer);
  const octets = new Uint8Array(buffer);
  view.setUint32(0, end - start, true);
  view.setUint32(4, number, true);
  octets[8] = flags;
  octets[9] = kind;
  octets.set(bytes.subarray(start, end), ENTRY);
  view.setUint32(12, crc32(octets, ENTRY, octets.length, crc32(octets, 0, 12)), true);
  return buffer;
}

/** Reads a page's header; undefined for a file that is none, or that was torn there. */
export function readPageHeader(file: DeviceFile): PageHeader | undefined {
  if (file.length < HEADER) return undefined;
  file.position = 0;
  const octets = new Uint8Array(file.read(ArrayBuffer, HEADER));
  const view = new DataView(octets.buffer);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  if (view.getUint32(HEADER - 4, true) !== crc32(octets, 0, HEADER - 4)) return undefined;
  return {
    generation: view.getUint32(4, true),
    session: octets.slice(8, 16),
    next: view.getUint32(16, true),
    trims: {
      normal: (octets[28] & 1) === 0 ? -1 : view.getUint32(20, true),
      urgent: (octets[28] & 2) === 0 ? -1 : view.getUint32(24, true),
    },
  };
}

/** Takes an entry; the payload is `bytes[ENTRY, …)`. */
export type EachEntry = (kind: number, number: number, flags: number, bytes: Uint8Array) => void;

/** Gives the entries behind a header up to the first that was torn; returns whether all of them were whole. */
export function readPageEntries(file: DeviceFile, each: EachEntry): boolean {
  const all = file.length;
  let at = HEADER;
  while (at < all) {
    if (at + ENTRY > all) return false;
    file.position = at;
    const head = file.read(ArrayBuffer, ENTRY);
    const length = new DataView(head).getUint32(0, true);
    const end = at + ENTRY + length;
    if (end > all) return false;
    const bytes = new Uint8Array(ENTRY + length);
    bytes.set(new Uint8Array(head));
    if (length > 0) bytes.set(new Uint8Array(file.read(ArrayBuffer, length)), ENTRY);
    const view = new DataView(bytes.buffer);
    if (view.getUint32(12, true) !== crc32(bytes, ENTRY, bytes.length, crc32(bytes, 0, 12))) return false;
    each(bytes[9], view.getUint32(4, true), bytes[8], bytes);
    at = end;
  }
  return true;
}

/** Writes `buffer` at the end of a file, which is closed then: only that makes it count. */
export function appendTo(File: DeviceFileClass, path: string, buffer: ArrayBuffer): number {
  const file = new File(path, true);
  try {
    file.position = file.length;
    file.write(buffer);
    return file.length;
  } finally {
    file.close();
  }
}

/** Calls `use` with a file that is open for reading. */
export function withFile<Result>(
  File: DeviceFileClass,
  path: string,
  use: (file: DeviceFile) => Result,
): Result {
  const file = new File(path);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

/** No page is free: what was not trimmed fills them all. */
export function allTaken(): RingletError {
  return new RingletError(ErrorId.writeTooLong, 'all files of the store are full');
}
