/**
 * Every wait of a connection has a deadline, counted down in its registers. Time comes from outside, by ticks; between
 * two of them it stands still, and it never takes a step longer than the wait that was asked for, so that a host whose
 * clock jumps, goes back or wraps at 2^32 ms can hasten one deadline but never causes a storm.
 *
 * The data path reads no clock: it leaves a bit that says that something happened since the last tick. A deadline that
 * such a bit begins anew is therefore looked at more often than it is long, and kept to within a sixteenth.
 *
 * The registers are `words`, which begin where `memory` does. On a device all but `answered` is C, which takes `memory`.
 */
import { ErrorId } from '../errors.ts';
import type { Limits } from './limits.ts';
import { Pumping, Register } from './record.ts';

/** What `Register.deadline` names; none while the connection is open. */
export const enum Deadline {
  none = 0,
  connect,
  handshake,
  /** Of the peer's Close: begins anew with every octet, within {@link Times.close}. */
  close,
  /** Of the end of the transport. */
  end,

  kind = 7,
  /** The wait begins with the next tick: until then nobody knows what time it is. */
  fresh = 8,
}

/** What {@link elapse} found due, beside an error id. */
export const enum Due {
  ping = -1,
}

export const enum Times {
  /** How many times `closeTimeout` the peer's Close is awaited at most, while octets come before it. */
  close = 10,
  /** Deadlines that may begin anew are looked at this much more often than they are long: log2. */
  often = 4,
  never = 0x7fffffff,
}

/** Begins to wait for something else, from the next tick on. */
export function startDeadline(
  _memory: Uint8Array,
  limits: Limits,
  deadline: Deadline,
  words: Int32Array,
): void {
  words[Register.deadline] = deadline | Deadline.fresh;
  words[Register.left] = timeoutOf(deadline, limits);
  words[Register.bound] = Times.close * limits.closeTimeout;
  words[Register.idle] = limits.idleTimeout;
  words[Register.stall] = 0;
}

/** How long to wait in all, 0 for ever; while the connection is open, for the next Ping. */
function timeoutOf(deadline: Deadline, limits: Limits): number {
  if (deadline === Deadline.none) return limits.keepalive;
  if (deadline === Deadline.connect) return limits.connectTimeout;
  return deadline === Deadline.handshake ? limits.handshakeTimeout : limits.closeTimeout;
}

/**
 * The time is `now`, in monotonic milliseconds. `signs` are the bits `Pumping.sinceTick`; `isPending`: whether octets wait
 * for the transport, or for a receiver after its end. Returns the error id of the deadline that passed, Due.ping if a
 * Ping is to be sent, or 0.
 */
export function elapse(
  _memory: Uint8Array,
  limits: Limits,
  now: number,
  signs: number,
  isPending: boolean,
  words: Int32Array,
): number {
  const asked = words[Register.asked];
  const deadline = words[Register.deadline];
  let step = (now - words[Register.time]) | 0;
  words[Register.time] = now;
  words[Register.deadline] = deadline & Deadline.kind;
  if (step < 0 || deadline !== words[Register.deadline]) step = 0;
  else if (asked && step > asked) step = asked;
  const left = (words[Register.left] -= step);
  if (words[Register.deadline] !== Deadline.none) {
    const due = elapseDeadline(words, limits, step, signs);
    if (due) return due;
  }
  // Octets that did not wait at the last tick may have come a moment ago: their wait begins now.
  if (!isPending) words[Register.stall] = 0;
  else if (signs & Pumping.moved || !words[Register.stall]) words[Register.stall] = limits.sendTimeout;
  else if ((words[Register.stall] -= step) <= 0 && limits.sendTimeout) return ErrorId.sendTimeout;
  if (words[Register.deadline] !== Deadline.none) return 0;
  // Of a peer that we do not read, nothing is asked.
  const isAlive = (signs & (Pumping.heard | Pumping.wasPaused)) !== 0;
  if (isAlive) words[Register.idle] = limits.idleTimeout;
  else if ((words[Register.idle] -= step) <= 0 && limits.idleTimeout) return ErrorId.idleTimeout;
  const { keepalive, keepaliveTimeout } = limits;
  // The Pong may lie behind what comes: whatever does is a sign of life.
  if (isAlive) words[Register.pong] = keepaliveTimeout;
  else if (words[Register.unanswered] && (words[Register.pong] -= step) <= 0) return ErrorId.pongTimeout;
  if (left > 0 || !keepalive) return 0;
  words[Register.left] = keepalive;
  if (keepaliveTimeout && words[Register.unanswered]++ === 0) words[Register.pong] = keepaliveTimeout;
  return Due.ping;
}

/** The same for the one thing that is waited for before the connection is open, and after. */
function elapseDeadline(words: Int32Array, limits: Limits, step: number, signs: number): number {
  const deadline = words[Register.deadline];
  if (timeoutOf(deadline, limits) === 0) return 0;
  if (deadline === Deadline.close) {
    // The Close may lie behind what comes, and ours behind what goes.
    if (signs & (Pumping.heard | Pumping.moved)) words[Register.left] = limits.closeTimeout;
    if ((words[Register.bound] -= step) <= 0) return ErrorId.closeTimeout;
  }
  if (words[Register.left] > 0) return 0;
  if (deadline === Deadline.connect) return ErrorId.connectTimeout;
  return deadline === Deadline.handshake ? ErrorId.handshakeTimeout : ErrorId.closeTimeout;
}

/** Milliseconds until {@link elapse} is wanted again; 0 if nothing is waited for. */
export function nextTick(_memory: Uint8Array, limits: Limits, isPending: boolean, words: Int32Array): number {
  const deadline = words[Register.deadline] & Deadline.kind;
  const timeout = timeoutOf(deadline, limits);
  let next = timeout ? words[Register.left] : Times.never;
  if (deadline === Deadline.close) {
    next = sooner(next, words[Register.left], timeout);
    if (timeout && words[Register.bound] < next) next = words[Register.bound];
  }
  if (deadline === Deadline.none) {
    next = sooner(next, words[Register.idle], limits.idleTimeout);
    if (words[Register.unanswered]) next = sooner(next, words[Register.pong], limits.keepaliveTimeout);
  }
  if (isPending) {
    if (!words[Register.stall]) words[Register.stall] = limits.sendTimeout;
    next = sooner(next, words[Register.stall], limits.sendTimeout);
  }
  if (next < 1) next = 1;
  return (words[Register.asked] = next === Times.never ? 0 : next);
}

/** `next`, or what is left of a deadline of `timeout` that may begin anew meanwhile, if that is sooner. */
function sooner(next: number, left: number, timeout: number): number {
  if (!timeout) return next;
  const often = (timeout >> Times.often) + 1;
  const soon = left < often ? left : often;
  return soon < next ? soon : next;
}

/**
 * A Pong came with the payload of our Ping `number`: those up to it are answered. Others, and those that nobody waits
 * for, change nothing (RFC 6455 §5.5.3).
 */
export function acknowledge(words: Int32Array, number: number): void {
  const later = words[Register.pings] - number;
  if (later >= 0 && later < words[Register.unanswered]) words[Register.unanswered] = later;
}
