import type { Clock } from './clock.ts';
import type { Network } from './network/network.ts';
import type { Random } from './random.ts';

/** What a machine needs of its world. */
export interface Surroundings<Machine> {
  readonly clock: Clock;
  readonly network: Network;
  readonly random: Random;
  readonly resolve: (name: string, host: Machine) => readonly string[];
  /** Milliseconds since 1970 at the beginning. */
  readonly startDate: number;
  uncaught(host: Machine, error: unknown): void;
  /** Something happened that a reader of the trace wants to see. */
  mark(host: Machine, kind: string, text: string): void;
  /** The program has said something. */
  said(host: Machine, text: string): void;
}
