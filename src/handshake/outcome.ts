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
}

export const NO_OUTCOME: HandshakeOutcome = Object.freeze({
  status: 0,
  protocol: '',
  location: '',
  retryAfter: '',
  path: '',
});

/** What most handshakes of a client come to. */
const OPEN: HandshakeOutcome = Object.freeze({ ...NO_OUTCOME, status: 101 });

/** The outcome of a successful handshake by itself, so that what did the work can be given back. */
export const outcomeOf = ({ protocol, path }: HandshakeOutcome): HandshakeOutcome =>
  protocol || path ? { ...OPEN, protocol, path } : OPEN;
