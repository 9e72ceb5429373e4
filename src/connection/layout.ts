/**
 * How the memory of a connection is cut. It is one ArrayBuffer, allocated once:
 *
 *     registers | control payload in | header, control payload out | transmit ring | windows | receive buffer | staging
 *
 * Everything begins at a multiple of 4, so that words can be used throughout.
 */

/**
 * Numbers that are rarely looked at live in the memory itself, as 32-bit words: an object's field takes four times
 * as much of a device's RAM. The values are indices of words.
 */
export const enum Register {
  /** Time as told last, see `Deadlines`. */
  time,
  /** Milliseconds until the next deadline, as asked for last; 0 for none. */
  asked,
  /** Milliseconds left of what is waited for; while the connection is open, to the next Ping or its Pong. */
  left,
  /** Milliseconds left until the peer has been silent for too long. */
  idle,
  /** Bits of `Deadlines`. */
  timing,
  /**
   * 0 if nothing was received since the last tick, since the data path reads no clock; else 1 more than the ring held
   * before the input: what the transport had not taken.
   */
  heard,
  /** Payload of our last Ping. */
  pings,
  /** The peer's close code. */
  closeCode,
  /** Error id of what went wrong. */
  error,
  /** A fault that the next `tick` tells of, because no event may come from inside what found it. */
  due,
  /** Octets at the ring's head that belong to a frame already begun, or to the handshake. */
  started,
  /** What `transportClosed` said while something was still to be told, plus 1; 0 if it said nothing. */
  ended,
  /** First octet of the frame being read. */
  first,
  /** Octets of the header, or of the control payload, that have come; the error id of a fault. */
  detail,
  /** Frames of the open message. */
  fragments,
  /** Where the reason ends that the peer's Close had. */
  reasonEnd,
  /** The state that the timer was last armed for. */
  armedFor,
  /** A masking key for the native that masks. */
  key,
  /** How long frames may be that are consumed as a whole; see `Inbound`. */
  whole,
  /** See `Sending.owing`. */
  promised,
  count,
}

export const enum Size {
  /** Longest payload of a control frame (RFC 6455 §5.5), in whole words. */
  control = 128,
  /** Header (2), masking key (4) and payload (125) of the longest control frame. */
  controlFrame = 131,
}

/** Where the parts begin whose places are the same in every connection. Numbers in place: a constant is looked up. */
export const enum Place {
  /** Where a header that is not whole is collected, and a control frame's payload. */
  controlIn = Register.count * 4,
  /** Where the header of a frame on its way out is composed, right in front of the next. */
  header = controlIn + Size.control,
  /** Where the payload of a Pong or Close waits to be sent; while none does, free for a payload of that length. */
  controlOut = header + 16,
  /** The transmit ring. */
  ring = controlOut + Size.control,
}
