import { STATUS_CODES } from 'node:http';
import { type ConnectionError, RingletError } from '../../src/errors.ts';
import { describeError } from '../../src/error-text.ts';
import { connectionErrorOf, describeFailure, type Failed } from '../../src/failure-text.ts';

/** The error that says why a connection is over: its message says what the server answered, or what Node said. */
export const failureOf = (id: number, failed: Failed): ConnectionError =>
  connectionErrorOf(id, failed, STATUS_CODES);

/** The same as a sentence, without capital and full stop. */
export const sentenceOfFailure = (id: number, failed: Failed): string =>
  describeFailure(id, failed, STATUS_CODES);

/** What a class in ECMA-419 shape tells of a failure: the error id, what Node said, and its own error as the cause. */
export function ioErrorOf(id: number, cause?: unknown): RingletError {
  const said = cause instanceof Error ? cause.message : '';
  const error = new RingletError(id, said === '' ? describeError(id) : said);
  if (cause !== undefined)
    Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
  return error;
}
