import { CloseCode } from '../frame/close-code.ts';
import type { WebSocketRuntime } from './runtime.ts';
import { textOf } from './text-of.ts';

/** What to close with: a code, 0 for none, and a reason in UTF-8. */
export interface Closing {
  readonly code: number;
  readonly reason: Uint8Array;
}

/** Longest reason of a Close frame in octets, RFC 6455 §5.5 less the code. */
const REASON_LIMIT = 123;

const NO_REASON = new Uint8Array(0);

/** A close code as Web IDL's `[Clamp] unsigned short` reads it: into its range, a half to the even number. */
function codeOf(value: unknown): number {
  const number = Number(value);
  if (!(number > 0)) return 0;
  if (number >= 0xffff) return 0xffff;
  const floor = Math.floor(number);
  const rest = number - floor;
  return rest > 0.5 || (rest === 0.5 && (floor & 1) === 1) ? floor + 1 : floor;
}

/** Whether a program may close with `code`: 1000, or one of those that are left to programs. */
const isAllowed = (code: number): boolean => code === CloseCode.normal || (code >= 3000 && code <= 4999);

/**
 * Reads the arguments of `close`. Throws an InvalidAccessError for a code that is neither 1000 nor one of 3000 … 4999, a
 * SyntaxError for a reason of more than 123 octets.
 */
export function closingOf(
  given: number | undefined,
  text: string | undefined,
  runtime: Pick<WebSocketRuntime<never>, 'encode' | 'exception'>,
): Closing {
  const code = given === undefined ? 0 : codeOf(given);
  const reason = text === undefined ? NO_REASON : runtime.encode(textOf(text));
  if (given !== undefined && !isAllowed(code)) {
    throw runtime.exception('InvalidAccessError', 'the close code is neither 1000 nor one of 3000 to 4999');
  }
  if (reason.length > REASON_LIMIT) {
    throw runtime.exception('SyntaxError', 'the reason for closing is longer than 123 octets');
  }
  // A reason has to have a code before it.
  return { code: reason.length !== 0 && given === undefined ? CloseCode.normal : code, reason };
}
