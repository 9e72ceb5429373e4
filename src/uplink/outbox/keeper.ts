import type { Store } from '../store.ts';

/**
 * An outbox's side of its store. Whatever the store throws is caught here: the outbox goes on in memory, and it is known
 * once that the store has failed, and once that it works again.
 */
export class Keeper {
  readonly #store: Store;
  /** Why the store has failed; undefined while it works. */
  _error: unknown;
  /** That has changed, and that was not reported. */
  _hasNews = false;
  /** Records of the store for which there was no memory; records that are not in it because it failed. */
  _unread = 0;
  _unstored = 0;
  /** The store has urgent records of an outbox that had a ring for them, and they are with the others now. */
  _trimsUrgent = false;

  constructor(store: Store) {
    this.#store = store;
  }

  _append(number: number, flags: number, bytes: Uint8Array, start: number, end: number): void {
    try {
      this.#store.append(number, flags, bytes, start, end);
      if (this._error !== undefined) this._note(undefined);
    } catch (error) {
      this._unstored++;
      if (this._error === undefined) this._note(error);
    }
  }

  /** All records of a lane up to `number` are gone. */
  _trim(number: number, urgent: boolean): void {
    try {
      this.#store.trim(number >>> 0, urgent);
      if (this._trimsUrgent) this.#store.trim(number >>> 0, true);
    } catch (error) {
      if (this._error === undefined) this._note(error);
    }
  }

  _close(): void {
    this.#store.close();
  }

  private _note(error: unknown): void {
    this._error = error;
    this._hasNews = true;
  }
}
