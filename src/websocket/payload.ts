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
