/** Milliseconds of samples that are caught up with when the clock was looked at late. */
const CATCH_UP = 250;

/** How many samples are due, at a rate that does not drift however unevenly the clock is looked at. */
export class Pace {
  /** Samples a millisecond. */
  readonly #rate: number;
  /** Most samples that are due at once. */
  readonly #most: number;
  /** The part of the next sample's time that has passed; the first one is due at once. */
  #credit = 1;
  /** Samples that are due; whoever takes one counts it down. */
  due = 0;

  /** `rate` is in samples a second, above 0. */
  constructor(rate: number) {
    this.#rate = rate / 1000;
    this.#most = Math.ceil((rate * CATCH_UP) / 1000);
  }

  /**
   * `elapsed` milliseconds have passed. Returns how many samples are skipped: those that were due until now, since
   * late samples are worth nothing, and what is too much at once.
   */
  advance(elapsed: number): number {
    this.#credit += elapsed * this.#rate;
    const fresh = Math.floor(this.#credit);
    const skipped = this.due + (fresh > this.#most ? fresh - this.#most : 0);
    this.#credit -= fresh;
    this.due = fresh > this.#most ? this.#most : fresh;
    return skipped;
  }
}
