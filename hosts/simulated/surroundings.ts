import type { Clock } from './clock.ts';
import type { SimulatedHost } from './host.ts';
import type { Network } from './network/network.ts';
import type { Random } from './random.ts';

/** What a machine needs of its world. */
export interface Surroundings {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: Random;
  readonly resolve: (name: string, host: SimulatedHost) => readonly string[];
  /** Milliseconds since 1970 at the beginning. */
  readonly startDate: number;
  uncaught(host: SimulatedHost, error: unknown): void;
  /** Something happened that a reader of the trace wants to see. */
  mark(host: SimulatedHost, kind: string, text: string): void;
  /** The program has said something. */
  said(host: SimulatedHost, text: string): void;
}
