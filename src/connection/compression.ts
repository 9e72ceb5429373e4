import type { ErrorId } from '../errors.ts';

/**
 * The seam for permessage-deflate (RFC 7692): what the connection asks of it. The core knows the interface only,
 * so that an endpoint without compression does not carry it; `deflate/permessage-deflate.ts` fills it in, and does
 * the connection's work on what is compressed.
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
  /** Whether there is output for which no more input is needed. */
  readonly waits: boolean;
  /** Does one step of decompression on `bytes[start, end)`, which is all that is there of the frame's payload. */
  decode(sink: SpanSink, bytes: Uint8Array, words: Int32Array, start: number, end: number): void;
  /** A length, about the longest, of a fragment that fits into `room` octets when compressed; 0 if there is none. */
  fitting(room: number): number;
  /**
   * Encodes `bytes[start, end)` as the next fragment of a message, in one frame or several; `first` is the first octet
   * that it would have uncompressed. Returns false, having done nothing, if it does not fit.
   */
  encode(sink: FrameSink, first: number, bytes: Uint8Array, start: number, end: number): boolean;
}

/** A connection as it is seen by what compresses its messages. */
export interface FrameSink {
  /** `Sending` bits. */
  sending: number;
  /** Free octets for frames. */
  readonly room: number;
  encode(first: number, bytes: Uint8Array, start: number, end: number): boolean;
}

/** A connection as it is seen by what decompresses its messages. */
export interface SpanSink {
  /** Position in the input up to which it is used. */
  at: number;
  /** All memory of the connection. */
  readonly memory: Uint8Array;
  readonly words: Int32Array;
  readonly limits: { readonly maxMessageSize: number };
  /** Octets of the frame's payload still to come. */
  remaining: number;
  /** Octets of the message so far. */
  size: number;
  /** Unmasks what was not before. */
  unmask(bytes: Uint8Array, words: Int32Array, start: number, end: number): void;
  /** Delivers output; with `frameDone` the frame ends there. `fault` is what is wrong behind it. */
  deliver(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    frameDone: boolean,
    fault: ErrorId,
  ): void;
}
