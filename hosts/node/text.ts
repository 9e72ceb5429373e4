import { Buffer } from 'node:buffer';
import type { TextCodec } from '../../src/messages/text-codec.ts';
import { decodeSpan } from './decode-text.ts';

/** Where short text is written on its way into a ring. */
const LONGEST = 1 << 15;

/** A native call costs as much as some 24 characters one by one. */
const SHORT = 24;

interface Written extends Buffer {
  utf8Write(text: string, at: number, length: number): number;
}

const memory = Buffer.from(new ArrayBuffer(LONGEST)) as Buffer as Written;
const hasNative = typeof memory.utf8Write === 'function';

/** Memory for text on its way out; a plain view, as everything that the engine is given. */
const scratch = new Uint8Array(memory.buffer, 0, LONGEST);

/** Writes `text` as UTF-8 to `scratch`; returns how many octets that are, −1 if it may be longer. */
function encodeInto(text: string): number {
  const { length } = text;
  if (length > SHORT) {
    // A UTF-16 code unit takes at most three octets.
    if (length * 3 > LONGEST) return -1;
    return hasNative ? memory.utf8Write(text, 0, LONGEST) : memory.write(text, 0, 'utf8');
  }
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return memory.write(text, 0, 'utf8');
    scratch[i] = unit;
  }
  return length;
}

/** `text` as UTF-8, in memory of its own. */
function encode(text: string): Uint8Array {
  const octets = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  octets.write(text, 0, 'utf8');
  return new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
}

/** Text as Node does it best. */
export const nodeText: TextCodec = Object.freeze({ scratch, encodeInto, encode, decode: decodeSpan });
