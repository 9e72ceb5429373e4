import { ErrorId, RingletError } from '../../../src/errors.ts';

// A global is looked for among hundreds of others.
const Octets = Uint8Array;

/**
 * In place of `src/connection/arguments.ts`, in fewer steps: what an array says of its own length is believed, and an empty
 * range of memory that is detached is an empty range.
 */
export function isRange(bytes: Uint8Array, start: number, end: number): boolean {
  if (!(bytes instanceof Octets)) throw new RingletError(ErrorId.argumentInvalid, 'bytes: not a Uint8Array');
  // What is no integer, or no number at all, is not what it becomes as one.
  return start === (start | 0) && end === (end | 0) && start >= 0 && start <= end && end <= bytes.length;
}

/** Likewise. */
export const hasOctets = (bytes: Uint8Array): boolean => bytes instanceof Octets;
