import type { Endpoint } from '../../../src/client/endpoint.ts';
import { describeError } from '../../../src/error-text.ts';
import { ConnectionError, ErrorId } from '../../../src/errors.ts';
import { closeCodeOf } from '../../../src/frame/close-code.ts';

/** What is known about the end of a connection. */
interface Failure {
  readonly error: number;
  readonly httpStatus: number;
  readonly location: string;
  /** The runtime's own error, where it had one. */
  readonly reason: unknown;
}

/** Why a connection to `url` is over, as a sentence for a person: what failed, and what is known about it. */
export function failureSentence(url: string, endpoint: Endpoint<never> | Endpoint<unknown>): string {
  const { error, httpStatus, location, transportReason: reason } = endpoint as Endpoint<unknown>;
  return sentence(url, { error, httpStatus, location, reason });
}

/** The same from what an ECMA-419 client ended with: an error, or undefined after the peer's Close. */
export function clientFailureSentence(url: string, error: unknown): string {
  if (error === undefined) return `${withoutCredentials(url)}: the server closed the connection`;
  if (!(error instanceof ConnectionError)) return `${withoutCredentials(url)}: ${causeOf(error as Error)}`;
  const { id, httpStatus, location, reason } = error;
  return sentence(url, { error: id, httpStatus, location, reason });
}

function sentence(url: string, { error, httpStatus, location, reason }: Failure): string {
  const cause = reason instanceof Error ? causeOf(reason) : '';
  let details = '';
  if (error === ErrorId.httpStatus)
    details = ` but with ${httpStatus}${location === '' ? '' : `, leading to ${location}`}`;
  else if (cause !== '') details = ` (${cause})`;
  const closed = closeCodeOf(error) === 0 ? '' : `; closed with ${closeCodeOf(error)}`;
  return `${withoutCredentials(url)}: ${describeError(error)}${details}${closed}`;
}

/** OpenSSL says where in its sources something happened; behind that it says what. */
const OPENSSL = /^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]*):/;

/** Node gathers the errors of several addresses; their messages say more than its own, which is empty. */
function causeOf(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((inner: Error) => inner.message).join('; ');
  return OPENSSL.exec(error.message)?.[1] ?? error.message;
}

/** A URL without what may be a secret in it. */
export function withoutCredentials(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname}`;
}
