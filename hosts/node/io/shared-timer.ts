import { performance } from 'node:perf_hooks';
import type { HostTimer, TimerId } from '../../../src/host.ts';
import { LONGEST, milliseconds } from './milliseconds.ts';

/*
 * The timers of connections. Each of many thousand connections has a deadline, mostly far away, and one timeout of Node's
 * for each would take more memory than the rest of the deadline. So deadlines that are due in about the same moment share
 * one: they are rounded up to a multiple of a power of two, by at most 1/64 of the delay.
 *
 * An application's timers are others, see `timer.ts`: they may not be late by that, and the process waits for them, while it
 * does not wait for these.
 */

/** Log2 of how much shorter than a delay its rounding is. */
const FINE = 6;

type Callback = (timer: TimerId) => void;

/** A place in a list. Timers of one moment stand in a ring, of which the moment is the first. */
class Link {
  before: Link = this;
  after: Link = this;

  /** Takes it out of the list that it is in, if any. */
  unlink(): void {
    this.before.after = this.after;
    this.after.before = this.before;
    this.before = this.after = this;
  }

  /** Puts it in front of `link`, in a list that has `link` as its first: behind all others. */
  linkTo(link: Link): void {
    this.before = link.before;
    this.after = link;
    link.before.after = this;
    link.before = this;
  }
}

/** A timer of the engine's. Opaque: only the functions of {@link engineTimer} read it. */
class SharedTimer extends Link implements TimerId {
  /** Whatever its owner puts here. */
  target: unknown;
  /** Undefined once the timer is cleared or, without an interval, has fired. */
  callback: Callback | undefined;
  /** When the callback is due: milliseconds of {@link clock}. */
  due = 0;
  /** When the moment comes that it stands in; it may be earlier than `due`, never later. */
  wakes = 0;
  interval: number;

  constructor(callback: Callback, interval: number) {
    super();
    this.callback = callback;
    this.interval = interval;
  }

  /**
   * Makes the callback due in `delay` milliseconds. A deadline that moves into the future, the usual case, touches nothing:
   * the moment that it stands in comes early, sees that, and puts it into a later one.
   */
  arm(delay: number): void {
    this.due = clock() + delay;
    if (this.after !== this && this.due >= this.wakes) return;
    if (delay > 0) {
      this.wait(delay);
      return;
    }
    this.wakes = this.due;
    this.hurry();
  }

  /** Puts it into the moment of its deadline, which is `wait` milliseconds away. */
  wait(wait: number): void {
    this.unlink();
    // The highest power of two that is no more than the `FINE`th part, and no less than 1.
    const grain = 1 << Math.max(0, 31 - Math.clz32(wait >> FINE));
    this.wakes = Math.ceil(this.due / grain) * grain;
    this.linkTo(momentAt(this.wakes));
  }

  /** Puts it among what is looked at in the next turn. */
  hurry(): void {
    this.unlink();
    // Not unref'ed: it cannot hold the process for long, and what it delivers must not get lost.
    if (atOnce.after === atOnce) setImmediate(fireAtOnce);
    this.linkTo(atOnce);
  }
}

/** What is due in the next turn of the event loop. */
const atOnce = new Link();

/** Milliseconds since the process started, an integer, rounded up: what is due then is not due before. */
const clock = (): number => Math.ceil(performance.now());

/** All that is due at one time, and the timeout for that. */
class Moment extends Link {
  readonly time: number;

  constructor(time: number) {
    super();
    this.time = time;
    this.#wait();
  }

  #wait(): void {
    const delay = Math.min(Math.max(1, Math.ceil(this.time - performance.now())), LONGEST);
    setTimeout(Moment.#onTime, delay, this).unref();
  }

  static #onTime(moment: Moment): void {
    moment.#come();
  }

  #come(): void {
    // Node may wake a fraction of a millisecond early; a deadline that is checked then must not be missed.
    if (performance.now() < this.time) {
      this.#wait();
      return;
    }
    moments.delete(this.time);
    fireAll(this);
  }
}

const moments = new Map<number, Moment>();

function momentAt(time: number): Moment {
  let moment = moments.get(time);
  if (moment === undefined) {
    moment = new Moment(time);
    moments.set(time, moment);
  }
  return moment;
}

function fireAtOnce(): void {
  // What comes meanwhile waits for the next turn.
  const list = new Link();
  list.linkTo(atOnce);
  atOnce.unlink();
  fireAll(list);
}

/** Fires what stands behind `list`. */
function fireAll(list: Link): void {
  try {
    for (let link = list.after; link !== list; link = list.after) fire(link as SharedTimer);
  } finally {
    // A callback has thrown: those behind it do not wait for the next of their own.
    while (list.after !== list) (list.after as SharedTimer).hurry();
  }
}

function fire(timer: SharedTimer): void {
  const left = timer.due - timer.wakes;
  timer.unlink();
  if (left > 0) {
    timer.wait(left);
    return;
  }
  const { callback, interval } = timer;
  if (interval > 0) timer.arm(interval);
  else timer.callback = undefined;
  callback!(timer);
}

/** The timers of the engine: they do not keep the process alive, the sockets they watch do. Delay 0 means the next turn. */
export const engineTimer: HostTimer = Object.freeze({
  set(callback: Callback, delay: number, interval?: number): TimerId {
    if (typeof callback !== 'function') throw new TypeError('a timer needs a function');
    const timer = new SharedTimer(callback, milliseconds(interval));
    timer.arm(milliseconds(delay));
    return timer;
  },
  schedule(given: TimerId, delay: number, interval?: number): void {
    const timer = given as SharedTimer;
    if (timer.callback === undefined) throw new Error('the timer has ended');
    timer.interval = milliseconds(interval);
    timer.arm(milliseconds(delay));
  },
  clear(given: TimerId | undefined | null): void {
    if (given === undefined || given === null) return;
    const timer = given as SharedTimer;
    timer.callback = undefined;
    timer.unlink();
  },
});
