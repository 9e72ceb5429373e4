import { checkOption } from '../connection/check-options.ts';

/** What an ECMA-419 client calls. */
export const CALLBACKS: readonly string[] = Object.freeze([
  'onReadable',
  'onWritable',
  'onControl',
  'onClose',
  'onError',
  'onSpan',
]);

/**
 * Refuses callbacks of a client that are neither functions nor null, which is none (ECMA-419, Annex A), with a RingletError
 * that names the first. On devices `hosts/moddable/lean/check-callbacks.ts` takes the place of this module.
 */
export function checkCallbacks(options: object): void {
  for (const name of CALLBACKS) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    checkOption((value ?? undefined) === undefined || typeof value === 'function', name, 'a function');
  }
}
