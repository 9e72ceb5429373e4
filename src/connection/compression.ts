import type { Negotiation } from '../handshake/negotiation.ts';

/**
 * The seam for permessage-deflate (RFC 7692): what the connection asks of it. The core knows the interface only,
 * so that an endpoint without compression does not carry it; `deflate/permessage-deflate.ts` fills it in, and
 * does the connection's work on what is compressed: it stands above sender and receiver and uses a few of their members.
 */
export interface CompressionFactory {
  /** Octets of a connection's memory that one instance needs; a multiple of 4. */
  readonly memory: number;
  /**
   * Makes an instance for one connection, over `bytes` from `offset` (a multiple of 4) on. An internal name: for one that XS
   * has, too, `Object.create` would be linked into a device's flash, which is 1.7 KB.
   */
  _create(bytes: Uint8Array, offset: number): Compression;
}

/** Compression for one connection, in memory decided at construction. */
export interface Compression extends Negotiation {
  // --- What is received ---
  /**
   * Does one step of decompression on `bytes[start, end)`, which is all that is there of the frame's payload; `words` covers
   * the same memory. Its output is `memory[outStart, outEnd)` of the connection. Returns an {@link Inflation}
   * or the error id of what is wrong behind the output.
   */
  inflate(frame: InflatedFrame, bytes: Uint8Array, words: Int32Array, start: number, end: number): number;
  readonly outStart: number;
  readonly outEnd: number;
  /** Whether there is more output, for which no more input is needed. */
  readonly hasOutput: boolean;

  // --- What is sent ---
  /** A length, about the longest, of a fragment that fits into `room` octets when compressed; 0 if there is none. */
  fitting(room: number): number;
  /**
   * Encodes `bytes[start, end)` as the next fragment of a message, in one frame or several; `first` is the first octet
   * that it would have uncompressed. Returns false, having done nothing, if it does not fit.
   */
  encode(ring: FrameRing, first: number, bytes: Uint8Array, start: number, end: number): boolean;
}

/** What {@link Compression.inflate} returns beside an error id. */
export const enum Inflation {
  /** More is to come of the frame. */
  goesOn = 0,
  frameDone = -1,
}

/** What decompression uses of the receiver below it. */
export interface InflatedFrame {
  /** Position in the input up to which it is used. */
  _at: number;
  /** Octets of the frame's payload still to come. */
  _remaining: number;
  /** Octets of the message so far. */
  _size: number;
  readonly _words: Int32Array;
  readonly _limits: { readonly maxMessageSize: number };
  /** Unmasks what was not before. */
  _unmask(bytes: Uint8Array, words: Int32Array, start: number, end: number): void;
}

/** What compression uses of the sender below it. */
export interface FrameRing {
  /** `Sending` bits. */
  _sending: number;
  /** Free octets for frames. */
  readonly _room: number;
  _encode(first: number, bytes: Uint8Array, start: number, end: number): boolean;
}
