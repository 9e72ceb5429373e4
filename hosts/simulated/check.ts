import { ErrorId, RingletError } from '../../src/errors.ts';
import { isAddress } from './io/options.ts';

/*
 * What the methods of a world and of its machines are given is looked at before anything changes: a mistake in a test would
 * otherwise be a run in which nothing happens, or one without an end. Each function throws a RingletError, error 601.
 */

/** A value for a message: text in quotes, and nothing that throws when it is written down. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
}

function refuse(name: string, must: string, value: unknown): never {
  throw new RingletError(ErrorId.argumentInvalid, `${name} must be ${must}, and not ${shown(value)}`);
}

/** `value` if it is milliseconds that come to an end: a world that waits for NaN, or for ever, never returns. */
export function checkedDuration(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
  refuse(name, 'milliseconds from 0 that come to an end', value);
}

/** `value` if it is a time that is still to come: what is to happen in the past would happen now. */
export function checkedTime(value: unknown, now: number): number {
  const time = checkedDuration(value, 'time');
  if (time >= now) return time;
  refuse('time', `${now} or later, which is the time now`, value);
}

/** `value` if it is milliseconds by which a clock can jump, forwards or backwards. */
export function checkedJump(value: unknown): number {
  if (Number.isFinite(value)) return value as number;
  refuse('milliseconds', 'a number', value);
}

/** `value` if it can be called; refused at once, and not at the time when it would be. */
export function checkedFunction<Called>(value: Called, name: string): Called {
  if (typeof value === 'function') return value;
  refuse(name, 'a function', value);
}

/** `value` if it is true or false: `online('false')` would be the opposite of what it says. */
export function checkedBoolean(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  refuse(name, 'true or false', value);
}

export function checkedText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  refuse(name, 'a string that is not empty', value);
}

export function checkedCount(value: unknown, name: string): number {
  if (Number.isInteger(value) && (value as number) > 0) return value as number;
  refuse(name, 'an integer from 1', value);
}

/** `value` if it can be the number of a connection; 0 is none. */
export function checkedNumber(value: unknown, name: string): number {
  if (Number.isInteger(value) && (value as number) >= 0) return value as number;
  refuse(name, 'the number of a connection', value);
}

/** `value` if it is the literal of an address. */
export function checkedAddress(value: unknown): string {
  if (typeof value === 'string' && isAddress(value)) return value;
  refuse('what a name leads to', 'a host of this world, its name, or an IP address', value);
}
