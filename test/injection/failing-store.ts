import type { SimulatedHost } from '../../hosts/simulated/index.ts';
import type { Store, StoredRecord, StoreState } from '../../src/uplink/index.ts';
import { Flash } from '../simulate/flash.ts';

/** A store in memory whose calls are calls of a machine's functions, and fail as these do. */
export class FailingStore implements Store {
  readonly #flash = new Flash(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  readonly #host: SimulatedHost;
  /** Numbers of records that it could not keep. */
  readonly refused = new Set<number>();

  constructor(host: SimulatedHost) {
    this.#host = host;
  }

  read(each: StoredRecord): StoreState {
    this.#host.call('Store.read');
    return this.#flash.read(each);
  }

  append(number: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    try {
      this.#host.call('Store.append');
    } catch (error) {
      this.refused.add(number);
      throw error;
    }
    this.#flash.append(number, flags, bytes, start, end);
  }

  trim(number: number, urgent: boolean): void {
    this.#host.call('Store.trim');
    this.#flash.trim(number, urgent);
  }

  close(): void {
    this.#host.call('Store.close');
  }

  /** Numbers of what it would give to another life of the program. */
  get numbers(): Set<number> {
    const numbers = new Set<number>();
    this.#flash.read((number) => numbers.add(number));
    return numbers;
  }
}
