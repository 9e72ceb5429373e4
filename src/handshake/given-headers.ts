import { Rule, wellFormed } from './grammar.ts';
import type { HeaderPairs } from './text.ts';

/** Header lines as people write them: a Map, any iterable of pairs, or an object by names. */
export type GivenHeaders = HeaderPairs | Readonly<Record<string, string | number>>;

/** Whether `value` is an object without a class of its own, such as a literal. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * The header lines that are given, which may be none (undefined). Returns undefined for what is no headers, has a name or
 * value that may not be sent, or one that belongs to the handshake. Throws only what `given` itself throws.
 */
export function headersOf(given: unknown): [string, string][] | undefined {
  const headers: [string, string][] = [];
  if (given === undefined) return headers;
  if (typeof given !== 'object' || given === null) return undefined;
  let pairs = given as Iterable<unknown>;
  if (typeof pairs[Symbol.iterator] !== 'function') {
    if (!isPlainObject(given)) return undefined;
    pairs = Object.entries(given);
  }
  const iterator = pairs[Symbol.iterator]();
  // By hand: a loop `for … of` is 130 octets longer on XS.
  for (;;) {
    const step = iterator.next();
    const pair = step.value;
    if (step.done) return headers;
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const name = wellFormed(Rule.headerName, pair[0]);
    const value = wellFormed(Rule.headerValue, pair[1]);
    if (name === undefined || value === undefined) return undefined;
    headers.push([name, value]);
  }
}
