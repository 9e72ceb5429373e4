/**
 * All that a decompressor remembers between two octets. The functions of this folder work on it:
 *
 *     block-header.ts     RFC 1951 §3.2.3 and the lengths of §3.2.4
 *     dynamic-header.ts   RFC 1951 §3.2.7
 *     stored-block.ts     the octets of §3.2.4
 *     symbols.ts          literals and matches, §3.2.5; its fast path is fast-symbols.ts
 *
 * Each takes bits from `_at` on, leaves `_phase` at what comes next, and returns an `InflateStatus`. Each has the
 * registers in locals while it runs: a call, or a field, for each octet would cost more than what is done with it.
 */
import { FIXED } from './entries.ts';

export const enum InflateStatus {
  /** All input is taken, and all that follows from it is in the span. */
  done = 0,
  /** There is no more room for output: take the span, then call again. */
  more = 1,
  /** The data is malformed, `Inflate.error` has the reason. The span before the fault is good. */
  failed = 2,
  /** Between the functions of this folder only: go on with what `_phase` says. */
  next = 3,
}

/** What the next bits are. Above these are the values of `InflateReason`: the stream failed. */
export const enum Phase {
  // The symbols of a block.
  symbol = 0,
  distance = 1,
  distanceExtra = 2,
  copy = 3,
  // The header of a block.
  blockHeader = 4,
  storedLength = 5,
  storedComplement = 6,
  // The header of a dynamic block.
  codeCounts = 7,
  lengthCode = 8,
  codeLengths = 9,
  // The octets of a stored block.
  stored = 10,
}

export class InflateState {
  /** A `Phase`, or an `InflateReason`. Written by all. */
  _phase: number = Phase.blockHeader;
  /** Bits taken from the input and not used yet, the first one lowest. Written by all. */
  _hold = 0;
  /** How many bits `_hold` has. Written by all. */
  _bits = 0;
  /** How many bits there must be before the phase's next step. Written by all. */
  _need = 3;
  /** Index after the last input octet taken. Written by all. */
  _at = 0;
  /** Index in `_bytes` of the next octet of output. Written by symbols, stored-block and `Inflate`. */
  _out: number;
  /** Memory: the window, a ring from `_base` to `_top`, and the tables behind it. */
  readonly _bytes: Uint8Array;
  /** The same memory as 16-bit words. */
  readonly _words: Uint16Array;
  readonly _base: number;
  /** Written by `Inflate.restrict`. */
  _top: number;
  /** Whether the whole window is history. Written by `Inflate`. */
  _isFull = false;
  /** Memory or `FIXED`: where the codes of the block are. Written by block-header and dynamic-header. */
  _codes: Uint16Array = FIXED;
  /** Masks of the index into a table. Written by block-header and dynamic-header. */
  _literalMask = 0;
  _distanceMask = 0;
  /** Octets left of a match or a stored block; code lengths read so far. Written by all. */
  _length = 0;
  /** Distance of a match; in a dynamic header HLIT, HDIST and HCLEN as they came. */
  _distance = 0;
  /**
   * Whether the message may end without the flush marker: its last block was final (BFINAL), or nothing of it has
   * come yet. Written by block-header and `Inflate.endMessage`.
   */
  _mayEnd = true;
  /** Word index of the tables, see table-layout.ts. */
  readonly _table: number;
  readonly _tableBits: number;
  /** Matches at least this long are copied with `copyWithin`. */
  readonly _nativeCopy: number;

  constructor(
    bytes: Uint8Array,
    words: Uint16Array,
    base: number,
    top: number,
    tableBits: number,
    nativeCopy: number,
  ) {
    this._bytes = bytes;
    this._words = words;
    this._base = base;
    this._out = base;
    this._top = top;
    this._table = top >> 1;
    this._tableBits = tableBits;
    this._nativeCopy = nativeCopy;
  }

  /** Forgets history and stream. */
  _reset(): void {
    this._phase = Phase.blockHeader;
    this._hold = 0;
    this._bits = 0;
    this._need = 3;
    this._out = this._base;
    this._isFull = false;
    this._mayEnd = true;
  }
}
