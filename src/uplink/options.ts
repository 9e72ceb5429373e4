import type { Loss } from './failure.ts';
import type { LinkRequest } from './link.ts';
import type { Outbox } from './outbox.ts';

/** What a person can read of an uplink. */
export type UplinkState = 'idle' | 'connecting' | 'open' | 'waiting' | 'stopped';

/** A change of state: what it is now, why, and what comes next. `changeSentence` says it in words. */
export interface Change {
  readonly state: UplinkState;
  readonly from: UplinkState;
  /** Why the last connection or attempt is over; undefined when nothing has failed. */
  readonly loss: Loss | undefined;
  /** Milliseconds until the next attempt; −1 if none comes by itself. */
  readonly delay: number;
}

/** Answers a hook later: with what to connect to, or with why that is not to be had. */
export type Prepared = (error: unknown, request?: LinkRequest) => void;

/** Callbacks: what an uplink reports, and what it asks. All are called with `this` = the uplink, and never from inside its methods. */
export interface UplinkCallbacks<Self = unknown> {
  /**
   * Asked before each attempt for what changes: an address, a token, a signature. Answers by returning a request, a
   * promise of one, or nothing and calling `done` later. To throw, to reject, and not to answer within `prepareTimeout`
   * is a failed attempt like any other.
   */
  prepare?(this: Self, done: Prepared): LinkRequest | PromiseLike<LinkRequest> | undefined | void;
  /** Once for each change of state. */
  onChange?(this: Self, change: Change): void;
  /** Octets of a message: `bytes[start, end)`, valid until the return; `more` of it follows or not. */
  onData?(this: Self, bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void;
  /** The gateway has the record `upTo` and all that were sent before it; `count` records leave the outbox. */
  onAcknowledged?(this: Self, upTo: number, urgent: boolean, count: number): void;
  /** The outbox's store has failed, and records are kept in memory only; undefined: it works again. */
  onStore?(this: Self, error: unknown): void;
  /**
   * Whether a loss is final, so that the uplink stops. Default: `isFinalLoss` (401, 403, 407, 410; 1003, 1007, 1008,
   * 1010, 3000, 3003; a certificate that was refused).
   */
  isFinal?(this: Self, loss: Loss): boolean;
}

/** Times are milliseconds up to 2^30 − 1. */
export interface UplinkOptions<Self = unknown> extends UplinkCallbacks<Self> {
  /** Records that wait to be sent. Without it there is nothing to post to. */
  readonly outbox?: Outbox | undefined;
  /** Who this is, for the gateway: at most 64 octets of visible ASCII. Default: nobody. */
  readonly name?: string | undefined;
  /** The first delay is a random part of this. Default 500. */
  readonly backoffBase?: number | undefined;
  /** The longest delay is a random part of this. Default 30,000. */
  readonly backoffLongest?: number | undefined;
  /** A connection that lived so long was a good one: the next delay is a first one. Default 10,000. */
  readonly minUptime?: number | undefined;
  /** A connection is closed when it is so old, give or take a tenth, and made anew. Default 0: never. */
  readonly maxAge?: number | undefined;
  /** Time for `prepare` to answer. Default 15,000. */
  readonly prepareTimeout?: number | undefined;
  /** Time for the closing handshake of `stop` and of `maxAge`. Default 5,000. */
  readonly stopTimeout?: number | undefined;
  /** The longest that a server's `Retry-After` is believed. Default 3,600,000. */
  readonly maxRetryAfter?: number | undefined;
}
