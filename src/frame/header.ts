import { ErrorId } from '../errors.ts';
import { HeadBit, Longest, Opcode, Second } from './opcode.ts';

/**
 * The frame header, RFC 6455 §5.2: two octets, an extended length of 0, 2 or 8, a masking key of 0 or 4.
 *
 *     FIN RSV1 RSV2 RSV3 opcode(4) | MASK length(7) | length(16 or 64) | key(32)
 *
 * It is read and written here and nowhere else, but for the receiver's fast path over whole frames, which reads short
 * ones in place and is proven equal.
 */

export const enum LengthLimit {
  /** Lengths from here on need more than 53 bits and cannot be counted; never does one wrap. */
  exact = 0x20000000000000,
}

/** Octets of the extended length behind the seven bits `length`. */
export function extendedLength(length: number): number {
  return length < 126 ? 0 : length === 126 ? 2 : 8;
}

/** Octets of the header before `length` octets of payload, in the shortest form; `maskBit` is Second.masked or 0. */
export function headerLength(length: number, maskBit: number): number {
  return (length < 126 ? 2 : length < 0x10000 ? 4 : 10) + (maskBit >> 5);
}

/**
 * What is wrong with a header of which `count` octets have come, the last of them just now, at `bytes[at, at + count)`;
 * or 0. `inMessage` tells whether a fragmented message is open, `rsv` has the RSV bits that an extension gave a meaning for
 * the first frame of a message, `maskBit` is what the peer has to set. The masking key has nothing that could be wrong.
 */
export function faultOfHeader(
  bytes: Uint8Array,
  at: number,
  count: number,
  inMessage: boolean,
  rsv: number,
  maskBit: number,
): ErrorId {
  const first = bytes[at];
  const opcode = first & 0x0f;
  const isControl = opcode >= HeadBit.control;
  if (count === 1) {
    // §5.2
    const bits = first & 0x70;
    if (bits && (bits & ~rsv || !opcode || isControl)) return ErrorId.reservedBits;
    if ((opcode & 7) > 2) return ErrorId.reservedOpcode;
    // §5.4, §5.5
    if (isControl) return first < HeadBit.fin ? ErrorId.controlFragmented : 0;
    if (inMessage === (opcode === Opcode.continuation)) return 0;
    return inMessage ? ErrorId.messageUnfinished : ErrorId.continuationUnexpected;
  }
  const second = bytes[at + 1];
  const length = second & 0x7f;
  if (count === 2) {
    // §5.1
    if (length !== (second ^ maskBit)) return maskBit ? ErrorId.unmaskedByClient : ErrorId.maskedByServer;
    // §5.5
    if (!isControl) return 0;
    if (length > Longest.control) return ErrorId.controlTooLong;
    return opcode === Opcode.close && length === 1 ? ErrorId.closeTooShort : 0;
  }
  // §5.2
  const octets = extendedLength(length);
  if (octets === 8 && count === 3 && bytes[at + 2] >= 0x80) return ErrorId.lengthTopBit;
  if (!octets || count !== 2 + octets) return 0;
  return lengthAt(bytes, at) < (octets === 2 ? 126 : 0x10000) ? ErrorId.lengthNotShortest : 0;
}

/** Octets of the payload, as the header at `at` says: a double, exact below {@link LengthLimit.exact}. */
export function lengthAt(bytes: Uint8Array, at: number): number {
  return lengthIn(bytes, at, -1);
}

/** Octets of the frame whose header begins at place `at` of the ring `bytes[base, base + mask]`. */
export function frameLength(bytes: Uint8Array, base: number, at: number, mask: number): number {
  const second = bytes[base + ((at + 1) & mask)];
  const length = lengthIn(bytes, base, mask, at);
  return 2 + extendedLength(second & 0x7f) + ((second & Second.masked) >> 5) + length;
}

/** The length in the header at place `at` of `bytes` from `base` on, where places wrap as `mask` says. */
function lengthIn(bytes: Uint8Array, base: number, mask: number, at = 0): number {
  let length = bytes[base + ((at + 1) & mask)] & 0x7f;
  const octets = extendedLength(length);
  if (!octets) return length;
  length = 0;
  for (let k = 2; k < 2 + octets; k++) length = length * 256 + bytes[base + ((at + k) & mask)];
  return length;
}

/** The masking key that ends right before `from`, lowest 8 bits first. */
export function keyAt(bytes: Uint8Array, from: number): number {
  return bytes[from - 4] | (bytes[from - 3] << 8) | (bytes[from - 2] << 16) | (bytes[from - 1] << 24);
}

/**
 * Writes a header but for the masking key, which lies at `end` if there is one, in its shortest form (§5.2). Returns
 * where it begins.
 */
export function writeHeader(
  bytes: Uint8Array,
  end: number,
  first: number,
  maskBit: number,
  length: number,
): number {
  let second = length;
  let at = end;
  if (length > Longest.control) {
    second = length < 0x10000 ? 126 : 127;
    for (let rest = length; at > end - extendedLength(second); rest /= 256) bytes[--at] = rest;
  }
  bytes[--at] = maskBit | second;
  bytes[--at] = first;
  return at;
}
