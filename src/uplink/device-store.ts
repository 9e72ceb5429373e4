import { check } from './check.ts';
import { isAfter, keepUp, type LaneNumbers } from './numbers.ts';
import {
  allTaken,
  appendTo,
  composePageEntry,
  composePageHeader,
  type DeviceFileClass,
  ENTRY,
  PageEntry,
  type PageHeader,
  readPageEntries,
  readPageHeader,
  withFile,
} from './pages.ts';
import { RecordFlag } from './protocol.ts';
import type { Store, StoredRecord, StoreState } from './store.ts';

/** Octets after which a new page is begun: what a block of flash has. */
const PAGE_SIZE = 4096;
const SMALLEST_PAGE = 256;
/** Most pages. */
const PAGES = 16;
/** Trims that are not written at once: each writing wears the flash, and who restarts may send a record again. */
const LAZY_TRIMS = 16;
/**
 * Numbers that are left out after a start, because records for which there was no room in the files may have been sent
 * with them.
 */
const GAP = 0x100000;

const isUrgent = (flags: number): boolean => (flags & RecordFlag.urgent) !== 0;

/** Options of `FileStore` on a device. */
export interface DeviceStoreOptions {
  /** Where the files are: this and a number of two digits, such as `/mod/outbox07`. */
  readonly path: string;
  /** Octets after which a new file is begun, from 256. Default 4096. There are at most 16. */
  readonly pageSize?: number | undefined;
}

interface Page {
  readonly path: string;
  readonly index: number;
  readonly generation: number;
  /** The highest numbers in it; −1 for none. */
  readonly highest: LaneNumbers;
}

interface FoundRecord {
  readonly number: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/**
 * Keeps an outbox's records in files of Moddable's module `file`: SPIFFS or LittleFS on flash. A record is promised once
 * its file is closed again, so that a `post` takes milliseconds; a record that was torn is found by its checksum.
 */
export class DeviceStore implements Store {
  readonly #File: DeviceFileClass;
  readonly #random: () => number;
  readonly #path: string;
  readonly #pageSize: number;
  /** The oldest first; the last one is written. */
  readonly #pages: Page[] = [];
  /** How far each lane is trimmed. */
  readonly #trims: LaneNumbers = { normal: -1, urgent: -1 };
  #session: Uint8Array = new Uint8Array(8);
  #next = 0;
  #size = 0;
  /** Nothing may be written behind what was torn. */
  #isTorn = false;
  #lazy = 0;

  /** Throws a RingletError for options that are wrong. Nothing is opened before `read`. */
  constructor(
    { path, pageSize = PAGE_SIZE }: DeviceStoreOptions,
    File: DeviceFileClass,
    random: () => number,
  ) {
    check(typeof path === 'string' && path !== '', 'path');
    check(pageSize >= SMALLEST_PAGE && pageSize % 1 === 0, 'pageSize');
    this.#path = path;
    this.#pageSize = pageSize;
    this.#File = File;
    this.#random = random;
  }

