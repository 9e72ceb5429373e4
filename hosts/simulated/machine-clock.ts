import type { Clock } from './clock.ts';

/** What a machine takes for the time: a counter of milliseconds since it started, and the date. Both of them can jump. */
export class MachineClock {
  readonly #clock: Clock;
  readonly #startDate: number;
  readonly #firstTick: number;
  #startedAt = 0;
  #jumped = 0;

  /** `startDate`: milliseconds since 1970 at the beginning of the world; `firstTick`: what the counter begins with. */
  constructor(clock: Clock, startDate: number, firstTick: number) {
    this.#clock = clock;
    this.#startDate = startDate;
    this.#firstTick = firstTick;
  }

  /** Milliseconds of the counter: an integer that wraps at 2^32. */
  get ticks(): number {
    return (Math.floor(this.#clock.now - this.#startedAt) + this.#jumped + this.#firstTick) >>> 0;
  }

  /** Milliseconds since 1970. */
  get date(): number {
    return this.#startDate + Math.floor(this.#clock.now) + this.#jumped;
  }

  jump(milliseconds: number): void {
    this.#jumped += Math.trunc(milliseconds);
  }

  /** The power is back: the counter begins anew, and the date is right. */
  restart(): void {
    this.#startedAt = this.#clock.now;
    this.#jumped = 0;
  }
}
