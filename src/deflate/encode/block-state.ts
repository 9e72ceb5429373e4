/**
 * What the writing of a block remembers between two octets. The functions of this folder work on it:
 *
 *     block-writer.ts     chooses the type of the block, and calls the others
 *     dynamic-header.ts   the codes of a dynamic block, RFC 1951 §3.2.7
 *     block-symbols.ts    literals and matches, §3.2.5; its fast path is fast-tokens.ts
 *     stored-block.ts     §3.2.4
 *
 * Each goes on at `_phase`, writes to `output[_at, limit)`, and returns whether all of its part is written. The bits
 * that do not fill an octet stay in `_hold`: the next block follows them.
 */

/** BTYPE, RFC 1951 §3.2.3. */
export const enum BlockType {
  stored = 0,
  fixed = 1,
  dynamic = 2,
}

/** What is to be written next. */
export const enum BlockPhase {
  /** Nothing but the bits in `_hold`. */
  idle = 0,
  // The codes of a dynamic block.
  codeCounts = 1,
  lengthCode = 2,
  codeItems = 3,
  // The symbols.
  token = 4,
  distance = 5,
  distanceExtra = 6,
  endOfBlock = 7,
  // A stored block.
  storedLength = 8,
  storedComplement = 9,
  stored = 10,
}

export class BlockState {
  _phase: number = BlockPhase.idle;
  /** A `BlockType`. Written by block-writer. */
  _type: number = BlockType.stored;
  /** Bits to be written, the first one lowest. */
  _hold = 0;
  /** How many bits `_hold` has. */
  _bits = 0;
  /** Index after the last octet written. */
  _at = 0;
  /** Words of tokens, items of the header, or octets written of this block. */
  _index = 0;
  /** Words of tokens in the block. Written by block-writer. */
  _count = 0;
  readonly _bytes: Uint8Array;
  readonly _words: Uint16Array;
  /** Word index of the tokens, see tokenizer.ts. */
  readonly _tokens: number;
  /** Word index of the plan for dynamic blocks, see dynamic-plan.ts. 0: there are none. */
  readonly _plan: number;
  /** Index in `_bytes` of the ring with the message's octets. */
  readonly _ring: number;
  /** The ring's size - 1. Written by `Deflate.restrict`. */
  _mask: number;
  /** Where the block's octets start, counted as the ring counts. Written by block-writer. */
  _position = 0;
  /** How many they are. Written by block-writer. */
  _rawLength = 0;

  /**
   * @param ring index in `bytes` of the ring that holds the octets of the message, for stored blocks
   * @param ringSize its size, a power of two
   * @param tokens index in `words` of the tokens
   * @param plan index in `words` of `DynamicPlan.words` words, or 0: then there are no dynamic blocks
   */
  constructor(
    bytes: Uint8Array,
    words: Uint16Array,
    ring: number,
    ringSize: number,
    tokens: number,
    plan: number,
  ) {
    this._bytes = bytes;
    this._words = words;
    this._ring = ring;
    this._mask = ringSize - 1;
    this._tokens = tokens;
    this._plan = plan;
  }

  /** Forgets what is not written yet. */
  _reset(ringSize: number): void {
    this._mask = ringSize - 1;
    this._phase = BlockPhase.idle;
    this._hold = 0;
    this._bits = 0;
  }
}
