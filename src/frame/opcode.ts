/** Frame opcodes, RFC 6455 §5.2 and §11.8. Opcodes 3–7 and 11–15 are reserved and refused. */
export const enum Opcode {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
}

/** Bits of the first header octet beside the opcode, RFC 6455 §5.2. */
export const enum HeadBit {
  fin = 0x80,
  rsv1 = 0x40,
  rsv2 = 0x20,
  rsv3 = 0x10,
  control = 0x08,
}

/** The second header octet, RFC 6455 §5.2. */
export const enum Second {
  masked = 0x80,
}

/** Longest payloads: of a control frame (RFC 6455 §5.5), and of the reason in a Close. */
export const enum Longest {
  control = 125,
  reason = control - 2,
}
