import { hasOctets } from '../../src/connection/arguments.ts';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import {
  checkBoolean,
  checkFunction,
  checkKnown,
  checkObject,
  checkOption,
} from '../../src/connection/check-options.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { isToken } from '../../src/handshake/text.ts';
import { unreadable } from '../../src/reading-of.ts';

export {
  checkBoolean,
  checkCompression,
  checkKnown,
  checkOption,
} from '../../src/connection/check-options.ts';
export { readingOf, unreadable } from '../../src/reading-of.ts';

const NUMBERS: readonly string[] = [...Object.keys(DEFAULT_LIMITS), 'receiveBuffer', 'transmitBuffer'];

const BOOLEANS: readonly string[] = ['takesSpans', 'requireProtocol'];

/** Options that connections have in both roles. */
const COMMON: readonly string[] = [...NUMBERS, 'events', 'takesSpans', 'tls', 'compression'];

/** {@link checkKnown} of what makes connections, whose options are common ones and `others`; refuses wrong ones, too. */
export function checkNames(name: string, options: unknown, others: readonly string[]): void {
  checkKnown(name, options, [...COMMON, ...others]);
  for (const [option, value] of Object.entries(options as object)) {
    // The engine looks at their ranges, in which a string would be taken for its number.
    if (NUMBERS.includes(option))
      checkOption(value === undefined || typeof value === 'number', option, 'a number');
    if (BOOLEANS.includes(option)) checkBoolean(value, option);
  }
}

/** Whether `value` is a Uint8Array whose octets are there. */
export const isOctets = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && value instanceof Uint8Array && hasOctets(value);

/** Refuses, with a RingletError, an argument `name` unless it `isRight`; `must` says what it must be. */
export function checkArgument(isRight: boolean, name: string, must: string): void {
  if (!isRight) throw new RingletError(ErrorId.argumentInvalid, `${name} must be ${must}`);
}

/** Refuses options of the method `what` that are no object, and those of `names` that are neither true nor false. */
export function checkFlags(what: string, options: unknown, names: readonly string[]): void {
  const isObject = typeof options === 'object' && options !== null;
  checkArgument(isObject, `the options of ${what}`, 'an object');
  try {
    for (const name of names) {
      const value = (options as Readonly<Record<string, unknown>>)[name];
      checkArgument(value === undefined || typeof value === 'boolean', name, 'true or false');
    }
  } catch (error) {
    throw unreadable(`the options of ${what}`, error, ErrorId.argumentInvalid);
  }
}

/** Longest head of an opening handshake on Node, octets: cookies and policies of large sites fit. */
export const HEAD_SIZE = 16384;

/** Refuses a bound of what waits that is none. */
export function checkBuffered(maxBufferedAmount: unknown): void {
  const isBound = typeof maxBufferedAmount === 'number' && maxBufferedAmount >= 0;
  checkOption(maxBufferedAmount === undefined || isBound, 'maxBufferedAmount', 'a number of octets');
}

/** Refuses what is no list of header names; returns them in lower case. */
export function checkHeaderNames(option: string, names: readonly string[] = []): readonly string[] {
  const areNames =
    Array.isArray(names) && names.every((name: unknown) => typeof name === 'string' && isToken(name));
  checkOption(areNames, option, 'an array of names');
  return names.map((name) => name.toLowerCase());
}

/** Refuses the options `names` that are there and no functions. */
export function checkCallbacks(options: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  for (const name of names) checkFunction(options, name, true);
}

/** Refuses the option `tls`, or what it is called, unless it is what Node's `tls` module takes. */
export function checkTls(tls: unknown, name = 'tls'): void {
  if (tls !== undefined) checkObject(tls, name);
}

/** Refuses the option `sendWindow` unless some octets fit. */
export function checkWindow(window: unknown): void {
  const isWindow = typeof window === 'number' && window >= 1;
  checkOption(window === undefined || isWindow, 'sendWindow', 'a number of octets');
}

/** Most redirections that can be followed: as many as browsers do. */
const REDIRECTS = 20;

/** Refuses, with a RingletError, a number of redirections that is none or too large. */
export function checkRedirects(redirects: unknown): void {
  const isNumber = Number.isInteger(redirects) && (redirects as number) >= 0;
  checkOption(
    isNumber && (redirects as number) <= REDIRECTS,
    'redirects',
    `an integer from 0 to ${REDIRECTS}`,
  );
}
