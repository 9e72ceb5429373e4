import type { Loss } from '../../src/uplink/index.ts';
import type { Judge } from './judge.ts';

/** Milliseconds after which a connection was a good one, more or less. */
const HELD = 10_000;
const SLACK = 1_000;
/** So many delays are enough to tell what they are on average, within so much of a half. */
const ENOUGH = 60;
const WITHIN = 0.2;
/** Close codes that have delays of their own. */
const RESTART = 1012;
const TRY_LATER = 1013;

/**
 * What an uplink promises of its delays: a random part, from nothing to all, of a span that doubles with each failure and
 * begins anew after a connection that held, or that brought an acknowledgement.
 */
export class BackoffWatch {
  readonly #who: string;
  readonly #base: number;
  readonly #longest: number;
  readonly #judge: Judge;
  #span: number;
  /** A connection lasted about as long as counts: it may have been a good one, or not. */
  #isUnsure = false;
  /** Delays as parts of their spans. */
  #parts = 0;
  #count = 0;

  constructor(who: string, base: number, longest: number, judge: Judge) {
    this.#who = who;
    this.#span = this.#base = base;
    this.#longest = longest;
    this.#judge = judge;
  }

  /** The next loss counts as a first one. */
  reset(): void {
    this.#span = this.#base;
    this.#isUnsure = false;
  }

  /** A connection was open for so long. */
  lasted(duration: number): void {
    if (duration > HELD + SLACK) this.reset();
    else if (duration > HELD - SLACK) this.#isUnsure = true;
  }

  /** It waits until the next attempt. Without chance, all of the span is waited for. */
  waits(delay: number, loss: Loss | undefined, isWithoutChance: boolean): void {
    if (delay < 0 || loss?.closeCode === RESTART || loss?.closeCode === TRY_LATER) return;
    const span = this.#span;
    this.#span = Math.min(this.#longest, 2 * span);
    this.#judge.check(delay <= span, this.#who, `waits for ${delay} ms, and the span is ${span}`);
    if (isWithoutChance || this.#isUnsure) return;
    this.#parts += delay / span;
    this.#count += 1;
  }

  /** A fleet that lost one server comes back spread over the whole span. */
  checkJitter(): void {
    if (this.#count < ENOUGH) return;
    const part = this.#parts / this.#count;
    const isFull = Math.abs(part - 0.5) < WITHIN;
    this.#judge.check(isFull, this.#who, `waits for ${part.toFixed(2)} of its spans on average`);
  }
}
