import { ErrorId, RingletError } from './errors.ts';

/*
 * What an application hands over may throw by itself when it is looked at: a getter, an iterator, a Proxy that was revoked. No
 * device has this module: there, what was thrown leaves as it is.
 */

/** What `read` returns, which looks at `what` an application gave. What is thrown then becomes the cause of a RingletError. */
export function readingOf<T>(what: string, read: () => T, id: ErrorId = ErrorId.optionInvalid): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(what, error, id);
  }
}

/** `error` if it is a RingletError, else one that says that `what` cannot be read, with `error` as its cause. */
export function unreadable(what: string, error: unknown, id: ErrorId = ErrorId.optionInvalid): RingletError {
  if (isOurs(error)) return error;
  const refusal = new RingletError(id, `${what} cannot be read`);
  Object.defineProperty(refusal, 'cause', { value: error, writable: true, configurable: true });
  return refusal;
}

/** A Proxy can be thrown, too, which may throw when it is asked for its class. */
function isOurs(error: unknown): error is RingletError {
  try {
    return error instanceof RingletError;
  } catch {
    return false;
  }
}
