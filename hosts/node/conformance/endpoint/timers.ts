/** Timers of one connection, which all end with it. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();

  /** Calls back after some seconds, unless the timers have been stopped by then. */
  after(seconds: number, callback: () => void): void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      callback();
    }, seconds * 1000);
    this.#running.add(timer);
  }

  stop(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
