/** How many 32-bit words there are. */
const WORDS = 0x100000000;

/** The least integer that `value`, which is 0 or more, does not exceed. */
export function roundUp(value: number): number {
  const whole = value - (value % 1);
  return whole < value ? whole + 1 : whole;
}

/**
 * When to connect again: full jitter, a random part of a delay that doubles with each attempt up to a cap. So many
 * devices that lost one server at the same moment come back spread over the whole delay, and not in waves.
 */
export class Backoff {
  private readonly _base: number;
  private readonly _longest: number;
  private readonly _random: () => number;
  /** The delay whose random part is waited for next, milliseconds. */
  private _span: number;

  /**
   * The first delay is a part of `base` milliseconds, later ones of at most `longest`. `random` gives 32-bit words, as
   * `Host.random` does.
   */
  constructor(base: number, longest: number, random: () => number) {
    this._base = base;
    this._longest = longest;
    this._random = random;
    this._span = base;
  }

  /** Milliseconds until the next attempt, an integer from 0; the one after it waits for a part of twice as much. */
  next(): number {
    const span = this._span;
    const twice = span * 2;
    this._span = twice < this._longest ? twice : this._longest;
    return this.part(span);
  }

  /** A random part of `span` milliseconds, an integer from 0 to `span`. */
  part(span: number): number {
    let word = 0;
    try {
      word = this._random();
    } catch {
      // As with 0.
    }
    // A source that fails gives nothing but 0, and without random words no connection can be made: to wait for the whole
    // span does no harm, to try again at once would never end.
    if (word === 0) return span;
    const part = ((word >>> 0) / WORDS) * (span + 1);
    return part - (part % 1);
  }

  /** The connection was a good one: the next loss counts as a first one. */
  reset(): void {
    this._span = this._base;
  }
}
