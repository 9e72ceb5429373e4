import type { HostTimer, TimerId } from '../../../src/host.ts';
import type { Clock, Happening } from '../clock.ts';

export type TimerCallback = (timer: SimulatedTimer) => void;

/** What timers know of the machine that they run on. */
export interface TimerKeeper {
  readonly clock: Clock;
  readonly timers: Set<SimulatedTimer>;
  /** A function of the host is called, and may fail. */
  call(name: string, allocates?: boolean): void;
  /** Code of the application's is run. */
  enter(action: () => void): void;
}

/** A pending timer. Opaque to applications, but for `target`. */
export class SimulatedTimer implements TimerId {
  /** Whatever its owner puts here. */
  target: unknown;
  /** Undefined once the timer has ended. */
  callback: TimerCallback | undefined;
  /** Milliseconds between calls; 0 for a single call, −1 while it rests. */
  interval = 0;
  #due = Infinity;
  #happening: Happening | undefined;
  readonly #keeper: TimerKeeper;

  constructor(callback: TimerCallback, keeper: TimerKeeper) {
    this.callback = callback;
    this.#keeper = keeper;
    keeper.timers.add(this);
  }

  /** A deadline that moves into the future, the usual case, touches nothing: what wakes early waits for the rest. */
  arm(delay: number): void {
    const { clock } = this.#keeper;
    this.#due = clock.now + delay;
    if (this.#happening?.action !== undefined && this.#happening.time <= this.#due && delay > 0) return;
    clock.cancel(this.#happening);
    this.#happening = clock.at(this.#due, this.#onTime);
  }

  rest(): void {
    this.#due = Infinity;
    this.#keeper.clock.cancel(this.#happening);
    this.#happening = undefined;
  }

  end(): void {
    this.callback = undefined;
    this.rest();
    this.#keeper.timers.delete(this);
  }

  readonly #onTime = (): void => {
    const { clock } = this.#keeper;
    if (this.#due > clock.now) {
      this.#happening = this.#due === Infinity ? undefined : clock.at(this.#due, this.#onTime);
      return;
    }
    this.rest();
    const { callback } = this;
    if (callback === undefined) return;
    if (this.interval > 0) this.arm(this.interval);
    this.#keeper.enter(() => callback(this));
    if (this.interval === 0) this.end();
  };
}

/** Moddable's `timer` module, as one machine has it. */
export interface TimerModule extends HostTimer {
  set(callback: TimerCallback, delay?: number, interval?: number): SimulatedTimer;
  repeat(callback: TimerCallback, interval: number): SimulatedTimer;
  schedule(timer: TimerId, delay?: number, interval?: number): void;
  clear(timer: TimerId | undefined | null): void;
  /** Does nothing: a virtual machine has nothing to wait for. */
  delay(milliseconds: number): void;
}

/** Milliseconds as an integer from 0; absent or not a number is 0. */
function milliseconds(value: number | undefined): number {
  return Math.max(0, Math.trunc(Number(value ?? 0)) || 0);
}

/**
 * As on devices: callbacks never come from inside these functions, a timer without an interval ends with its call, one with
 * an interval lives until `clear`, and `schedule` without a delay lets a timer rest.
 */
export function timerModule(keeper: TimerKeeper): TimerModule {
  const make = (callback: TimerCallback, delay: number, interval: number): SimulatedTimer => {
    keeper.call('Timer.set', true);
    if (typeof callback !== 'function') throw new TypeError('a timer needs a function');
    const timer = new SimulatedTimer(callback, keeper);
    timer.interval = interval;
    timer.arm(delay);
    return timer;
  };
  return Object.freeze({
    set: (callback: TimerCallback, delay?: number, interval?: number) =>
      make(callback, milliseconds(delay), milliseconds(interval)),
    repeat(callback: TimerCallback, interval: number) {
      const every = Math.max(1, milliseconds(interval));
      return make(callback, every, every);
    },
    schedule(id: TimerId, delay?: number, interval?: number) {
      keeper.call('Timer.schedule');
      const timer = id as SimulatedTimer;
      if (timer.callback === undefined) throw new Error('the timer has ended');
      if (delay === undefined) {
        timer.interval = -1;
        timer.rest();
        return;
      }
      timer.interval = milliseconds(interval);
      timer.arm(milliseconds(delay));
    },
    clear(id: TimerId | undefined | null) {
      if (id !== undefined && id !== null) (id as SimulatedTimer).end();
    },
    delay: () => {},
  });
}
