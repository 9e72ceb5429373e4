import type { Store, StoredRecord, StoreState } from '../../src/uplink/index.ts';

interface Kept {
  readonly number: number;
  readonly flags: number;
  readonly octets: Uint8Array;
}

/** The record's flag for the urgent ones, as `append` has it. */
const URGENT = 2;

/** A store in memory that a machine keeps when it loses its power. */
export class Flash implements Store {
  readonly #session: Uint8Array;
  #records: Kept[] = [];
  #next = 0;

  constructor(session: Uint8Array) {
    this.#session = session;
  }

  read(each: StoredRecord): StoreState {
    for (const { number, flags, octets } of this.#records) each(number, flags, octets, 0, octets.length);
    return { session: this.#session, next: this.#next };
  }

  append(number: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    this.#records.push({ number, flags, octets: bytes.slice(start, end) });
    this.#next = number + 1;
  }

  trim(number: number, urgent: boolean): void {
    this.#records = this.#records.filter(
      (record) => record.number > number || ((record.flags & URGENT) !== 0) !== urgent,
    );
  }

  close(): void {}
}
