/** The life of a connection, in order. */
export const enum State {
  /** The transport is not there yet. */
  connecting,
  /** The opening handshake is under way. */
  handshake,
  open,
  /** Our Close is on its way, the peer's is awaited. */
  closing,
  /** Nothing more is parsed; what is left to send goes out, then the transport ends. */
  ending,
  closed,
}
