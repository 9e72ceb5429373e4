/**
 * The octets of an ArrayBuffer or a view; undefined for what is neither. Memory that is shared with other threads may
 * change while it is sent, so that Web IDL refuses it: a TypeError.
 */
export function octetsOf(data: unknown): Uint8Array | undefined {
  if (data instanceof Uint8Array && isOwned(data.buffer)) return data;
  if (ArrayBuffer.isView(data)) {
    if (!isOwned(data.buffer)) throw new TypeError('shared memory cannot be sent');
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (Object.prototype.toString.call(data) === '[object SharedArrayBuffer]') {
    throw new TypeError('shared memory cannot be sent');
  }
  // Of another realm.
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]')
    return new Uint8Array(data as ArrayBuffer);
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
