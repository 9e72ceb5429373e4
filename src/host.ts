import type { Source } from './connection/options.ts';
import type { ConnectionError } from './errors.ts';
import type { Failed } from './failure-text.ts';
import type { Proof } from './handshake/proof.ts';

/**
 * What a runtime must lend the engine: the whole contract between `src/` and `hosts/`.
 *
 * The core asks for nothing but octets, times and random words (see `connection/`); the faces in `client/`
 * ask for a {@link Host} and for a {@link Transport}. The contract stands in `src/`, not in `hosts/`, because
 * imports go down only: hosts know the faces, the faces never know a host.
 */

/** What one connection asks of the runtime besides its socket. One object serves every connection. */
export interface Host extends Source {
  /** Re-armable timers in the shape of Moddable's `timer` module. */
  readonly Timer: HostTimer;
  /** Monotonic milliseconds; any number that only grows and may wrap at 2^32. */
  now(): number;
  /** What the opening handshake of a client needs of SHA-1 and base64: natives, or `portableProof`. */
  readonly proof: Proof;
  /** An exception has left a callback of the user's: makes it known as the runtime does uncaught ones. */
  report(error: unknown): void;
  /**
   * The runtime's TCP class, if it calls its callbacks as methods of the instance and keeps the option `target`
   * as a property, as ECMA-419 says: its streams then need no closures. Other classes, such as Moddable's TLS
   * socket, may do neither.
   */
  readonly TCP?: unknown;
  /**
   * The error that says why a connection is over, by its id and what else is known of it: `connectionErrorOf` makes one with
   * sentences. Without it errors carry their id alone.
   */
  failure?(error: number, failed: Failed): ConnectionError;
  /**
   * Calls `callback` once, when the code that runs now has returned. With it, what is sent within one turn
   * leaves in one write; without it every send goes out at once.
   */
  defer?(callback: () => void): void;
  /**
   * Calls `callback` once in a later turn of the event loop. With it and `defer`, no timer is needed to report that
   * octets were taken.
   */
  later?(callback: () => void): void;
}

/** A pending timer: an object of the host's that takes a property, so that its callback needs no closure. */
export interface TimerId {
  target?: unknown;
}

/** Timers that can be armed again, in the shape of Moddable's module `timer`. Times are milliseconds. */
export interface HostTimer {
  /**
   * Calls `callback` with the timer once after `delay` milliseconds, then again every `interval` milliseconds. A timer with an
   * interval lives until `clear`, so that it can be re-armed by `schedule` without allocating.
   */
  set(callback: (timer: TimerId) => void, delay: number, interval?: number): TimerId;
  /** Re-arms `timer`: next call after `delay` milliseconds, then every `interval`. */
  schedule(timer: TimerId, delay: number, interval?: number): void;
  clear(timer: TimerId | undefined | null): void;
}

/** A stream of octets to the peer: TCP or TLS. It calls its {@link TransportSink}, and never from `write`. */
export interface Transport {
  /**
   * Offers `bytes[start, end)`. Returns how many octets were taken; their memory is free again on return. Less
   * than all means that the transport is full: `transportWritable` follows once it can take more. A transport
   * that goes on using the memory after the return answers 0 and reports the octets later, as the `sent` of
   * `transportWritable`; until then the caller leaves them where they are and offers nothing else. −1 says
   * that the stream has failed; no call to the sink follows.
   */
  write(bytes: Uint8Array, start: number, end: number): number;
  /**
   * Offers again what `transportReceived` did not consume, and goes on reading. The one method that may call
   * the sink before it returns.
   */
  resume(): void;
  /** Nothing more will be written: sends FIN where the platform can, and goes on discarding what arrives. */
  end(): void;
  /** Releases everything at once; no call to the sink follows. May be repeated. */
  close(): void;
  /** The peer's address and port, where the host knows them. */
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** Whom a transport calls. */
export interface TransportSink {
  /** The transport can carry octets both ways (for TLS: after its handshake). Once. */
  transportOpened(): void;
  /**
   * Octets arrived. They may be changed in place and belong to the transport again on return. Returns how many
   * were consumed; the transport keeps the others as they were left and stops reading until `resume`.
   */
  transportReceived(bytes: Uint8Array, start: number, end: number): number;
  /** More can be written; `sent` octets of the last `write` have left their memory meanwhile. */
  transportWritable(sent: number): void;
  /**
   * The peer ended the stream (`failure` 0) or it failed (an error id; `reason` is the runtime's own error where
   * it has one). Once, and the last call; what was received before it has been consumed.
   */
  transportClosed(failure: number, reason?: unknown): void;
}

/** Makes a transport and starts connecting it. */
export type TransportFactory = (sink: TransportSink) => Transport;
