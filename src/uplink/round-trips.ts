/** Buckets of an octave: a quantile is off by 3 % at most. */
const BUCKETS = 16;
/** Below this many microseconds each has a bucket of its own. */
const EXACT = 2 * BUCKETS;
/** Longest round trip that can be distinguished from longer ones: 2^26 microseconds, 67 seconds. */
const LONGEST = 0x3ffffff;

/** Where `microseconds`, an integer from 0 to LONGEST, are counted: by their four bits behind the leading one. */
function bucketOf(microseconds: number): number {
  if (microseconds < EXACT) return microseconds;
  const shift = 27 - Math.clz32(microseconds);
  return shift * BUCKETS + (microseconds >> shift);
}

/** The middle of a bucket, microseconds. */
function middleOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const shift = Math.floor(bucket / BUCKETS) - 1;
  return (bucket - shift * BUCKETS + 0.5) * 2 ** shift;
}

/** A histogram of round trips in memory of a fixed size (about 1.5 kB), whatever their number. */
export class RoundTrips {
  readonly #counts = new Uint32Array(bucketOf(LONGEST) + 1);
  /** How many there are. */
  count = 0;
  /** All of them together, milliseconds. */
  sum = 0;

  /** Counts a round trip of `milliseconds`, fractions included. */
  add(milliseconds: number): void {
    const microseconds = Math.round(milliseconds * 1000);
    this.#counts[bucketOf(microseconds > LONGEST ? LONGEST : microseconds < 0 ? 0 : microseconds)]++;
    this.count++;
    this.sum += milliseconds;
  }

  /** The time in milliseconds within which a `share` (0 … 1) of the round trips were done; 0 without any. */
  quantile(share: number): number {
    const counts = this.#counts;
    const wanted = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= wanted) return middleOf(bucket) / 1000;
    }
    return 0;
  }
}
