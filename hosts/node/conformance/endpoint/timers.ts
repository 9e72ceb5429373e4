/** Milliseconds between two looks at the clock. */
const slice = 25;

/** Milliseconds that a look may be late before the process counts as held up. */
const tolerance = 20;

/** How often a deadline that came late is put off by a slice, so that what has come meanwhile is read. */
const puttingOff = 8;

/**
 * Timers of one connection, which all end with it. Each counts only the time in which this process looked at its
 * sockets: of the time between two looks at most a slice counts, however long it was, so that a tester on a busy machine
 * waits longer instead of saying that a peer was late. What the peer sent is read before a timer decides that it was not.
 */
export class Timers {
  readonly #factor: number;
  readonly #running = new Set<NodeJS.Timeout>();

  /** Every time is multiplied by `factor`. */
  constructor(factor = 1) {
    this.#factor = factor;
  }

  /** Seconds that `seconds` are here. */
  scaled(seconds: number): number {
    return seconds * this.#factor;
  }

  /** Calls back after some seconds, unless the timers have been stopped by then. */
  after(seconds: number, callback: () => void): void {
    this.#start(this.scaled(seconds) * 1000, puttingOff, callback);
  }

  stop(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }

  #start(left: number, again: number, callback: () => void): void {
    const time = Math.min(left, slice);
    const due = performance.now() + time;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      const isLate = performance.now() - due > tolerance;
      if (left > time) this.#start(left - time, again, callback);
      else if (isLate && again > 0) this.#start(slice, again - 1, callback);
      else callback();
    }, time);
    this.#running.add(timer);
  }
}
