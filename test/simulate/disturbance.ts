/** What was done to a machine, or to its server, from outside. A connection that ends without any of it has no reason to. */
export class Disturbance {
  #at = -Infinity;
  #lasting = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  happens(): void {
    this.#at = this.#now();
  }

  begins(): void {
    this.#lasting += 1;
  }

  ends(): void {
    this.#lasting -= 1;
    this.happens();
  }

  /** Whether nothing has happened since `time`. */
  isNoneSince(time: number): boolean {
    return this.#lasting === 0 && this.#at < time;
  }
}
