/** What a store keeps of an outbox in addition to its records. */
export interface StoreState {
  /** Eight octets that no other outbox has: numbers mean something only together with them. */
  readonly session: Uint8Array;
  /** Number of the next record that is posted; more than that of every record ever appended. */
  readonly next: number;
}

/** Takes a record that a store has kept: `flags` are those it was appended with. */
export type StoredRecord = (
  number: number,
  flags: number,
  bytes: Uint8Array,
  start: number,
  end: number,
) => void;

/**
 * Where an outbox keeps its records in addition to its memory, so that they outlive the program. The order of calls is `read`
 * once, then the others. Whatever a method throws is why the store has failed: the outbox reports it once, and goes on
 * in memory.
 *
 * What `append` has accepted is promised: it has to be there after the program was killed at any moment. A record that
 * was torn is left out by `read`, and with it what was appended after it.
 */
export interface Store {
  /** Gives every record that was appended and not trimmed, in the order of their numbers. */
  read(each: StoredRecord): StoreState;
  /** Keeps a record; numbers grow. */
  append(number: number, flags: number, bytes: Uint8Array, start: number, end: number): void;
  /** All records up to `number` have left the outbox: of the urgent ones, or of the others. May be done late. */
  trim(number: number, urgent: boolean): void;
  /** Releases what is open. */
  close(): void;
}
