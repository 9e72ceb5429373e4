/** How a connection ended, in the words of the report's closing table. */
export interface ClosingFacts {
  isServer: boolean;
  closedByMe: boolean;
  failedByMe: boolean;
  droppedByMe: boolean;
  wasClean: boolean;
  wasNotCleanReason: string | null;
  wasServerConnectionDropTimeout: boolean;
  wasOpenHandshakeTimeout: boolean;
  wasCloseHandshakeTimeout: boolean;
  localCloseCode: number | null;
  localCloseReason: string | null;
  remoteCloseCode: number | null;
  remoteCloseReason: string | null;
}

/** A connection that has not begun to close. */
export const stillOpen = (isServer: boolean): ClosingFacts => ({
  isServer,
  closedByMe: false,
  failedByMe: false,
  droppedByMe: false,
  wasClean: false,
  wasNotCleanReason: null,
  wasServerConnectionDropTimeout: false,
  wasOpenHandshakeTimeout: false,
  wasCloseHandshakeTimeout: false,
  localCloseCode: null,
  localCloseReason: null,
  remoteCloseCode: null,
  remoteCloseReason: null,
});

/** What each fact means, for the report. */
export const closingMeanings: Readonly<Record<keyof ClosingFacts, string>> = {
  isServer: 'The tester was the server, so the peer under test was a client.',
  closedByMe: 'The tester sent the first Close frame.',
  failedByMe: 'The tester failed the connection, for a fault of the peer or because time ran out.',
  droppedByMe: 'The tester ended the TCP connection.',
  wasClean: 'Close frames went both ways, and then the server ended the TCP connection.',
  wasNotCleanReason: 'What happened when the end was not clean.',
  wasServerConnectionDropTimeout: 'The peer, a server, did not end the TCP connection in time.',
  wasOpenHandshakeTimeout: 'The peer did not finish the opening handshake in time.',
  wasCloseHandshakeTimeout: 'The peer did not answer the Close frame in time.',
  localCloseCode: 'The code in the Close frame that the tester sent.',
  localCloseReason: 'The reason in the Close frame that the tester sent.',
  remoteCloseCode: 'The code in the Close frame that the peer sent.',
  remoteCloseReason: 'The reason in the Close frame that the peer sent.',
};

/** Seconds that the peer has for each part of the two handshakes. */
export interface Deadlines {
  readonly openHandshake: number;
  readonly closeHandshake: number;
  readonly serverConnectionDrop: number;
}

export const defaultDeadlines: Deadlines = { openHandshake: 5, closeHandshake: 1, serverConnectionDrop: 1 };

/** Codes that a Close frame may carry: RFC 6455, section 7.4, and the registry of its section 11.7. */
export const mayBeSent = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
  (code >= 3000 && code <= 4999);

/** Code and reason of a Close payload. */
export function readClose(payload: Buffer): { readonly code: number | null; readonly reason: Buffer } {
  return payload.length < 2
    ? { code: null, reason: Buffer.alloc(0) }
    : { code: payload.readUInt16BE(0), reason: payload.subarray(2) };
}
