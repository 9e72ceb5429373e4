export { UplinkError } from '../errors.ts';

/** Why there is no connection any more, or none yet. */
export interface Loss {
  /** Error id of a connection or of {@link UplinkError}; 0 when the peer closed cleanly. */
  readonly error: number;
  /** The peer's close code: 1005 if it gave none, 1006 without a closing handshake, 0 before there was a connection. */
  readonly closeCode: number;
  /** Status of the response to the opening handshake; 0 if there was none. */
  readonly httpStatus: number;
  /** `Retry-After` of a refusal, as the server wrote it; empty for none. */
  readonly retryAfter: string;
  /** Where a redirection led to; empty for none. */
  readonly location: string;
  /** The runtime's own error, or what a hook threw, if there was one. */
  readonly reason: unknown;
}

/** A loss of which no more is known than `error`, and perhaps what was thrown. */
export function lossOf(error: number, reason?: unknown): Loss {
  return { error, closeCode: 0, httpStatus: 0, retryAfter: '', location: '', reason };
}
