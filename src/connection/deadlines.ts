import { ErrorId } from '../errors.ts';
import { Inbound } from './inbound.ts';
import { Register } from './layout.ts';

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

const NEVER = 0x7fffffff;

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
    words[Register.left] = this.#timeout;
  }

  /** How long to wait in all, 0 for ever; while the connection is open, for the next Ping. */
  get #timeout(): number {
    const { limits } = this;
    const wait = this.words[Register.timing] & Timing.wait;
    if (wait === Wait.none) return limits.keepalive;
    if (wait === Wait.connect) return limits.connectTimeout;
    return wait === Wait.handshake ? limits.handshakeTimeout : limits.closeTimeout;
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
    const wait = timing & Timing.wait;
    const timeout = this.#timeout;
    const asked = words[Register.asked];
    let step = (now - words[Register.time]) | 0;
    words[Register.time] = now;
    if (step < 0 || (timing & Timing.fresh) !== 0) step = 0;
    else if (asked !== 0 && step > asked) step = asked;
    words[Register.timing] = timing & (Timing.wait | Timing.pongDue);
    const isOver = (words[Register.left] -= step) <= 0 && timeout !== 0;
    if (wait !== Wait.none) {
      if (!isOver) return 0;
      if (wait === Wait.connect) return ErrorId.connectTimeout;
      return wait === Wait.handshake ? ErrorId.handshakeTimeout : ErrorId.closeTimeout;
    }
    const isHeld = this.paused || (timing & Timing.held) !== 0;
    if (isHeld || words[Register.heard] !== 0) words[Register.idle] = limits.idleTimeout;
    else if ((words[Register.idle] -= step) <= 0 && limits.idleTimeout !== 0) return ErrorId.idleTimeout;
    words[Register.heard] = 0;
    const pongTimeout = limits.keepaliveTimeout;
    if ((timing & Timing.pongDue) !== 0) {
      // The pong may lie behind what we have not read.
      if (isHeld) words[Register.left] = pongTimeout;
      else if (isOver) return ErrorId.pongTimeout;
    } else if (isOver) {
      words[Register.left] = pongTimeout || timeout;
      if (pongTimeout !== 0) words[Register.timing] |= Timing.pongDue;
      return PING_DUE;
    }
    return 0;
  }

  /** Milliseconds until `elapse` is wanted again; 0 if nothing is waited for. */
  protected next(): number {
    const { words, limits } = this;
    let next = this.#timeout === 0 ? NEVER : words[Register.left];
    const isOpen = (words[Register.timing] & Timing.wait) === Wait.none;
    if (isOpen && limits.idleTimeout !== 0 && words[Register.idle] < next) next = words[Register.idle];
    if (next < 1) next = 1;
    return (words[Register.asked] = next === NEVER ? 0 : next);
  }
}
