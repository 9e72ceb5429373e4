/** How the ring of 2^windowBits octets is shared between those that were and those to come. */

/** Octets that must be in the ring before one is looked at, while more may come: one more than the longest match. */
export function aheadLeast(windowBits: number): number {
  return windowBits > 10 ? 259 : 1 << (windowBits - 3);
}

/** Octets not looked at that the ring holds at most. The rest of it is the history that matches may reach. */
export function aheadMost(windowBits: number): number {
  return aheadLeast(windowBits) + (windowBits > 13 ? 512 : 1 << (windowBits - 4));
}

/** Octets back that a match may reach. */
export function reachOf(windowBits: number): number {
  return (1 << windowBits) - aheadMost(windowBits);
}
