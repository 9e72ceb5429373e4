import { portableProof } from '../../src/handshake/accept.ts';
import type { Host, HostTimer, TimerId } from '../../src/host.ts';
import { words } from './random.ts';

interface ScriptedTimer extends TimerId {
  readonly callback: (timer: TimerId) => void;
  due: number;
  interval: number;
}

/** A host whose time passes when a test says so. */
export class ScriptedHost implements Host {
  readonly #timers = new Set<ScriptedTimer>();
  readonly #deferred: (() => void)[] = [];
  #now = 0;
  /** Exceptions that left callbacks. */
  readonly reports: unknown[] = [];
  readonly proof = portableProof;
  readonly random: () => number;
  readonly defer?: (callback: () => void) => void;

  /** With `defers`, sends of one turn leave together. */
  constructor(defers = false, random = words(5)) {
    this.random = random;
    if (defers) this.defer = (callback) => void this.#deferred.push(callback);
  }

  readonly Timer: HostTimer = {
    set: (callback, delay, interval = 0) => {
      const timer: ScriptedTimer = { callback, due: this.#now + delay, interval };
      this.#timers.add(timer);
      return timer;
    },
    schedule: (timer, delay, interval = 0) => {
      if (!this.#timers.has(timer as ScriptedTimer)) throw new Error('no such timer');
      Object.assign(timer, { due: this.#now + delay, interval });
    },
    clear: (timer) => {
      if (!this.#timers.delete(timer as ScriptedTimer)) throw new Error('no such timer');
    },
  };

  now(): number {
    return this.#now;
  }

  report(error: unknown): void {
    this.reports.push(error);
  }

  /** Timers that are still there. */
  get timers(): number {
    return this.#timers.size;
  }

  /**
   * The end of a turn: what was deferred, then timers that are due, or would be in a millisecond, the least that the
   * engine waits. Returns how many callbacks that were.
   */
  turn(): number {
    let count = 0;
    for (;;) {
      const deferred = this.#deferred.shift();
      const timer = [...this.#timers].find((each) => each.due <= this.#now + 1);
      if (deferred !== undefined) deferred();
      else if (timer !== undefined) {
        timer.due = this.#now + 1 + timer.interval;
        timer.callback(timer);
      } else return count;
      if (++count > 1000) throw new Error('a storm of callbacks');
    }
  }

  /** Lets time pass from one timer to the next. */
  wait(milliseconds: number): this {
    const until = this.#now + milliseconds;
    this.turn();
    for (;;) {
      const next = Math.min(...[...this.#timers].map((timer) => timer.due));
      if (next > until) break;
      this.#now = Math.max(this.#now, next);
      this.turn();
    }
    this.#now = until;
    return this;
  }
}
