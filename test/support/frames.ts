import { concat, latin1 } from './octets.ts';

/**
 * Frames as RFC 6455 §5.2 draws them, written without a look at the engine's codec; also such as no sound
 * endpoint would send.
 */
export interface FrameParts {
  readonly opcode: number;
  readonly fin?: boolean;
  /** RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv?: number;
  readonly payload?: ArrayLike<number>;
  /** Masking key; without it the frame is not masked. */
  readonly key?: ArrayLike<number>;
  /** The length that the header tells, if it is not the payload's. */
  readonly declared?: bigint;
  /** Bits of the length field, if it is not the shortest form. */
  readonly lengthBits?: 7 | 16 | 64;
}

export function frame(parts: FrameParts): Uint8Array {
  const { opcode, fin = true, rsv = 0, payload = [], key } = parts;
  const length = parts.declared ?? BigInt(payload.length);
  const bits = parts.lengthBits ?? (length < 126n ? 7 : length < 65536n ? 16 : 64);
  const maskBit = key === undefined ? 0 : 0x80;
  const header = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  header.push(maskBit | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127));
  if (bits !== 7)
    for (let shift = bits - 8; shift >= 0; shift -= 8) header.push(Number((length >> BigInt(shift)) & 255n));
  if (key === undefined) return concat(header, payload);
  return concat(
    header,
    key,
    Uint8Array.from(payload, (octet, i) => octet ^ key[i % 4]),
  );
}

/** A Close frame's payload. */
export function closePayload(code: number, reason: ArrayLike<number> = []): Uint8Array {
  return concat([code >> 8, code & 255], reason);
}

/** The key that tests mask with where it does not matter: RFC 6455 §5.7's. */
export const KEY: readonly number[] = [0x37, 0xfa, 0x21, 0x3d];

/** What a peer sends that talks to an endpoint of `role`: masked if that is a server. */
export function peerFrame(role: 'client' | 'server', parts: FrameParts): Uint8Array {
  return frame(role === 'server' ? { key: KEY, ...parts } : parts);
}

export interface DecodedFrame {
  readonly first: number;
  readonly opcode: number;
  readonly key: Uint8Array | undefined;
  readonly payload: Uint8Array;
}

/** The frames that `bytes` hold, unmasked; lengths in their shortest form, or it throws. */
export function framesOf(bytes: Uint8Array): DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    const [first, second] = [bytes[at], bytes[at + 1]];
    at += 2;
    let length = second & 127;
    const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
    if (extended !== 0) {
      length = bytes.slice(at, at + extended).reduce((sum, octet) => sum * 256 + octet, 0);
      if (length < (extended === 2 ? 126 : 65536)) throw new Error('length not in its shortest form');
      at += extended;
    }
    const key = second & 128 ? bytes.slice(at, at + 4) : undefined;
    if (key !== undefined) at += 4;
    if (at + length > bytes.length) throw new Error('a frame is cut off');
    const payload = bytes
      .slice(at, at + length)
      .map((octet, i) => (key === undefined ? octet : octet ^ key[i % 4]));
    frames.push({ first, opcode: first & 15, key, payload });
    at += length;
  }
  return frames;
}

/** A head of HTTP/1.1: each line ended by CRLF, and the empty line. */
export function head(...lines: readonly string[]): Uint8Array {
  return latin1(lines.join('\r\n') + '\r\n\r\n');
}
