import { UTF8_REJECT } from './utf8.ts';
import { stepText } from './validate-text.ts';

/** The way to the fault: the first octet of `bytes[start, end)` that no valid text could have
 * after `state`, or `end` where there is none. */
export function findUtf8Fault(bytes: Uint8Array, start: number, end: number, state: number): number {
  let s = state;
  let i = start;
  while (i < end && (s = stepText(bytes, i, i + 1, s)) !== UTF8_REJECT) i++;
  return i;
}
