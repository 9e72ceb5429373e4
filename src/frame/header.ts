import { ErrorId } from '../errors.ts';
import { CONTROL_LIMIT, HeadBit, MASKED, Opcode } from './opcode.ts';

/**
 * The frame header, RFC 6455 §5.2: two octets, an extended length of 0, 2 or 8, a masking key of 0 or 4.
 *
 *     FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7) | length(16 or 64) | key(32)
 */

/** Lengths from here on need more than 53 bits and cannot be counted; never does one wrap. */
export const LENGTH_LIMIT = 0x20000000000000;

/** Octets of the extended length behind the seven bits `length`. */
export function extendedLength(length: number): number {
  return length < 126 ? 0 : length === 126 ? 2 : 8;
}

/** Octets of the header before `length` octets of payload, in the shortest form; `maskBit` is MASKED or 0. */
export function headerLength(length: number, maskBit: number): number {
  return (length < 126 ? 2 : length < 0x10000 ? 4 : 10) + (maskBit >> 5);
}

/**
 * What is wrong with the first octet, or 0. `inMessage` tells whether a fragmented message is open; `rsv` has
 * the RSV bits that an extension gave a meaning for the first frame of a message (§5.2, §5.4, §5.5).
 */
export function faultOfFirst(first: number, inMessage: boolean, rsv: number): ErrorId {
  const opcode = first & 0x0f;
  const bits = first & 0x70;
  if (bits !== 0 && ((bits & ~rsv) !== 0 || opcode === 0 || opcode >= HeadBit.control)) {
    return ErrorId.reservedBits;
  }
  if ((opcode & 7) > 2) return ErrorId.reservedOpcode;
  if (opcode >= HeadBit.control) return first < HeadBit.fin ? ErrorId.controlFragmented : 0;
  if (inMessage === (opcode === Opcode.continuation)) return 0;
  return inMessage ? ErrorId.messageUnfinished : ErrorId.continuationUnexpected;
}

/** What is wrong with the second octet after a sound first one, or 0. `maskBit`: what the peer has to set (§5.1). */
export function faultOfSecond(first: number, second: number, maskBit: number): ErrorId {
  if ((second & MASKED) !== maskBit) {
    return maskBit !== 0 ? ErrorId.unmaskedByClient : ErrorId.maskedByServer;
  }
  const length = second & 0x7f;
  if ((first & HeadBit.control) === 0) return 0;
  if (length > CONTROL_LIMIT) return ErrorId.controlTooLong;
  return (first & 0x0f) === Opcode.close && length === 1 ? ErrorId.closeTooShort : 0;
}
