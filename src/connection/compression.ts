/**
 * The seam for permessage-deflate (RFC 7692): what the connection asks of it. The core knows the interface only,
 * so that an endpoint without compression does not carry it; `deflate/permessage-deflate.ts` fills it in.
 */
export interface CompressionFactory {
  /** Octets of a connection's memory that one instance needs; a multiple of 4. */
  readonly memory: number;
  /** Makes an instance for one connection, over `bytes` from `offset` (a multiple of 4) on. */
  create(bytes: Uint8Array, offset: number): Compression;
}

/** Compression for one connection, in memory decided at construction. */
export interface Compression {
  /** Value of Sec-WebSocket-Extensions that a client offers. */
  readonly offer: string;
  /** Client role: takes what the server answered (several headers joined by ", "). Returns an error id or 0. */
  answered(header: string): number;
  /**
   * Server role: chooses among the offers (joined likewise). Returns an error id or 0; `response` has the value to
   * answer with, empty to go on without compression.
   */
  offered(header: string): number;
  readonly response: string;
  /** Whether compression was agreed. */
  readonly isAgreed: boolean;

  // Inbound. The output of one step is `bytes[outStart, outEnd)` of the connection's memory, until the next step.

  /** Position after the last octet that `inflate` took. */
  readonly consumed: number;
  readonly outStart: number;
  readonly outEnd: number;
  /** Whether the last step left output for the next one. */
  readonly waits: boolean;
  /** Decodes `input[start, end)`, at most `room` octets of output. Returns an {@link Inflated}. */
  inflate(input: Uint8Array, start: number, end: number, room: number): number;
  /**
   * The message's last octet has been taken. Returns done or failed, leaves the last output as it is, and forgets
   * the context if that was agreed.
   */
  endInflate(): number;

  // Outbound.

  /** Whether a message that begins with `length` octets, and ends with them if `fin`, is worth compressing. */
  isWorthwhile(length: number, fin: boolean): boolean;
  /** Most octets that a fragment of `length` octets takes when compressed, frame headers included. */
  bound(length: number): number;
  /** A length, about the longest, whose `bound` is at most `room`; 0 if there is none. */
  fitting(room: number): number;
  /** Begins to compress `bytes[start, end)`, the next fragment of a message. */
  begin(bytes: Uint8Array, start: number, end: number, fin: boolean): void;
  /**
   * Compresses on: the next octets for the wire are `bytes[pieceStart, pieceEnd)` of the connection's memory.
   * Returns whether they are the fragment's last.
   */
  next(): boolean;
  readonly pieceStart: number;
  readonly pieceEnd: number;
}

/** What a step of inflation ended with. */
export const enum Inflated {
  /** All input is taken and its output is there. */
  done = 0,
  /** There is more output; go on before more input comes. */
  more = 1,
  /** The data is malformed; the output before the fault is good. */
  failed = 2,
}
