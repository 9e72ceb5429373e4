import { check, ErrorId } from '../errors.ts';
import { decodeUtf8 as decode } from '../frame/utf8.ts';
import { isRange } from './arguments.ts';

/**
 * The text that `bytes[start, end)` holds in UTF-8. Throws a RingletError for what is no range of a Uint8Array, and a URIError
 * for what is no UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  check(isRange(bytes, start, end), 'range', ErrorId.argumentInvalid);
  return decode(bytes, start, end);
}
