import { ErrorId, RingletError } from '../../src/errors.ts';
import type { NodeEndpoint } from './endpoint/node-endpoint.ts';
import { checkOption } from './options.ts';

/** Refuses what is no AbortSignal, and, with its reason as the cause, one that is aborted already. */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined) return;
  checkOption(isSignal(signal), 'signal', 'an AbortSignal');
  if (!signal.aborted) return;
  const error = new RingletError(ErrorId.aborted, 'the signal was aborted before the connection was begun');
  Object.defineProperty(error, 'cause', { value: signal.reason, configurable: true, writable: true });
  throw error;
}

const isSignal = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
  return (
    typeof aborted === 'boolean' &&
    typeof addEventListener === 'function' &&
    typeof removeEventListener === 'function'
  );
};

/** Ends `endpoint`, in order where it is open, when `signal` is aborted; nothing of it stays with the signal when the connection is over. */
export function abortedBy<Target>(signal: AbortSignal, endpoint: NodeEndpoint<Target>): void {
  const onAbort = (): void => endpoint._abortFor(signal.reason);
  try {
    signal.addEventListener('abort', onAbort, { once: true });
  } catch (error) {
    // It need not be a signal of the runtime's.
    endpoint.drop();
    throw error;
  }
  endpoint._onReleased = () => signal.removeEventListener('abort', onAbort);
}
