/** Where the control frame that waits stands among the bits. */
export const enum Waiting {
  shift = 8,
}

/** What is to be sent and what may be, as bits of the field `sending`; above them the control frame that waits. */
export const enum Sending {
  /** A message was begun and its last fragment is still to come. */
  inMessage = 1,
  /** That message is compressed. */
  compressed = 2,
  /** A Ping of ours waits. */
  ping = 4,
  /** A Close has been accepted: nothing may follow it. */
  closing = 8,
  /** What we send of the opening handshake has not gone into the ring: no frame comes before. */
  text = 16,
  /** Messages take no fast path: before the connection is open, after that, in the server's role, compressed. */
  general = 32,
  /** The transport has ended, and something is still to be told before that is: see the register `ended`. */
  ended = 64,
  /** What the user may have been told as writable stands in the register `promised`, as octets of the ring. */
  owing = 128,

  /** The control frame whose payload waits: its opcode above its length. */
  waiting = 0xffff << Waiting.shift,

  /** No frame can be accepted: before the end of the handshake, and after a Close. */
  shut = closing | text,
  /** A Pong or Ping waits to go in front of the ring: of the two opcodes that can wait, a Pong's alone has this bit. */
  urgent = ping | (2 << (Waiting.shift + 8)),
  /** There is something beside what lies in the ring. */
  pending = waiting | ping | text | owing,
}
