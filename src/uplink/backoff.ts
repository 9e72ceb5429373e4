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
    let word: number;
    try {
      word = this.#random();
    } catch {
      // No connection can be made without random words. The longest delay is the one that does no harm.
      return span;
    }
    return Math.floor(((word >>> 0) / WORDS) * (span + 1));
  }

  /** The connection was a good one: the next loss counts as a first one. */
  reset(): void {
    this.#span = this.#base;
  }
}
