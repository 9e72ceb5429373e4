/**
 * Why a compressed message was refused. On the wire every one of them is close code 1007 (RFC 6455 §7.4.1) and to the
 * user one error id, so the reason is for tests, which prove with it that each check is reached. It takes no memory:
 * a reason is the phase of an `InflateState` that failed.
 */
export const enum InflateReason {
  /** Nothing is wrong. */
  none = 0,
  /** BTYPE 11 is reserved (RFC 1951 §3.2.3). */
  blockType = 16,
  /** NLEN is not the one's complement of LEN (RFC 1951 §3.2.4). */
  storedLength = 17,
  /** More than 286 literal/length codes or 30 distance codes declared (RFC 1951 §3.2.7). */
  tooManyCodes = 18,
  /** The code of the code lengths is over-subscribed or incomplete. */
  codeLengthSet = 19,
  /** A repeat of nothing, or past the last code length. */
  repeat = 20,
  /** The block has no code for end-of-block. */
  noEndCode = 21,
  /** The literal/length code is over-subscribed or incomplete. */
  literalSet = 22,
  /** The distance code is over-subscribed or incomplete. */
  distanceSet = 23,
  /** A bit pattern that is no literal/length code, or symbol 286 or 287. */
  literalCode = 24,
  /** A bit pattern that is no distance code, or symbol 30 or 31. */
  distanceCode = 25,
  /** A distance that reaches before the history, or farther than the negotiated window. */
  distanceFar = 26,
  /** The message ended inside a block (RFC 7692 §7.2.2). */
  truncated = 27,
}
