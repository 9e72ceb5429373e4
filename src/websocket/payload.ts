import { hasOctets } from '../connection/arguments.ts';

const EMPTY = new Uint8Array(0);

/**
 * The octets of an ArrayBuffer or a view; undefined for what is neither. Memory that is shared with other threads may
 * change while it is sent, so that Web IDL refuses it: a TypeError. Memory that is detached has no octets for Web IDL ("get a
 * copy of the bytes"), and what is there counts, whatever a subclass says of its length.
 */
export function octetsOf(data: unknown): Uint8Array | undefined {
  if (data instanceof Uint8Array && isOwned(data.buffer) && hasOctets(data)) return data;
  const isView = ArrayBuffer.isView(data);
  const kind = Object.prototype.toString.call(data);
  if (kind === '[object SharedArrayBuffer]' || (isView && !isOwned(data.buffer)))
    throw new TypeError('shared memory cannot be sent');
  try {
    if (data instanceof Uint8Array) return new Uint8Array(data);
    if (isView) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    // Of another realm, too.
    if (data instanceof ArrayBuffer || kind === '[object ArrayBuffer]')
      return new Uint8Array(data as ArrayBuffer);
  } catch {
    return EMPTY;
  }
  return undefined;
}

/** Whether no other thread can write there. */
const isOwned = (buffer: ArrayBufferLike): boolean => !('growable' in buffer);

/** V8 keeps the octets of shorter views with its objects, and has to move them for `buffer`. */
const VIEW = 64;

/** `octets[from, to)` as a buffer of their own. Where they are many, by way of a view: that takes V8 two thirds. */
export function bufferOf(octets: Uint8Array, from: number, to: number): ArrayBufferLike {
  if (to - from > VIEW) return octets.slice(from, to).buffer;
  return octets.buffer.slice(octets.byteOffset + from, octets.byteOffset + to);
}
