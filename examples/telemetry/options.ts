import type { Delivery, HostTimer, WriteOptions } from '../../src/index.ts';

/** What a sample is made of. */
export interface Sensors {
  /** Names of the values, in visible ASCII. */
  readonly names: readonly string[];
  /** Writes the present values, one for each name; NaN where there is none. Called for every sample. */
  sample(values: Float64Array): void;
}

/** As much of ECMA-419's WebSocket client as is used here. */
export interface StreamClient {
  /** Octets that can be written now are returned. Throws when the data do not fit. */
  write(data: Uint8Array, options: WriteOptions): number;
  close(): void;
}

/** The callbacks that a client is opened with, all of them options of ECMA-419's class but Ringlet's `onSpan`. */
export interface StreamCallbacks {
  readonly onWritable: (count: number) => void;
  readonly onSpan: (bytes: Uint8Array, start: number, end: number, delivery: Delivery) => void;
  readonly onClose: () => void;
  readonly onError: (error: unknown) => void;
}

export interface StreamerOptions {
  /** Opens a connection; called for the first one and for every one after a loss. It may throw. */
  readonly open: (callbacks: StreamCallbacks) => StreamClient;
  readonly sensors: Sensors;
  /** Samples a second, each sent as text and as binary; above 0. */
  readonly rate: number;
  /** Milliseconds from any start, not negative; fractions make round trips exact. May wrap at 2^32. */
  readonly clock: () => number;
  readonly Timer: HostTimer;
  /** Numbers from 0 to 1 for the backoff. */
  readonly random: () => number;
  /** Messages whose replies are timed at once, a power of two. Default 64. */
  readonly inFlight?: number | undefined;
  /** Milliseconds before the first attempt to connect again, at most; doubled for each further. Default 500. */
  readonly backoffBase?: number | undefined;
  /** The longest that it gets. Default 30,000. */
  readonly backoffLongest?: number | undefined;
  /** Attempts in a row after which to give up. Default: never. */
  readonly attempts?: number | undefined;
  /** Also try again when there has not been any connection yet. Default true. */
  readonly retryFirst?: boolean | undefined;
  /** Milliseconds that `stop` waits for replies that are still to come. Default 1000. */
  readonly grace?: number | undefined;
  /** There is a connection, for the first time or again. */
  readonly onOpen?: (() => void) | undefined;
  /** The connection is lost, or none could be made; `delay` milliseconds until the next attempt. */
  readonly onLoss?: ((error: unknown, delay: number) => void) | undefined;
  /**
   * All is over and released: after `stop`, or because there is no connection to be had. `wasOpen`: there was one
   * until the end; else `error` is why not, undefined if the peer just closed it or nothing has failed yet.
   */
  readonly onEnd: (wasOpen: boolean, error: unknown) => void;
}
