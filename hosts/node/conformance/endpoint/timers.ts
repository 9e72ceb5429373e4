/** Milliseconds that a timer may be late before it counts as held up. */
const tolerance = 20;

/**
 * Timers of one connection, which all end with it. Each counts only the time in which this process looked at its
 * sockets: a timer that comes late, because the process was held up, runs on for what it was late. What the peer
 * sent meanwhile is then read before the timer decides that it was not sent.
 */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();

  /** Calls back after some seconds, unless the timers have been stopped by then. */
  after(seconds: number, callback: () => void): void {
    this.#start(seconds * 1000, seconds * 1000, callback);
  }

  stop(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }

  /** A process that is held up again and again runs out too: what is made good is half as much each time. */
  #start(milliseconds: number, madeGood: number, callback: () => void): void {
    const due = performance.now() + milliseconds;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      const late = Math.min(performance.now() - due, madeGood);
      if (late > tolerance) this.#start(late, late / 2, callback);
      else callback();
    }, milliseconds);
    this.#running.add(timer);
  }
}
