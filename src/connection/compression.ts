import type { ErrorId } from '../errors.ts';

/**
 * The seam for permessage-deflate (RFC 7692): what the connection asks of it. The core knows the interface only,
 * so that an endpoint without compression does not carry it; `deflate/permessage-deflate.ts` fills it in. It calls
 * nobody: sender and receiver ask for one step after the other.
 */
export interface CompressionFactory {
  /** Octets of a connection's memory that one instance needs; a multiple of 4. */
  readonly memory: number;
  /** Makes an instance for one connection, over `bytes` from `offset` (a multiple of 4) on. */
  create(bytes: Uint8Array, offset: number): Compression;
}

/** Compression for one connection, in memory decided at construction. */
export interface Compression {
  // --- Negotiation, once ---
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

  // --- What is received ---
  /**
   * Does one step of decompression on `bytes[start, end)`, unmasked, for at most `room` octets of output. `isWhole`: nothing
   * else is to come of the frame; `isLast`: the frame is its message's last. Returns an error id or 0.
   */
  inflate(
    bytes: Uint8Array,
    start: number,
    end: number,
    room: number,
    isWhole: boolean,
    isLast: boolean,
  ): ErrorId;
  /** Position in the input up to which the last step used it. */
  readonly consumed: number;
  /** Its output: `memory[outStart, outEnd)` of the connection. */
  readonly outStart: number;
  readonly outEnd: number;
  /** Whether there is more output, for which no more input is needed. */
  readonly hasOutput: boolean;

  // --- What is sent ---
  /** Whole messages shorter than this are sent as they are. */
  readonly threshold: number;
  /** Most octets that a fragment of `length` octets takes when compressed, frame headers included. */
  bound(length: number): number;
  /** A length, about the longest, of a fragment that fits into `room` octets when compressed; 0 if there is none. */
  fitting(room: number): number;
  /** Begins to compress `bytes[start, end)`, the next fragment of a message, or its last. */
  begin(bytes: Uint8Array, start: number, end: number, isLast: boolean): void;
  /** Makes the payload of its next frame: `memory[pieceStart, pieceEnd)`. Returns whether that is the last. */
  deflate(): boolean;
  readonly pieceStart: number;
  readonly pieceEnd: number;
}
