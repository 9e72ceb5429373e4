import type { Loss } from './failure.ts';

/** Sends records in the fewest steps. */
export interface RecordSender {
  /** Sends `bytes[start, end)` as a message, `opcode` text or binary; returns as {@link Link.send}. */
  postRange(bytes: Uint8Array, start: number, end: number, opcode: number): number;
}

/** What an uplink asks of one connection, whichever face it is. */
export interface Link {
  /** The subprotocol that the server chose; empty for none. */
  readonly protocol: string;
  /**
   * Sends `bytes[start, end)` as a message, or with `more` as a part of one that the next call goes on with. Returns the
   * longest payload that can be sent next; less than none if it was not sent, for want of room or because the end is near.
   */
  send(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): number;
  /** What sends records. */
  readonly records: RecordSender;
  /** Whether the transport has taken all that was sent; after the end, too. */
  readonly isFlushed: boolean;
  /** Begins the closing handshake with `code`; `linkClosed` follows. */
  close(code: number): void;
  /** Ends everything at once; nothing follows. */
  drop(): void;
}

/** Whom a link calls: never from inside one of its methods, nor while it is made. */
export interface LinkSink {
  /** The opening handshake is done; a payload of `room` octets can be sent. */
  linkOpened(room: number): void;
  /** The transport took octets; a payload of `room` octets can be sent. */
  linkWritable(room: number): void;
  /** Octets of a message, `more` of which follow or not; they are valid until the return. */
  linkReceived(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void;
  /** The connection is over, or there was none to be had. Once, and the last call. */
  linkClosed(loss: Loss): void;
}

/** What is asked for before each attempt, and overrides what an uplink was made with. */
export interface LinkRequest {
  /** Where the host takes URLs. */
  readonly url?: string | undefined;
  /** Where it takes ECMA-419's options. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
  /** Further header lines: a Map or any iterable of pairs. */
  readonly headers?: Iterable<readonly [string, string]> | undefined;
  /** Subprotocols in order of preference, comma-separated. */
  readonly protocol?: string | undefined;
}
