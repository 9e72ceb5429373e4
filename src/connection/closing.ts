import { faultOfCloseCode } from '../frame/header.ts';
import type { Memory } from '../frame/memory.ts';
import { UTF8_ACCEPT, validateUtf8 } from '../frame/utf8.ts';
import { ErrorId } from './errors.ts';

/** Longest reason of a Close frame in octets, RFC 6455 §5.5 less the code. */
export const REASON_LIMIT = 123;

/** What is wrong with the payload `memory[start, end)` of a Close frame, or 0 (RFC 6455 §5.5.1, §7.4). */
export function faultOfClose(memory: Memory, start: number, end: number): ErrorId {
  if (end === start) return 0;
  const fault = faultOfCloseCode(memory.data.getUint16(start));
  if (fault !== 0) return fault;
  return isUtf8(memory, start + 2, end) ? 0 : ErrorId.closeReasonInvalid;
}

/** Whether `memory[start, end)` is UTF-8 by itself. */
export function isUtf8(memory: Memory, start: number, end: number): boolean {
  return validateUtf8(memory.bytes, memory.words, start, end, UTF8_ACCEPT) === UTF8_ACCEPT;
}
