import { check } from '../../../src/errors.ts';

const CALLBACKS: readonly string[] = Object.freeze([
  'onReadable',
  'onWritable',
  'onControl',
  'onClose',
  'onError',
  'onSpan',
]);

/** In place of `src/client/check-callbacks.ts`, in fewer octets: what was wrong is named, and not what it must be. */
export function checkCallbacks(options: object): void {
  for (let i = 0; i < CALLBACKS.length; i++) {
    // Any function does in place of none.
    const value = (options as Readonly<Record<string, unknown>>)[CALLBACKS[i]] ?? check;
    check(typeof value === 'function', CALLBACKS[i]);
  }
}
