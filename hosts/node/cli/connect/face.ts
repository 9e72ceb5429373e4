/** What is known when the connection is open. */
export interface OpenFacts {
  /** Without what may be a secret in it. */
  readonly url: string;
  readonly protocol: string;
  readonly extensions: string;
  /** Milliseconds to connect, TLS included, and for the opening handshake behind that. */
  readonly connectTime: number;
  readonly handshakeTime: number;
  /** Lines of the heads for a person. */
  readonly request: readonly string[];
  readonly response: readonly string[];
}

/** How the connection ended. */
export interface CloseFacts {
  /** The peer's code; 1005 for none, 1006 without a closing handshake. */
  readonly code: number;
  readonly reason: string;
  /** Error id; 0 after a closing handshake. */
  readonly error: number;
  /** Milliseconds that the connection was open; 0 if it never was. */
  readonly time: number;
  readonly sent: number;
  readonly received: number;
  /** Why it counts as a failure, for a person; undefined if it does not. */
  readonly failure: string | undefined;
  /** Lines of the heads for a person, as far as there are any. */
  readonly request: readonly string[];
  readonly response: readonly string[];
}

/** Shows a connection to whoever reads the output. */
export interface Face {
  opened(facts: OpenFacts): void;
  /** A part of a message; `isLast` ends it. */
  data(octets: Buffer, isBinary: boolean, isLast: boolean): void;
  control(kind: 'ping' | 'pong', payload: Buffer): void;
  /** An answer to what somebody typed. */
  remark(text: string): void;
  /** The connection is over, or there never was one. */
  closed(facts: CloseFacts): void;
}
