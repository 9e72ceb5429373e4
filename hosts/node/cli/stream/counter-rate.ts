/** A rate a second from a counter that only grows. */
export class CounterRate {
  #count = NaN;
  #time = 0;

  /** The rate since the last call, for a counter that stands at `count` at `now` milliseconds; 0 at first. */
  advance(count: number, now: number): number {
    const grown = count - this.#count;
    const seconds = (now - this.#time) / 1000;
    this.#count = count;
    this.#time = now;
    // A counter that starts again, as that of an interface that was unplugged, has no rate for once.
    return grown >= 0 && seconds > 0 ? grown / seconds : 0;
  }
}
