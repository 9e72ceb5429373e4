import { isUtf8 } from '../wire/utf8.ts';
import { hexText, payloadText } from './wire-log.ts';

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
  isServer: 'Whether the tester was the server; then the peer under test was a client.',
  closedByMe: 'Whether the tester sent the first Close frame.',
  failedByMe: 'Whether the tester failed the connection, for a fault of the peer or because time ran out.',
  droppedByMe: 'Whether the tester ended the TCP connection.',
  wasClean: 'Whether Close frames went both ways, and then the server ended the TCP connection.',
  wasNotCleanReason: 'What happened when the end was not clean.',
  wasServerConnectionDropTimeout: 'Whether the peer, a server, did not end the TCP connection in time.',
  wasOpenHandshakeTimeout: 'Whether the peer did not finish the opening handshake in time.',
  wasCloseHandshakeTimeout: 'Whether the peer did not answer the Close frame in time.',
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
  /** What all times are multiplied by, those of the cases, too: above 1 for a slow board. Default 1. */
  readonly factor?: number;
}

export const defaultDeadlines: Deadlines = { openHandshake: 5, closeHandshake: 1, serverConnectionDrop: 1 };

/** Codes that a Close frame may carry: RFC 6455, section 7.4, and the registry of its section 11.7. */
export const mayBeSent = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
  (code >= 3000 && code <= 4999);

/**
 * Code and reason of a Close payload that the tester sends. A single octet is no code, so that it stands for a reason; a
 * reason that is no text is written in hexadecimal, as the suite does.
 */
export function shownClose(payload: Buffer): {
  readonly code: number | null;
  readonly reason: string | null;
} {
  const code = payload.length < 2 ? null : payload.readUInt16BE(0);
  const reason = code === null ? payload : payload.subarray(2);
  if (reason.length === 0) return { code, reason: null };
  return { code, reason: isUtf8(reason) ? payloadText(reason) : hexText(reason) };
}

/** Code and reason of a Close payload. */
export function readClose(payload: Buffer): { readonly code: number | null; readonly reason: Buffer } {
  return payload.length < 2
    ? { code: null, reason: Buffer.alloc(0) }
    : { code: payload.readUInt16BE(0), reason: payload.subarray(2) };
}
