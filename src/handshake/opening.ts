import type { Compression } from '../connection/compression.ts';
import type { HeadReader } from './head.ts';
import type { HandshakeOutcome } from './outcome.ts';
import type { HeadText } from './text.ts';

/** What a half of the opening handshake is made with. */
export interface OpeningSetup {
  /** One unpredictable 32-bit word; throws if there is none. */
  readonly random: () => number;
  /** Memory that the reader may use: `scratch[start, end)`. */
  readonly scratch: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Longest head to receive, in octets. */
  readonly limit: number;
  readonly compression: Compression | undefined;
}

/** One half of the opening handshake at work, RFC 6455 §4. It is its own outcome. */
export interface Opening extends HandshakeOutcome {
  /** Reads what the other half sends. */
  readonly reader: HeadReader;
  /** The transport is there: a client makes its request. Throws if `random` does. */
  begin(): void;
  /** What we send: a client's request from then on, a server's response once it is decided. */
  readonly text: HeadText | undefined;
  /** What a fault is answered with; undefined: with nothing. */
  refuse(fault: number): HeadText | undefined;
}

/** Makes one's own half: `clientOpening(request)` or `serverOpening(policy)`. */
export type OpeningFactory = (setup: OpeningSetup) => Opening;
