/** How many 32-bit words there are. */
const WORDS = 0x100000000;

/**
 * When to connect again: full jitter, a random part of a delay that doubles with each attempt up to a cap. So many
 * devices that lost one server at the same moment come back spread over the whole delay, and not in waves.
 */
export class Backoff {
  readonly #base: number;
  readonly #longest: number;
  readonly #random: () => number;
  /** The delay whose random part is waited for next, milliseconds. */
  #span: number;

  /**
   * The first delay is a part of `base` milliseconds, later ones of at most `longest`. `random` gives 32-bit words, as
   * `Host.random` does.
   */
  constructor(base: number, longest: number, random: () => number) {
    this.#base = base;
    this.#longest = longest;
    this.#random = random;
    this.#span = base;
  }

  /** Milliseconds until the next attempt, an integer from 0; the one after it waits for a part of twice as much. */
  next(): number {
    const span = this.#span;
    const twice = span * 2;
    this.#span = twice < this.#longest ? twice : this.#longest;
    return this.part(span);
  }

  /** A random part of `span` milliseconds, an integer from 0 to `span`. */
  part(span: number): number {
    let word = 0;
    try {
      word = this.#random();
    } catch {
      // As with 0.
    }
    // A source that fails gives nothing but 0, and without random words no connection can be made: to wait for the whole
    // span does no harm, to try again at once would never end.
    if (word === 0) return span;
    return Math.floor(((word >>> 0) / WORDS) * (span + 1));
  }

  /** The connection was a good one: the next loss counts as a first one. */
  reset(): void {
    this.#span = this.#base;
  }
}
