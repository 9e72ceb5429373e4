/**
 * Why a compressed message was refused: small stable numbers, `Inflate.error` holds one of them.
 * Every one of them is a close code 1007 on the wire (RFC 6455 §7.4.1).
 */
export const InflateReason = Object.freeze({
  /** Nothing is wrong. */
  NONE: 0,
  /** BTYPE 11 is reserved (RFC 1951 §3.2.3). */
  BLOCK_TYPE: 1,
  /** NLEN is not the one's complement of LEN (RFC 1951 §3.2.4). */
  STORED_LENGTH: 2,
  /** More than 286 literal/length codes or 30 distance codes declared (RFC 1951 §3.2.7). */
  TOO_MANY_CODES: 3,
  /** The code of the code lengths is over-subscribed or incomplete. */
  CODE_LENGTH_SET: 4,
  /** A repeat of nothing, or past the last code length. */
  REPEAT: 5,
  /** The block has no code for end-of-block. */
  NO_END_CODE: 6,
  /** The literal/length code is over-subscribed or incomplete. */
  LITERAL_SET: 7,
  /** The distance code is over-subscribed or incomplete. */
  DISTANCE_SET: 8,
  /** A bit pattern that is no literal/length code, or symbol 286 or 287. */
  LITERAL_CODE: 9,
  /** A bit pattern that is no distance code, or symbol 30 or 31. */
  DISTANCE_CODE: 10,
  /** A distance that reaches before the history, or farther than the negotiated window. */
  DISTANCE_FAR: 11,
  /** The message ended inside a block (RFC 7692 §7.2.2). */
  TRUNCATED: 12,
});
