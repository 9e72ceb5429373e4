import { isIP } from 'node:net';

/** The options object of an ECMA-419 constructor; names that nobody reads are ignored. */
export type Options = Readonly<Record<string, unknown>>;

/** ECMA-419 Byte Buffer. */
export type ByteBuffer = ArrayBuffer | SharedArrayBuffer | Uint8Array | Int8Array | DataView;

/** What data `read` and `write` carry: single octets, or buffers of them. */
export type SocketFormat = 'number' | 'buffer';

/** Throws TypeError unless `value` is an object. */
export function optionsOf(value: unknown): Options {
  if (typeof value !== 'object' || value === null) throw new TypeError('options: an object is required');
  return value as Options;
}

/** A callback, or undefined where there is none. Throws TypeError for what is no function. */
export function callbackOf<Callback>(value: unknown, name: string): Callback | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'function') throw new TypeError(`${name}: not a function`);
  return value as Callback;
}

/** An IPv4 or IPv6 literal: names are the resolver's business, as on devices. Throws for anything else. */
export function addressOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('address: a string is required');
  if (!isAddress(value)) throw new RangeError('address: not an IP address');
  return value;
}

export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** An integer of `least` … `most`. Throws TypeError for what is no number, RangeError for one that is none of them. */
export function integerOf(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number') throw new TypeError(`${name}: a number is required`);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${name}: out of range`);
  return value;
}

/** The memory of a Byte Buffer as octets. Throws TypeError for anything else. */
export function octetsOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof Int8Array || value instanceof DataView)
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Uint8Array(value);
  throw new TypeError('not a byte buffer');
}

export function formatOf(value: unknown): SocketFormat {
  if (value !== 'number' && value !== 'buffer') throw new RangeError('format: neither "number" nor "buffer"');
  return value;
}
