import type { Negotiation } from './negotiation.ts';
import type { HandshakeOutcome } from './outcome.ts';

/** What a half of the opening handshake is made with. */
export interface OpeningSetup {
  /** One unpredictable 32-bit word; throws if there is none. */
  readonly random: () => number;
  /** Octets of the longest first line, and of the longest value that is wanted; 256 more are kept of others. */
  readonly longestLine: number;
  /** Longest head to receive, in octets. */
  readonly limit: number;
  readonly compression: Negotiation | undefined;
}

/** One half of the opening handshake at work, RFC 6455 §4. It is its own outcome. */
export interface Opening extends HandshakeOutcome {
  /** The transport is there: a client makes its request. Throws if `random` does. */
  begin(): void;
  /** The next octet of what we send, which is asked for as there is room for it; −1 after the last one that is known. */
  next(): number;
  /** Reads what the other half sends; returns how far, or minus an error id. */
  read(bytes: Uint8Array, from: number, to: number): number;
  /** Whether all of that is read: what we answer, if anything, is known. */
  readonly done: boolean;
  /** Whether a fault is answered with what we send then. */
  refuses(fault: number): boolean;
}

/** Makes one's own half: `clientOpening(request)` or `serverOpening(policy)`. */
export type OpeningFactory = (setup: OpeningSetup) => Opening;
