import { freeze } from '../freeze.ts';

/** What an opening handshake came to; both halves have it while they are at work. */
export interface HandshakeOutcome {
  /** Status of the response; 0 before there is one. */
  readonly status: number;
  /** The negotiated subprotocol; empty for none. */
  readonly protocol: string;
  /** Where a redirection led to (client role). */
  readonly location: string;
  /** When a refused client may come again, as the server wrote it. */
  readonly retryAfter: string;
  /** Path and query that the client asked for (server role). */
  readonly path: string;
  /** The extensions that were agreed on, as the server wrote them; undefined where nobody asks for them. */
  readonly extensions?: string;
  /** The peer's headers that were asked for by name; undefined for none. */
  readonly headers?: ReadonlyMap<string, string> | undefined;
  /** What is to be kept of a successful handshake, where that is more than {@link outcomeOf} keeps. */
  readonly kept?: HandshakeOutcome | undefined;
}

export const NO_OUTCOME: HandshakeOutcome = freeze({
  status: 0,
  protocol: '',
  location: '',
  retryAfter: '',
  path: '',
});

/** What most handshakes of a client come to. */
const OPEN: HandshakeOutcome = freeze({ ...NO_OUTCOME, status: 101 });

/** The outcome of a successful handshake by itself, so that what did the work can be given back. */
export function outcomeOf(handshake: HandshakeOutcome): HandshakeOutcome {
  if (handshake.kept !== undefined) return handshake.kept;
  return handshake.protocol || handshake.path
    ? { ...OPEN, protocol: handshake.protocol, path: handshake.path }
    : OPEN;
}

/** The outcome of a successful handshake with all that is known; undefined if there is no more than the usual. */
export function keptOf(
  { protocol, path }: HandshakeOutcome,
  extensions: string,
  headers: HandshakeOutcome['headers'],
): HandshakeOutcome | undefined {
  if (extensions === '' && headers === undefined) return undefined;
  return { ...OPEN, protocol, path, extensions, headers };
}
