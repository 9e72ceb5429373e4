/**
 * When to connect again: exponential backoff with full jitter, so that many devices that lost one gateway do not
 * come back all at once.
 */
export class Backoff {
  readonly #base: number;
  readonly #longest: number;
  readonly #most: number;
  readonly #random: () => number;
  #attempts = 0;

  /**
   * Waits up to `base` milliseconds before the first attempt, twice as long before each further one but never
   * more than `longest`; gives up after `most` attempts in a row. `random` gives numbers from 0 to 1.
   */
  constructor(base: number, longest: number, most: number, random: () => number) {
    this.#base = base;
    this.#longest = longest;
    this.#most = most;
    this.#random = random;
  }

  /** Milliseconds until the next attempt; −1 when there have been enough. */
  next(): number {
    if (this.#attempts >= this.#most) return -1;
    const span = this.#base * 2 ** this.#attempts;
    this.#attempts++;
    return this.#random() * (span < this.#longest ? span : this.#longest);
  }

  /** The connection is a good one: the next loss is a first one. */
  reset(): void {
    this.#attempts = 0;
  }
}
