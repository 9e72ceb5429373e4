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

/** The mask bit of the second header octet, RFC 6455 §5.2. */
export const MASKED = 0x80;

/** Longest payload of a control frame, RFC 6455 §5.5. */
export const CONTROL_LIMIT = 125;