  read(each: StoredRecord): StoreState {
    // It may be read anew, by another outbox.
    this.#pages.length = 0;
    const found = this.#find();
    const records: FoundRecord[] = [];
    for (let i = 0; i < found.length; i++) this.#readPage(found[i], records);
    if (this.#pages.length === 0) {
      const words = new Int32Array(2);
      words[0] = this.#random();
      words[1] = this.#random();
      this.#session = new Uint8Array(words.buffer);
    } else this.#next = (this.#next + GAP) >>> 0;
    for (let i = 0; i < records.length; i++) {
      const { number, flags, bytes } = records[i];
      const trim = isUrgent(flags) ? this.#trims.urgent : this.#trims.normal;
      if (trim < 0 || isAfter(number, trim)) each(number, flags, bytes, ENTRY, bytes.length);
    }
    return { session: this.#session, next: this.#next };
  }

  append(number: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isTorn || this.#pages.length === 0 || this.#size > this.#pageSize) this.#beginPage();
    this.#write(composePageEntry(PageEntry.record, number, flags, bytes, start, end));
    const { highest } = this.#pages[this.#pages.length - 1];
    if (isUrgent(flags)) highest.urgent = number;
    else highest.normal = number;
    keepUp(this.#trims, number);
    this.#next = (number + 1) >>> 0;
  }

  trim(number: number, urgent: boolean): void {
    const trims = this.#trims;
    const before = urgent ? trims.urgent : trims.normal;
    if (before >= 0 && !isAfter(number, before)) return;
    if (urgent) trims.urgent = number;
    else trims.normal = number;
    this.#dropPages();
    if (this.#pages.length === 0 || this.#isTorn || ++this.#lazy < LAZY_TRIMS) return;
    this.#lazy = 0;
    this.#write(composePageEntry(PageEntry.trim, number, urgent ? 1 : 0, new Uint8Array(0), 0, 0));
  }

  /** No file stays open. */
  close(): void {}

  // --- Inside --------------------------------------------------------------------------------------------

  #pathOf(index: number): string {
    return `${this.#path}${index < 10 ? '0' : ''}${index}`;
  }

  /** The pages that are there, in their order. One that was torn in its header holds nothing yet. */
  #find(): Page[] {
    const found: Page[] = [];
    for (let index = 0; index < PAGES; index++) {
      const path = this.#pathOf(index);
      if (!this.#File.exists(path)) continue;
      const header = withFile(this.#File, path, readPageHeader);
      if (header === undefined) this.#File.delete(path);
      else found.push({ path, index, generation: header.generation, highest: { normal: -1, urgent: -1 } });
    }
    return found.sort((a, b) => (a.generation - b.generation) | 0);
  }

  #readPage(page: Page, records: FoundRecord[]): void {
    withFile(this.#File, page.path, (file) => {
      const { session, next, trims } = readPageHeader(file) as PageHeader;
      this.#session = session;
      this.#trims.normal = trims.normal;
      this.#trims.urgent = trims.urgent;
      this.#note(next);
      this.#isTorn = !readPageEntries(file, (kind, number, flags, bytes) => {
        if (kind === PageEntry.record) {
          records.push({ number, flags, bytes });
          this.#note((number + 1) >>> 0);
          keepUp(this.#trims, number);
          if (isUrgent(flags)) page.highest.urgent = number;
          else page.highest.normal = number;
        } else if (flags === 0) this.#trims.normal = number;
        else this.#trims.urgent = number;
      });
      this.#size = file.length;
    });
    this.#pages.push(page);
  }

  #note(next: number): void {
    if (this.#pages.length === 0 && this.#next === 0) this.#next = next;
    else if (isAfter(next, this.#next)) this.#next = next;
  }

  #beginPage(): void {
    const pages = this.#pages;
    const last = pages.length === 0 ? undefined : pages[pages.length - 1];
    let index = 0;
    while (index < PAGES && pages.some((page) => page.index === index)) index++;
    if (index === PAGES) throw allTaken();
    const generation = last === undefined ? 0 : (last.generation + 1) >>> 0;
    const path = this.#pathOf(index);
    this.#File.delete(path);
    const header = { generation, session: this.#session, next: this.#next, trims: this.#trims };
    try {
      this.#size = appendTo(this.#File, path, composePageHeader(header));
    } catch (error) {
      this.#File.delete(path);
      throw error;
    }
    pages.push({ path, index, generation, highest: { normal: -1, urgent: -1 } });
    this.#isTorn = false;
    this.#lazy = 0;
    this.#dropPages();
  }

  /** Removes the oldest pages as long as nothing in them counts. */
  #dropPages(): void {
    const { normal, urgent } = this.#trims;
    while (this.#pages.length > 1) {
      const { path, highest } = this.#pages[0];
      if (highest.normal >= 0 && (normal < 0 || isAfter(highest.normal, normal))) return;
      if (highest.urgent >= 0 && (urgent < 0 || isAfter(highest.urgent, urgent))) return;
      this.#File.delete(path);
      this.#pages.shift();
    }
  }

  #write(buffer: ArrayBuffer): void {
    const { path } = this.#pages[this.#pages.length - 1];
    // Until it is known to be there, it may be there in part.
    this.#isTorn = true;
    this.#size = appendTo(this.#File, path, buffer);
    this.#isTorn = false;
  }
}
