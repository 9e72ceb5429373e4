import { isIP } from 'node:net';

/** What data `read` and `write` carry: single octets, or buffers of them. */
export type SocketFormat = 'number' | 'buffer';

/** The options object of an ECMA-419 constructor; names that nobody reads are ignored. */
export type Options = Readonly<Record<string, unknown>>;

/** Throws TypeError unless `value` is an object. */
export function optionsOf(value: unknown, what = 'options'): Options {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${what}: an object is required`);
  return value as Options;
}

/** A callback, or undefined where there is none. Throws TypeError for what is no function. */
export function callbackOf<Callback>(value: unknown, name: string): Callback | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'function') throw new TypeError(`${name}: not a function`);
  return value as Callback;
}

export function formatOf(value: unknown): SocketFormat {
  if (value !== 'number' && value !== 'buffer') throw new RangeError('format: neither "number" nor "buffer"');
  return value;
}

/** An IPv4 or IPv6 literal: names are the resolver's business, as on devices. */
export function addressOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('address: a string is required');
  if (isIP(value) === 0) throw new RangeError('address: not an IP address');
  return value;
}

export function portOf(value: unknown): number {
  return integerOf(value, 'port', 0, 65535);
}

/** An integer of `least` … `most`. Throws TypeError for what is no number, RangeError for one that is none of them. */
export function integerOf(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name}: a number is required`);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name}: out of range`);
  return value;
}
