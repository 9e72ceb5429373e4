import { Backoff, roundUp } from '../uplink/backoff.ts';

// `Math` has the same, which an app on a device need not carry then.
const smaller = (a: number, b: number): number => (a < b ? a : b);

/**
 * A backoff with a least delay: a random time between that and a span which grows by a factor with each attempt, up to the
 * longest delay. It counts the attempts since the last good connection.
 */
export class GrowingDelay extends Backoff {
  readonly #least: number;
  readonly #most: number;
  readonly #factor: number;
  #span: number;
  attempts = 0;

  constructor(least: number, most: number, factor: number, random: () => number) {
    super(least, most, random);
    this.#least = smaller(least, most);
    this.#most = most;
    this.#factor = factor;
    this.#span = this.#first;
  }

  /** The first delay is at most twice the least. */
  get #first(): number {
    const twice = 2 * this.#least;
    return smaller(twice > 1 ? twice : 1, this.#most);
  }

  override next(): number {
    this.attempts++;
    const span = this.#span;
    this.#span = smaller(span * this.#factor, this.#most);
    return this.#within(span);
  }

  /** A time of the whole range: for those whom a server has sent away all at once. */
  any(): number {
    this.attempts++;
    return this.#within(this.#most);
  }

  override reset(): void {
    this.attempts = 0;
    this.#span = this.#first;
  }

  #within(most: number): number {
    const least = this.#least;
    return smaller(roundUp(least) + this.part(most > least ? most - least : 0), this.#most);
  }
}
