import type { Compression } from '../connection/compression.ts';
import type { HandshakeOutcome } from './outcome.ts';

/** What a half of the opening handshake is made with. */
export interface OpeningSetup {
  /** One unpredictable 32-bit word; throws if there is none. */
  readonly random: () => number;
  /** Octets of the longest first line, and of the longest value that is wanted. */
  readonly longestLine: number;
  /** Longest head to receive, in octets. */
  readonly limit: number;
  readonly compression: Compression | undefined;
}

/** What is sent of the opening handshake: its octets are asked for as there is room for them. */
export interface HeadText {
  /** The next octet, −1 after the last one that is known. */
  next(): number;
}

/** One half of the opening handshake at work, RFC 6455 §4. It is its own outcome, and what we send. */
export interface Opening extends HandshakeOutcome, HeadText {
  /** The transport is there: a client makes its request. Throws if `random` does. */
  begin(): void;
  /** Reads what the other half sends; returns how far, or minus an error id. */
  read(bytes: Uint8Array, from: number, to: number): number;
  /** Whether all of that is read: what we answer, if anything, is known. */
  readonly done: boolean;
  /** What a fault is answered with; undefined: with nothing. */
  refuse(fault: number): HeadText | undefined;
}

/** Makes one's own half: `clientOpening(request)` or `serverOpening(policy)`. */
export type OpeningFactory = (setup: OpeningSetup) => Opening;
