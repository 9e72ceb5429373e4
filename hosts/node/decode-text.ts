import { Buffer } from 'node:buffer';
import { hasOctets, isWithin } from '../../src/connection/arguments.ts';
import { check, ErrorId } from '../../src/errors.ts';

/** What Node's Buffers have beside what is declared: no arguments are looked at, nothing is looked up. */
interface Sliced extends Buffer {
  utf8Slice(start: number, end: number): string;
}

/** Longer text is left to the native: to call it costs as much as some 40 characters. */
const SHORT = 40;

const nothing = Buffer.alloc(0);

/** The view that text was last taken from, and the same octets as Node's own kind of view. */
let last: Uint8Array = nothing;
let view = nothing as Buffer as Sliced;

/**
 * The text that `bytes[start, end)`, which is valid UTF-8, holds: a span of text as a string. Throws a RingletError for what
 * is no range of a Uint8Array.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  const isRange = (isViewed(bytes) || hasOctets(bytes)) && isWithin(start, end, bytes.length);
  check(isRange, 'range', ErrorId.argumentInvalid);
  return decodeSpan(bytes, start, end);
}

/** Whether there is a view of these very octets: it loses them, and follows no change of their length, as they would. */
function isViewed(bytes: Uint8Array): boolean {
  const { length } = view;
  return bytes === last && length === bytes.length && length !== 0;
}

/** The same for a range that is one. */
export function decodeSpan(bytes: Uint8Array, start: number, end: number): string {
  return end - start > SHORT ? decodeNative(bytes, start, end) : decodeShort(bytes, start, end);
}

/** The native, on memory that is most often the same as before. */
function decodeNative(bytes: Uint8Array, start: number, end: number): string {
  // An array can follow the length of its memory.
  if (bytes !== last || bytes.length !== view.length) {
    last = bytes;
    view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Buffer as Sliced;
  }
  return view.utf8Slice(start, end);
}

/** Short ASCII, eight characters a call, or what the native makes of it where it is none. */
function decodeShort(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let i = start;
  for (; end - i >= 8; i += 8) {
    const a = bytes[i];
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    const d = bytes[i + 3];
    const e = bytes[i + 4];
    const f = bytes[i + 5];
    const g = bytes[i + 6];
    const h = bytes[i + 7];
    if (((a | b | c | d | e | f | g | h) & 0x80) !== 0) return decodeNative(bytes, start, end);
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; i < end; i++) {
    const octet = bytes[i];
    if (octet >= 0x80) return decodeNative(bytes, start, end);
    text += String.fromCharCode(octet);
  }
  return text;
}
