import { ErrorId, RingletError } from '../errors.ts';

/** A Byte Buffer of ECMA-419. */
export type ByteBuffer = ArrayBufferLike | Uint8Array | Int8Array | DataView;

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const SHARED = '[object SharedArrayBuffer]';

/** The octets of a Byte Buffer; only a Uint8Array costs no view. Throws a RingletError for what is none. */
export function octetsOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer || Object.prototype.toString.call(data) === SHARED)
    // eslint-disable-next-line no-restricted-syntax -- for what is no Uint8Array
    return new Uint8Array(data as ArrayBufferLike);
  if (data instanceof DataView || data instanceof Int8Array)
    // eslint-disable-next-line no-restricted-syntax -- the same
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  throw new RingletError(ErrorId.argumentInvalid, 'invalid data');
}
