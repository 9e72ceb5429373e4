import { ErrorId } from './errors.ts';
import { Inbound } from './inbound.ts';
import { Register } from './layout.ts';
import type { Limits } from './limits.ts';

/** The one thing that a connection waits for with a deadline of its own. */
export const enum Wait {
  none = 0,
  connect,
  handshake,
  close,
}

/** Bits of the register `timing`, beside a {@link Wait}. */
const enum Timing {
  wait = 3,
  /** We stopped reading since the last tick. */
  held = 8,
  /** Our Ping is not answered yet. */
  pongDue = 16,
  /** The wait begins with the next tick: nobody knows how late it was when it was begun. */
  fresh = 32,
}

/** What {@link Deadlines.elapse} found due, beside an error id. */
export const PING_DUE = -1;

/**
 * Every wait of a connection has a deadline, counted down. Time is told from outside by `tick`; between two ticks
 * it stands still, and it never takes a step longer than the wait that was asked for, so that a host whose clock
 * jumps, goes back or wraps at 2^32 ms can hasten one deadline but never causes a storm.
 */
export abstract class Deadlines<Target> extends Inbound<Target> {
  /** Begins to wait for something else, from the next tick on; `Wait.none` while the connection is open. */
  protected waitFor(wait: Wait): void {
    const { words, limits } = this;
    words[Register.timing] = wait | Timing.fresh;
    words[Register.idle] = limits.idleTimeout;
    words[Register.left] = timeoutOf(limits, wait);
  }

  /** The receiver has stopped reading, so that the peer's silence means nothing until the next tick. */
  protected stopHearing(): void {
    this.words[Register.timing] |= Timing.held;
  }

  /** Our Ping has been answered: the next one is due as if it had been at once. */
  protected answered(): void {
    const { words, limits } = this;
    if ((words[Register.timing] & Timing.pongDue) === 0) return;
    words[Register.timing] &= ~Timing.pongDue;
    words[Register.left] += limits.keepalive - limits.keepaliveTimeout;
  }

  /**
   * Tells the time in monotonic milliseconds. Returns the error id of the deadline that passed, PING_DUE if a Ping
   * is to be sent, or 0.
   */
  protected elapse(now: number): number {
    const { words, limits } = this;
    const timing = words[Register.timing];
    let step = (now - words[Register.time]) | 0;
    words[Register.time] = now;
    const asked = words[Register.asked];
    if (step < 0 || (timing & Timing.fresh) !== 0) step = 0;
    else if (asked !== 0 && step > asked) step = asked;
    words[Register.timing] = timing & (Timing.wait | Timing.pongDue);
    const left = (words[Register.left] -= step);
    const wait = timing & Timing.wait;
    if (wait !== Wait.none) {
      if (left > 0 || timeoutOf(limits, wait) === 0) return 0;
      if (wait === Wait.connect) return ErrorId.connectTimeout;
      return wait === Wait.handshake ? ErrorId.handshakeTimeout : ErrorId.closeTimeout;
    }
    const isHeld = this.paused || (timing & Timing.held) !== 0;
    if (isHeld || words[Register.heard] !== 0) words[Register.idle] = limits.idleTimeout;
    else if ((words[Register.idle] -= step) <= 0 && limits.idleTimeout !== 0) return ErrorId.idleTimeout;
    words[Register.heard] = 0;
    if (limits.keepalive === 0) return 0;
    if ((timing & Timing.pongDue) !== 0) {
      // The pong may lie behind what we have not read.
      if (isHeld) words[Register.left] = limits.keepaliveTimeout;
      else if (left <= 0) return ErrorId.pongTimeout;
    } else if (left <= 0) {
      const { keepaliveTimeout } = limits;
      words[Register.left] = keepaliveTimeout === 0 ? limits.keepalive : keepaliveTimeout;
      if (keepaliveTimeout !== 0) words[Register.timing] |= Timing.pongDue;
      return PING_DUE;
    }
    return 0;
  }

  /** Milliseconds until `elapse` is wanted again; 0 if nothing is waited for. */
  protected next(): number {
    const { words, limits } = this;
    const wait = words[Register.timing] & Timing.wait;
    let next = timeoutOf(limits, wait) === 0 ? NEVER : words[Register.left];
    if (wait === Wait.none && limits.idleTimeout !== 0 && words[Register.idle] < next) {
      next = words[Register.idle];
    }
    if (next < 1) next = 1;
    words[Register.asked] = next === NEVER ? 0 : next;
    return words[Register.asked];
  }
}

const NEVER = 0x7fffffff;

/** How long to wait, 0 for ever; while the connection is open, for the next Ping. */
function timeoutOf(limits: Limits, wait: Wait): number {
  if (wait === Wait.connect) return limits.connectTimeout;
  if (wait === Wait.handshake) return limits.handshakeTimeout;
  return wait === Wait.close ? limits.closeTimeout : limits.keepalive;
}
