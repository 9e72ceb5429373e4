import { check } from '../../../src/errors.ts';

/** In one string: in XS six take more bytecode. */
const CALLBACKS = 'onReadable,onWritable,onControl,onClose,onError,onSpan';

/** In place of `src/client/check-callbacks.ts`, in fewer octets: what was wrong is named, and not what it must be. */
export function checkCallbacks(options: object): void {
  CALLBACKS.split(',').forEach((name) => {
    // Any function does in place of none.
    const value = (options as Readonly<Record<string, unknown>>)[name] ?? check;
    check(typeof value === 'function', name);
  });
}
