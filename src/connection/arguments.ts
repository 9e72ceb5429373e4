import { ErrorId, RingletError } from '../errors.ts';

/*
 * What is looked at before octets of anybody's are taken. Properties of an object may say anything; what is copied lies in
 * the memory behind it. On devices `hosts/moddable/lean/arguments.ts` takes the place of this module.
 */

const Octets = Uint8Array;

/** The length that the runtime itself goes by, whatever a subclass or a property of the object's own says. */
const trueLength = (
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Octets.prototype), 'length') as { get: () => number }
).get;

/** Whether the memory behind an array without octets is there: of one that is detached, nothing can be sent. */
function isAttached(bytes: Uint8Array): boolean {
  try {
    Octets.prototype.set.call(bytes, bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether `bytes` has the octets that it says it has: its length is the true one, and its memory is not detached, nor has
 * become too short for it. Throws a RingletError for what is no Uint8Array at all.
 */
export function hasOctets(bytes: Uint8Array): boolean {
  // First of all, since it asks nothing of a Proxy, which is no array and may throw whatever is asked.
  if (!ArrayBuffer.isView(bytes) || !(bytes instanceof Octets))
    throw new RingletError(ErrorId.argumentInvalid, 'bytes: not a Uint8Array');
  const length = trueLength.call(bytes);
  return length === bytes.length && (length !== 0 || isAttached(bytes));
}

/**
 * Whether `[start, end)` is a range of `bytes`: whole numbers, in order, inside, of octets that are there. Throws a
 * RingletError for what is no Uint8Array at all.
 */
export function isRange(bytes: Uint8Array, start: number, end: number): boolean {
  return hasOctets(bytes) && isWithin(start, end, bytes.length);
}

/** Whether `[start, end)` is a range of `length` octets: whole numbers, in order, inside. */
export function isWithin(start: number, end: number, length: number): boolean {
  // V8 compares the kind with such a literal in one step, and no device has this module.
  // eslint-disable-next-line no-restricted-syntax
  if (typeof start !== 'number' || typeof end !== 'number') return false;
  // What is no integer is not what it becomes as one.
  return start === (start | 0) && end === (end | 0) && start >= 0 && start <= end && end <= length;
}
