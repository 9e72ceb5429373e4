import { performance } from 'node:perf_hooks';
import { types } from 'node:util';
import { LONGEST, milliseconds } from './milliseconds.ts';

/** Called when a timer is due, with the timer. */
export type TimerCallback = (timer: NodeTimer) => void;

/** A pending timer. Opaque: only the functions of {@link Timer} read it. */
export class NodeTimer {
  /** Whatever its owner puts here. */
  target: unknown;
  /** Undefined once the timer is cleared or, without an interval, has fired. */
  callback: TimerCallback | undefined;
  /** When the callback is due, milliseconds of `performance.now()`; Infinity while unscheduled. */
  due = Infinity;
  /** Milliseconds between calls; 0 for a single call. */
  interval = 0;
  #timeout: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  /** When `#timeout` will run; it may be earlier than `due`, never later. */
  #wakes = Infinity;

  constructor(callback: TimerCallback) {
    this.callback = callback;
  }

  /**
   * Makes the callback due in `delay` milliseconds. A deadline that moves into the future, the usual case,
   * touches nothing: the running timeout wakes early, sees that, and waits for the rest.
   */
  arm(delay: number): void {
    const now = performance.now();
    this.due = now + delay;
    if (delay <= 0) {
      this.#immediate ??= setImmediate(this.#onImmediate);
    } else if (this.due < this.#wakes) {
      this.#wait(now);
    }
  }

  disarm(): void {
    this.due = Infinity;
    this.#wakes = Infinity;
    clearTimeout(this.#timeout);
    clearImmediate(this.#immediate);
    this.#timeout = undefined;
    this.#immediate = undefined;
  }

  #wait(now: number): void {
    clearTimeout(this.#timeout);
    const delay = Math.min(Math.max(1, Math.ceil(this.due - now)), LONGEST);
    this.#wakes = now + delay;
    this.#timeout = setTimeout(this.#onTimeout, delay);
  }

  readonly #onImmediate = (): void => {
    this.#immediate = undefined;
    if (performance.now() >= this.due) this.#fire();
  };

  readonly #onTimeout = (): void => {
    this.#timeout = undefined;
    this.#wakes = Infinity;
    const now = performance.now();
    // Node may wake a fraction of a millisecond early; a deadline that is checked then must not be missed.
    if (now < this.due) this.#wait(now);
    else this.#fire();
  };

  #fire(): void {
    const { callback, interval } = this;
    this.disarm();
    if (callback === undefined) return;
    if (interval > 0) this.arm(interval);
    try {
      callback(this);
    } finally {
      if (this.interval === 0) Timer.clear(this);
    }
  }
}

/** Throws a TypeError for what no function of {@link Timer} has made, before anything of it is changed. */
function checkTimer(timer: unknown): void {
  if (types.isProxy(timer) || !(timer instanceof NodeTimer)) throw new TypeError('not a timer');
}

function makeTimer(callback: TimerCallback, delay: number, interval: number): NodeTimer {
  if (typeof callback !== 'function') throw new TypeError('a timer needs a function');
  const timer = new NodeTimer(callback);
  timer.interval = interval;
  timer.arm(delay);
  return timer;
}

/**
 * The `timer` module of Moddable over Node's timers. Delays are milliseconds; a callback never runs before its
 * delay is over, and never from inside one of these functions. Delay 0 means the next turn of the event loop.
 *
 * As on devices, a timer without an interval ends with its call, even if it is scheduled from inside it; one
 * with an interval lives until `clear`.
 *
 * The timers of connections are others, see `shared-timer.ts`: those may be late, and do not keep the process alive. An
 * application's are as exact as Node's, and the process waits for them.
 */
export class Timer {
  /** Calls `callback` after `delay`, then every `interval` if that is not 0. Throws TypeError without a function. */
  static set(callback: TimerCallback, delay?: number, interval?: number): NodeTimer {
    return makeTimer(callback, milliseconds(delay), milliseconds(interval));
  }

  /** Calls `callback` every `interval` milliseconds, at least 1. */
  static repeat(callback: TimerCallback, interval: number): NodeTimer {
    const every = Math.max(1, milliseconds(interval));
    return makeTimer(callback, every, every);
  }

  /**
   * Re-arms a living timer: next call after `delay`, then every `interval`. Without a delay the timer rests
   * until it is scheduled again. Throws when the timer has ended.
   */
  static schedule(timer: NodeTimer, delay?: number, interval?: number): void {
    checkTimer(timer);
    if (timer.callback === undefined) throw new Error('the timer has ended');
    if (delay === undefined) {
      // A resting timer must survive the return from its own callback, so it does not count as a single call.
      timer.interval = -1;
      return timer.disarm();
    }
    timer.interval = milliseconds(interval);
    timer.arm(milliseconds(delay));
  }

  /** Ends a timer; one that has ended, undefined and null are ignored. */
  static clear(timer: NodeTimer | undefined | null): void {
    if (timer === undefined || timer === null) return;
    checkTimer(timer);
    timer.callback = undefined;
    timer.disarm();
  }
}
