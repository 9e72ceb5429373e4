import { ErrorId, RingletError } from '../../../src/errors.ts';
import { hasOctets } from '../../../src/connection/arguments.ts';

/** ECMA-419 Byte Buffer: any of these, always as its octets. */
export type ByteBuffer = ArrayBuffer | SharedArrayBuffer | Uint8Array | Int8Array | DataView;

/**
 * The memory of a Byte Buffer as a view of unsigned octets. Throws TypeError for anything else, for memory that is detached,
 * and for an array that has not the length it says.
 */
export function octetsOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array && hasOctets(value)) return value;
  if (value instanceof Int8Array || value instanceof DataView) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return new Uint8Array(value);
  throw new TypeError('not a byte buffer whose memory is there');
}

/** The same for the classes whose errors have ids: throws a RingletError (601) in its place. */
export function checkedOctets(value: unknown): Uint8Array {
  try {
    return octetsOf(value);
  } catch {
    throw new RingletError(ErrorId.argumentInvalid, 'data must be a Byte Buffer whose memory is there');
  }
}
