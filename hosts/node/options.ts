import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { checkFunction, checkObject, checkOption } from '../../src/connection/check-options.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { isToken } from '../../src/handshake/text.ts';

export { checkCompression, checkOption } from '../../src/connection/check-options.ts';

const NUMBERS: readonly string[] = [...Object.keys(DEFAULT_LIMITS), 'receiveBuffer', 'transmitBuffer'];

const BOOLEANS: readonly string[] = ['takesSpans', 'requireProtocol'];

/** Options that connections have in both roles. */
const COMMON: readonly string[] = [...NUMBERS, 'events', 'takesSpans', 'tls', 'compression'];

/**
 * Refuses, with a RingletError, options of the function `name` that are no object, or of which one is neither common nor
 * one of `others`: what is misspelt would have no effect.
 */
export function checkNames(name: string, options: unknown, others: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new RingletError(ErrorId.optionInvalid, `${name} needs an object of options`);
  for (const option of Object.keys(options)) {
    if (!COMMON.includes(option) && !others.includes(option))
      throw new RingletError(ErrorId.optionInvalid, `${name} has no option "${option}"`);
    const value = (options as Readonly<Record<string, unknown>>)[option];
    // The engine looks at their ranges, in which a string would be taken for its number.
    if (NUMBERS.includes(option))
      checkOption(value === undefined || typeof value === 'number', option, 'a number');
    if (BOOLEANS.includes(option))
      checkOption(value === undefined || typeof value === 'boolean', option, 'true or false');
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

/** Refuses the option `tls` unless it is what Node's `tls` module takes. */
export function checkTls(tls: unknown): void {
  if (tls !== undefined) checkObject(tls, 'tls');
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
