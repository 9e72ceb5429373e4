import { DynamicPlan } from './dynamic-plan.ts';

export interface DeflateOptions {
  /** 8..15: log2 of the ring's size; no match reaches farther back. */
  readonly windowBits: number;
  /** 6..15: log2 of the number of hash slots, 2 octets each. */
  readonly hashBits: number;
  /** How many places to try for a match, at least 1. More than 1 costs 2 octets for each of the window. */
  readonly chain: number;
  /** For a match shorter than this the next octet is tried, too, in case a longer one begins there. 0: never. */
  readonly lazy: number;
  /** Words of tokens in a block, 2 octets each, 64..32767. */
  readonly tokens: number;
  /** Whether blocks may have codes of their own: costs 2.6 KB, and time for each block. */
  readonly dynamic: boolean;
}

/** Octets that a `Deflate` with these options works in. */
export function deflateMemory(options: DeflateOptions): number {
  const size = 1 << options.windowBits;
  const words =
    (1 << options.hashBits) +
    (options.chain > 1 ? size : 0) +
    options.tokens +
    (options.dynamic ? DynamicPlan.words : 0);
  return size + 2 * words;
}
