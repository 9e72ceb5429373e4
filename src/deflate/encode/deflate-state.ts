/**
 * What a compressor remembers of the octets between two calls. The functions of this folder work on it:
 *
 *     window.ts         octets into the ring
 *     match-finder.ts   hash and chains: where the same octets were before
 *     tokenizer.ts      octets to literals and matches
 *
 * Memory, from `offset` on: the ring of 2^windowBits octets; 2^hashBits words, for each hash the newest position with
 * it; with chains a word for each place in the ring, the position before it with the same hash; the tokens of a block.
 * Positions count octets modulo 2^16.
 */
import type { DeflateOptions } from './deflate-options.ts';
import { reachOf } from './ring-shares.ts';

export class DeflateState {
  // What the match finder reads for each octet comes first: XS looks for a property from the first one on.
  readonly _bytes: Uint8Array;
  /** The same memory as 16-bit words. */
  readonly _words: Uint16Array;
  /** Index in `_bytes` of the ring. */
  readonly _ring: number;
  /** log2 of the part of the ring that is used. Written by `_restrict`. */
  _windowBits: number;
  /** Octets back that a match may reach: what the ring has beside those to come. Written by `_restrict`. */
  _reach: number;
  readonly _options: DeflateOptions;
  /** Word index of the newest positions. */
  readonly _newest: number;
  /** Word index of the positions before, or 0: there are no chains. */
  readonly _links: number;
  /** First position that is not in the hash yet. Written by match-finder. */
  _hashed = 0;
  /** Word index of the tokens, see tokenizer.ts. */
  readonly _tokens: number;
  /** Position of the octet to be looked at next. Written by tokenizer. */
  _position = 0;
  /** Octets in the ring from `_position` on. Written by window and tokenizer. */
  _ahead = 0;
  /** Octets before `_position` that the receiver still has. Written by tokenizer. */
  _history = 0;
  /** Words of tokens. Written by tokenizer and `Deflate`. */
  _count = 0;
  /** Octets that the tokens stand for. Written by tokenizer and `Deflate`. */
  _raw = 0;
  /** The match that was found for `_position` already: length << 16 | distance, or 0. Written by tokenizer. */
  _found = 0;

  constructor(bytes: Uint8Array, words: Uint16Array, offset: number, options: DeflateOptions) {
    const newest = (offset + (1 << options.windowBits)) >> 1;
    const links = newest + (1 << options.hashBits);
    const hasChains = options.chain > 1;
    this._bytes = bytes;
    this._words = words;
    this._ring = offset;
    this._windowBits = options.windowBits;
    this._reach = reachOf(options.windowBits);
    this._options = options;
    this._newest = newest;
    this._links = hasChains ? links : 0;
    this._tokens = hasChains ? links + (1 << options.windowBits) : links;
    words.fill(0, newest, this._tokens);
  }

  /** Uses 2^windowBits octets of the ring. */
  _restrict(windowBits: number): void {
    this._windowBits = windowBits;
    this._reach = reachOf(windowBits);
  }

  /**
   * Forgets the history and the message. The hash is left as it is: what it finds is compared, and never taken from
   * before the history.
   */
  _reset(): void {
    this._hashed = this._position;
    this._ahead = 0;
    this._history = 0;
    this._count = 0;
    this._raw = 0;
    this._found = 0;
  }
}
