import { type HeaderPairs, isFieldValue, isToken } from './text.ts';

/** Header lines as people write them: a Map, any iterable of pairs, or an object by names. */
export type GivenHeaders = HeaderPairs | Readonly<Record<string, string | number>>;

/** Headers that make the handshake what it is; an application may not set them. */
const RESERVED: readonly string[] = Object.freeze([
  'upgrade',
  'connection',
  'content-length',
  'transfer-encoding',
]);

const isReserved = (name: string): boolean => RESERVED.includes(name) || name.startsWith('sec-websocket-');

/** Whether `value` is an object without a class of its own, such as a literal. */
export function isPlain(value: object): boolean {
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
  let pairs: Iterable<unknown>;
  if (typeof (given as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function') {
    pairs = given as Iterable<unknown>;
  } else if (isPlain(given)) pairs = Object.entries(given);
  else return undefined;
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    const name: unknown = pair[0];
    const value: unknown = typeof pair[1] === 'number' ? String(pair[1]) : pair[1];
    if (typeof name !== 'string' || typeof value !== 'string') return undefined;
    if (!isToken(name) || !isFieldValue(value) || isReserved(name.toLowerCase())) return undefined;
    headers.push([name, value]);
  }
  return headers;
}
