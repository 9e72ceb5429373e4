// Whether worlds leave anything behind, by what a process still holds after each of them.

/** Worlds until everything is compiled and every table has its size; then so many are looked at, and at the end as many. */
const WARM = 5;

/** What else grows is feedback of the compiler's: a twentieth, of 7 MB. A world that leaves 10 KB behind makes it more in 100. */
export const MOST_GROWTH = 1.15;

/**
 * The least that was held at the end divided by the least in the beginning. The least, because now and then one world is still
 * reachable from a machine stack when its memory is looked at.
 */
export function growthOf(octets) {
  if (octets.length < 3 * WARM) return 1;
  return Math.min(...octets.slice(-WARM)) / Math.min(...octets.slice(WARM, 2 * WARM));
}
