import { ErrorId, RingletError } from '../errors.ts';

// A global is looked for among hundreds of others.
const Octets = Uint8Array;

/**
 * Whether `[start, end)` is a range of `bytes`: whole numbers, in order, inside. Throws a RingletError for what is no
 * Uint8Array at all. A detached buffer, or one that has become too short for its view, has a length of 0.
 */
export function isRange(bytes: Uint8Array, start: number, end: number): boolean {
  if (!(bytes instanceof Octets)) throw new RingletError(ErrorId.argumentInvalid, 'bytes: not a Uint8Array');
  // What is no integer, or no number at all, is not what it becomes as one.
  return start === (start | 0) && end === (end | 0) && start >= 0 && start <= end && end <= bytes.length;
}
