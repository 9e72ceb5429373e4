import type { SimulatedHost } from './host.ts';
import type { LinkOptions } from './network/link.ts';

/** What a world is made from. */
export interface WorldOptions {
  /** What chance is made from: the same seed, the same run. Default 1. */
  readonly seed?: number | string | undefined;
  /** What links are like where their hosts do not say otherwise. */
  readonly link?: LinkOptions | undefined;
  /** The date at the beginning, in milliseconds since 1970. Default 2026-01-01. */
  readonly date?: number | undefined;
  /** How long TCP tries to get something through before it gives up, milliseconds. Default 120,000. */
  readonly patience?: number | undefined;
  /** How many entries the trace keeps, the latest ones; 0 for none. Default 10,000. */
  readonly trace?: number | undefined;
  /** Takes what code of a host's throws; without it, `run` throws it. */
  readonly onUncaught?: ((host: SimulatedHost, error: unknown) => void) | undefined;
}
