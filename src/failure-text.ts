import { describeError } from './error-text.ts';
import { ConnectionError, ErrorId, type Failure, RingletError } from './errors.ts';

/**
 * Why a connection is over, in words and as an error for people. Beside `errors.ts` for hosts that have sentences: a device
 * tells ids.
 */

/** What is known of a connection that is over. */
export interface Failed extends Failure {
  /** The runtime's own error, where it had one. */
  readonly transportReason: unknown;
}

/** Reason phrases by status, as RFC 9110 §15 and its registry have them. */
export type StatusPhrases = Readonly<Record<number, string | undefined>>;

/** The runtime's own error: a stream or resolver in ECMA-419 shape hands it on inside one that has an id. */
function rootOf(reason: unknown): unknown {
  return reason instanceof RingletError && reason.cause !== undefined ? reason.cause : reason;
}

/** OpenSSL says where in its sources something happened; behind that it says what. */
const OPENSSL = /[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]*):/;

/** What an error says. One of several addresses says nothing itself: its members do. */
function saidBy(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(saidBy).filter(Boolean).join('; ');
  if (!(error instanceof Error)) return '';
  return OPENSSL.exec(error.message)?.[1] ?? error.message;
}

/** Where a redirection leads to, without what may be a secret in it: user name, password, query and fragment. */
const placeOf = (location: string): string =>
  location.replace(/[?#][^]*$/, '').replace(/^([a-z][\w+.-]*:)?\/\/[^/\\]*@/i, '$1//');

/**
 * A sentence (without capital and full stop) that says why a connection failed with the error id `id`, with the status that
 * the server answered with, or with what the runtime said.
 */
export function describeFailure(id: number, failed: Failed, phrases: StatusPhrases): string {
  const { httpStatus, location } = failed;
  const phrase = phrases[httpStatus];
  const answer = `the server answered ${httpStatus}${phrase === undefined ? '' : ` ${phrase}`}`;
  const place = location === '' ? '' : `, leading to ${placeOf(location)}`;
  if (id === ErrorId.httpStatus) return answer + place;
  if (id === ErrorId.redirectsTooMany || id === ErrorId.redirectRefused)
    return `${describeError(id)} (${answer}${place})`;
  const sentence = describeError(id);
  const cause = saidBy(rootOf(failed.transportReason));
  // What has nothing to add says the same: a stream's own error has the sentence of its id where nobody knows more.
  return cause === '' || cause === sentence ? sentence : `${sentence} (${cause})`;
}

/** The error that says why a connection is over. */
export function connectionErrorOf(id: number, failed: Failed, phrases: StatusPhrases): ConnectionError {
  const reason = rootOf(failed.transportReason);
  const error = new ConnectionError(id, failed, describeFailure(id, failed, phrases), reason);
  // As the language has it: the property is there when there is a cause, and is shown once.
  if (reason !== undefined) {
    const hidden = { value: reason, writable: true, enumerable: false, configurable: true };
    Object.defineProperties(error, { cause: hidden, reason: hidden });
  }
  return error;
}
