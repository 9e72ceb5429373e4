import { Buffer } from 'node:buffer';
import { hasOctets, isWithin } from '../../src/connection/arguments.ts';
import { check, ErrorId, RingletError } from '../../src/errors.ts';

/** What Node's Buffers have beside what is declared: no arguments are looked at, nothing is looked up. */
interface Sliced extends Buffer {
  utf8Slice(start: number, end: number): string;
}

/** Longer text is left to the native: to call it costs as much as some 40 characters. */
const SHORT = 40;

const nothing = Buffer.alloc(0) as Buffer as Sliced;

/** By itself, since to look for it on a view takes V8 4 ns each time. */
const { utf8Slice } = nothing;

/** The array that text was last taken from, and how long it was: it can follow the length of its memory. */
let last: Uint8Array = nothing;
let lastLength = 0;
/** The same octets as Node's own kind of view, once long text was taken. */
let view = nothing;

/**
 * The text that `bytes[start, end)`, which is valid UTF-8, holds: a span of text as a string. Throws a RingletError for what
 * is no range of a Uint8Array.
 */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  // The same array as before has been looked at, unless nothing shows whether its memory is still there. What is left here
  // is short: V8 takes it into what parses.
  if (bytes !== last || bytes.length !== lastLength || lastLength === 0) {
    check(hasOctets(bytes), 'range', ErrorId.argumentInvalid);
    remember(bytes);
  }
  if (!isWithin(start, end, lastLength)) throw new RingletError(ErrorId.argumentInvalid, 'invalid range');
  return end - start > SHORT ? decodeNative(start, end) : decodeShort(bytes, start, end);
}

/** The same for a range that is one. */
export function decodeSpan(bytes: Uint8Array, start: number, end: number): string {
  if (bytes !== last || bytes.length !== lastLength) remember(bytes);
  return end - start > SHORT ? decodeNative(start, end) : decodeShort(bytes, start, end);
}

function remember(bytes: Uint8Array): void {
  last = bytes;
  lastLength = bytes.length;
  view = nothing;
}

/** The native, of the array that is remembered. */
function decodeNative(start: number, end: number): string {
  if (view.length !== lastLength)
    view = Buffer.from(last.buffer, last.byteOffset, last.byteLength) as Buffer as Sliced;
  return utf8Slice.call(view, start, end);
}

/** Short ASCII of that array, eight characters a call, or what the native makes of it where it is none. */
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
    if (((a | b | c | d | e | f | g | h) & 0x80) !== 0) return decodeNative(start, end);
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; i < end; i++) {
    const octet = bytes[i];
    if (octet >= 0x80) return decodeNative(start, end);
    text += String.fromCharCode(octet);
  }
  return text;
}
