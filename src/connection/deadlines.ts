import { ErrorId } from './errors.ts';
import type { Limits } from './limits.ts';

/** The one thing that a connection waits for with a deadline of its own. */
export const enum Wait {
  none,
  connect,
  handshake,
  close,
}

/** What {@link Deadlines.tick} found due, beside an error id. */
export const PING_DUE = -1;

/**
 * Every wait of a connection has a deadline. Time is told from outside by `tick`; between two ticks this
 * clock stands still, and it never takes a step longer than the wait that was asked for, so that a host whose
 * clock jumps, goes back or wraps at 2^32 ms can hasten one deadline but never causes a storm.
 */
export class Deadlines {
  readonly #limits: Limits;
  #wait = Wait.connect;
  /** Whether the wait begins with the next tick: nobody knows how late it was when it was begun. */
  #fresh = true;
  /** Own clock: sum of the accepted steps. */
  #clock = 0;
  #last = 0;
  #running = false;
  /** Milliseconds until the next deadline, as told last; 0 for none. */
  #asked = 0;
  #waitingSince = 0;
  #heardAt = 0;
  #pingAt = 0;
  #pongOpen = false;
  /** Set for every input, read and cleared by the next tick: the data path reads no clock. */
  heard = false;
  /** Set when we stop reading because our memory is full; it holds until the next tick after that. */
  held = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Begins to wait for something else, from the next tick on; `Wait.none` while the connection is open. */
  begin(wait: Wait): void {
    this.#wait = wait;
    this.#fresh = true;
    this.#pongOpen = false;
  }

  /** Our Ping has been answered. */
  pong(): void {
    this.#pongOpen = false;
  }

  /**
   * Tells the time. `paused`: the receiver has stopped reading, so that the peer's silence means nothing.
   * Returns the error id of the deadline that passed, PING_DUE if a Ping is to be sent, or 0.
   */
  tick(now: number, paused: boolean): number {
    let step = (now - this.#last) | 0;
    if (!this.#running || step < 0) step = 0;
    if (this.#asked !== 0 && step > this.#asked) step = this.#asked;
    this.#running = true;
    this.#last = now;
    const clock = this.#clock + step;
    this.#clock = clock;
    if (this.#fresh) {
      this.#fresh = false;
      this.#waitingSince = clock;
      this.#heardAt = clock;
      this.#pingAt = clock;
    }
    switch (this.#wait) {
      case Wait.connect:
        return this.#expired(this.#limits.connectTimeout) ? ErrorId.connectTimeout : 0;
      case Wait.handshake:
        return this.#expired(this.#limits.handshakeTimeout) ? ErrorId.handshakeTimeout : 0;
      case Wait.close:
        return this.#expired(this.#limits.closeTimeout) ? ErrorId.closeTimeout : 0;
      default:
        return this.#tickOpen(clock, paused);
    }
  }

  #expired(timeout: number): boolean {
    return timeout !== 0 && this.#clock - this.#waitingSince >= timeout;
  }

  #tickOpen(clock: number, paused: boolean): number {
    const held = paused || this.held;
    this.held = false;
    const { idleTimeout, keepalive, keepaliveTimeout } = this.#limits;
    if (this.heard || held) {
      this.heard = false;
      this.#heardAt = clock;
    }
    if (idleTimeout !== 0 && clock - this.#heardAt >= idleTimeout) return ErrorId.idleTimeout;
    if (keepalive === 0) return 0;
    if (this.#pongOpen) {
      // The pong may lie behind what we have not read.
      if (held) this.#pingAt = clock;
      if (keepaliveTimeout !== 0 && clock - this.#pingAt >= keepaliveTimeout) return ErrorId.pongTimeout;
      if (keepaliveTimeout !== 0) return 0;
    }
    if (clock - this.#pingAt < keepalive) return 0;
    this.#pingAt = clock;
    this.#pongOpen = true;
    return PING_DUE;
  }

  /** Milliseconds until `tick` is wanted again; 0 if nothing is waited for. */
  next(): number {
    const limits = this.#limits;
    let next = Infinity;
    if (this.#wait === Wait.none) {
      if (limits.idleTimeout !== 0) next = this.#left(next, this.#heardAt, limits.idleTimeout);
      if (limits.keepalive !== 0) {
        const pong = this.#pongOpen && limits.keepaliveTimeout !== 0;
        next = this.#left(next, this.#pingAt, pong ? limits.keepaliveTimeout : limits.keepalive);
      }
    } else {
      const timeout =
        this.#wait === Wait.connect
          ? limits.connectTimeout
          : this.#wait === Wait.handshake
            ? limits.handshakeTimeout
            : limits.closeTimeout;
      if (timeout !== 0) next = this.#left(next, this.#waitingSince, timeout);
    }
    this.#asked = next === Infinity ? 0 : next;
    return this.#asked;
  }

  /** The smaller of `next` and what is left of `timeout` since `since`, at least 1. */
  #left(next: number, since: number, timeout: number): number {
    const left = since + timeout - this.#clock;
    return left >= next ? next : left < 1 ? 1 : left;
  }
}
