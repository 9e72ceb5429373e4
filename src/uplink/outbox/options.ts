import type { Store } from '../store.ts';

/** What becomes of a record for which there is no room. */
export type WhenFull = 'dropOldest' | 'dropNewest' | 'refuse';

/** How long a record is kept. */
export type Keep = 'written' | 'acknowledged';

/** Options of an `Outbox`: how much memory, and what happens when it is full. Sizes are bytes, times milliseconds. */
export interface OutboxOptions {
  /**
   * All memory that the records ever take: octets (from 256, a multiple of 8), or an ArrayBuffer of such a length,
   * which belongs to the outbox from then on. Each record takes 16 octets more than its payload, rounded up to 4.
   */
  readonly memory: number | ArrayBuffer;
  /**
   * Octets of `memory` that only urgent records use, a multiple of 8. Default 0: urgent records are kept with the
   * others, and sent in their turn.
   */
  readonly urgentMemory?: number | undefined;
  /** Default `dropOldest`. */
  readonly whenFull?: WhenFull | undefined;
  /** Until a transport has taken it, or until it is acknowledged. Default `written`. */
  readonly keep?: Keep | undefined;
  /** Milliseconds after which a record is worth nothing and is dropped, up to 2^30 − 1. Default 0: never. */
  readonly timeToLive?: number | undefined;
  /** Where records are kept, too, so that they outlive the program. Default: nowhere. */
  readonly store?: Store | undefined;
  /**
   * Marks a payload, `bytes[start, end)`, that is about to be sent although it may have been sent before, as MQTT does
   * with its DUP bit. For applications with a protocol of their own; the gateway's has a mark for that.
   */
  readonly mark?: ((bytes: Uint8Array, start: number, end: number) => void) | undefined;
}

/** What a runtime lends an outbox, see `Host`. */
export interface OutboxHost {
  now(): number;
  random(): number;
}

/** How a record is posted. */
export interface PostOptions {
  /** The payload is binary, else text in UTF-8. Default true. */
  readonly binary?: boolean | undefined;
  /** It goes before all that are not. Default false. */
  readonly urgent?: boolean | undefined;
}

/** What an outbox has done so far. Octets are those of payloads. */
export interface OutboxCounters {
  /** Records that were accepted and kept. */
  readonly posted: number;
  readonly octetsPosted: number;
  /** Records handed to a connection, each time anew. */
  readonly sent: number;
  readonly octetsSent: number;
  /** Of these, those that may have been sent before. */
  readonly repeated: number;
  /** Records that were dropped from memory because the receiver has them. */
  readonly acknowledged: number;
  /** Records that were dropped from memory because a transport has taken them. */
  readonly written: number;
  /** Records for which there was no room, by what became of them. */
  readonly droppedOldest: number;
  readonly droppedNewest: number;
  readonly refused: number;
  /** Records that became too old. */
  readonly expired: number;
  /** Records of a store for which there was no memory when it was read. */
  readonly unread: number;
  /** Records that are not in the store because it failed. */
  readonly unstored: number;
  /** Records that are kept now, and the memory they take; and the most that it ever was. */
  readonly kept: number;
  readonly octetsKept: number;
  readonly highWater: number;
}
