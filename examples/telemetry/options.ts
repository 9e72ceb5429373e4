import type { HostTimer } from '../../src/index.ts';
import type { Loss, Uplink, UplinkCallbacks } from '../../src/uplink/index.ts';

/** What a sample is made of. */
export interface Sensors {
  /** Names of the values, in visible ASCII. */
  readonly names: readonly string[];
  /** Writes the present values, one for each name; NaN where there is none. Called for every sample. */
  sample(values: Float64Array): void;
}

export interface StreamerOptions {
  /** Makes the uplink, with an outbox that keeps until acknowledged; the callbacks go into its options. */
  readonly uplink: (callbacks: UplinkCallbacks) => Uplink;
  readonly sensors: Sensors;
  /** Samples a second, each posted as text and as binary; above 0. */
  readonly rate: number;
  /** Milliseconds from any start, not negative; fractions make round trips exact. May wrap at 2^32. */
  readonly clock: () => number;
  readonly Timer: HostTimer;
  /** Records whose round trips are timed at once, a power of two. Default 64. */
  readonly inFlight?: number | undefined;
  /** Milliseconds that `stop` waits for what is still to be acknowledged. Default 1000. */
  readonly grace?: number | undefined;
  /** There is a connection, for the first time or again. */
  readonly onOpen?: (() => void) | undefined;
  /** The connection is lost; `delay` milliseconds until the next attempt. */
  readonly onLoss?: ((loss: Loss | undefined, delay: number) => void) | undefined;
  /** All is over. `wasOpen`: there was a connection until `stop`; else `loss` is why not. */
  readonly onEnd: (wasOpen: boolean, loss: Loss | undefined) => void;
}
