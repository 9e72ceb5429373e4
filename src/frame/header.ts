import { ErrorId } from '../connection/errors.ts';
import { isWireCloseCode } from './close-code.ts';
import { CONTROL_LIMIT, HeadBit, MASKED, Opcode } from './opcode.ts';

/**
 * The frame header, RFC 6455 §5.2: two octets, an extended length of 0, 2 or 8, a masking key of 0 or 4.
 *
 *     FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7) | length(16 or 64) | key(32)
 */

/** Longest header. */
export const HEADER_LIMIT = 14;

/** Octets of the header whose second octet is `second`. */
export function headerLength(second: number): number {
  const length = second & 0x7f;
  return (length < 126 ? 2 : length === 126 ? 4 : 10) + (second >= MASKED ? 4 : 0);
}

/** Octets of the header that this endpoint sends before `length` octets of payload. */
export function headerLengthFor(length: number, masked: boolean): number {
  return (length < 126 ? 2 : length < 0x10000 ? 4 : 10) + (masked ? 4 : 0);
}

/**
 * What is wrong with the first octet, or 0. `inMessage` tells whether a fragmented message is open; `rsv` has
 * the RSV bits that an extension gave a meaning for the first frame of a message (§5.2, §5.4, §5.5).
 */
export function faultOfFirst(first: number, inMessage: boolean, rsv: number): ErrorId {
  const opcode = first & 0x0f;
  if ((first & 0x70) !== 0 && ((first & 0x70 & ~rsv) !== 0 || opcode === 0 || opcode >= HeadBit.control)) {
    return ErrorId.reservedBits;
  }
  switch (opcode) {
    case Opcode.continuation:
      return inMessage ? 0 : ErrorId.continuationUnexpected;
    case Opcode.text:
    case Opcode.binary:
      return inMessage ? ErrorId.messageUnfinished : 0;
    case Opcode.close:
    case Opcode.ping:
    case Opcode.pong:
      return first >= HeadBit.fin ? 0 : ErrorId.controlFragmented;
    default:
      return ErrorId.reservedOpcode;
  }
}

/** What is wrong with the second octet after a sound first one, or 0. `masked`: the peer has to mask (§5.1). */
export function faultOfSecond(first: number, second: number, masked: boolean): ErrorId {
  if (second >= MASKED !== masked) return masked ? ErrorId.unmaskedByClient : ErrorId.maskedByServer;
  if ((first & HeadBit.control) === 0) return 0;
  const length = second & 0x7f;
  if (length > CONTROL_LIMIT) return ErrorId.controlTooLong;
  return (first & 0x0f) === Opcode.close && length === 1 ? ErrorId.closeTooShort : 0;
}

/**
 * The payload length in the whole header at `at`, or minus an error id. Lengths that need more than 53 bits
 * cannot be counted and are too big; never does one wrap.
 */
export function lengthAt(data: DataView, at: number): number {
  const length = data.getUint8(at + 1) & 0x7f;
  if (length < 126) return length;
  if (length === 126) {
    const short = data.getUint16(at + 2);
    return short < 126 ? -ErrorId.lengthNotShortest : short;
  }
  const high = data.getUint32(at + 2);
  const low = data.getUint32(at + 6);
  if (high >= 0x80000000) return -ErrorId.lengthTopBit;
  if (high === 0 && low < 0x10000) return -ErrorId.lengthNotShortest;
  return high >= 0x200000 ? -ErrorId.messageTooBig : high * 0x100000000 + low;
}

/** Writes the header without the masking key in the shortest form; returns the position after it. */
export function writeHeader(
  data: DataView,
  at: number,
  first: number,
  length: number,
  maskBit: number,
): number {
  if (length < 126) {
    data.setUint16(at, (first << 8) | maskBit | length);
    return at + 2;
  }
  if (length < 0x10000) {
    data.setUint16(at, (first << 8) | maskBit | 126);
    data.setUint16(at + 2, length);
    return at + 4;
  }
  data.setUint16(at, (first << 8) | maskBit | 127);
  data.setUint32(at + 2, Math.floor(length / 0x100000000));
  data.setUint32(at + 6, length >>> 0);
  return at + 10;
}

/** What is wrong with the code in a Close frame's payload, or 0 (§7.4). */
export function faultOfCloseCode(code: number): ErrorId {
  return isWireCloseCode(code) ? 0 : ErrorId.closeCodeInvalid;
}
