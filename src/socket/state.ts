/** Bits of a socket's state: what it is set to, what has become of its connection, and what it is in the middle of. */
export const enum Flag {
  /** The format is "number". */
  number = 1,
  /** Methods throw, and no callback follows. */
  closed = 2,
  /** The connection has been open. */
  open = 4,
  /** It is over, in order or not. */
  ended = 8,
  /** That has been reported. */
  reported = 16,
  /** A turn of the timer is asked for. */
  soon = 32,
  /** Our Close is sent: nothing is, any more. */
  closing = 64,
  /** Octets are being taken from the client. */
  reading = 128,
}

/** How long a socket's timer runs, milliseconds. Delay and interval are always the same, see `client/pump.ts`. */
export const enum Wait {
  soon = 1,
  /** How long octets are held back whose writer said that more follow, milliseconds. */
  more = 20,
  never = 0x3fffffff,
}
