import { masked } from './mask.ts';

/** RFC 6455, section 5.2. */
export interface FrameHeader {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv: number;
  readonly length: number;
  readonly mask: Uint8Array | null;
}

/** A received header knows whether its length was written in the shortest form, and as a number at all. */
export interface ReceivedHeader extends FrameHeader {
  readonly minimal: boolean;
}

/** The header as octets. Any opcode and any RSV bits are allowed: a tester must be able to send them. */
export function encodeHeader({ opcode, fin, rsv, length, mask }: FrameHeader): Buffer {
  const extended = length <= 125 ? 0 : length <= 0xffff ? 2 : 8;
  const header = Buffer.alloc(2 + extended);
  header[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  header[1] = (mask === null ? 0 : 0x80) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) header.writeUInt16BE(length, 2);
  if (extended === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return mask === null ? header : Buffer.concat([header, mask]);
}

/** A whole frame as octets. */
export const encodeFrame = (header: FrameHeader, payload: Uint8Array): Buffer =>
  Buffer.concat([encodeHeader(header), header.mask === null ? payload : masked(payload, header.mask)]);

export type FramePart =
  | { readonly part: 'header'; readonly header: ReceivedHeader }
  | { readonly part: 'data'; readonly data: Buffer }
  | { readonly part: 'end'; readonly header: ReceivedHeader };

/** Takes octets in pieces of any size and gives frames back in parts: header, data as it comes, end. */
export class FrameReader {
  readonly #chunks: Buffer[] = [];
  #header: ReceivedHeader | null = null;
  #taken = 0;

  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** The next part, or null until more octets come. */
  next(): FramePart | null {
    const header = this.#header;
    if (header === null) {
      this.#header = this.#readHeader();
      this.#taken = 0;
      return this.#header && { part: 'header', header: this.#header };
    }
    const left = header.length - this.#taken;
    if (left === 0) {
      this.#header = null;
      return { part: 'end', header };
    }
    const first = this.#chunks[0];
    if (first === undefined) return null;
    const piece = first.subarray(0, left);
    this.#drop(piece.length);
    const data = header.mask === null ? piece : masked(piece, header.mask, this.#taken);
    this.#taken += piece.length;
    return { part: 'data', data };
  }

  #readHeader(): ReceivedHeader | null {
    const start = this.#peek(2);
    if (start === null) return null;
    const code = start[1]! & 0x7f;
    const extended = code < 126 ? 0 : code === 126 ? 2 : 8;
    const isMasked = (start[1]! & 0x80) !== 0;
    const size = 2 + extended + (isMasked ? 4 : 0);
    const octets = this.#peek(size);
    if (octets === null) return null;
    const length =
      extended === 0 ? code : extended === 2 ? octets.readUInt16BE(2) : Number(octets.readBigUInt64BE(2));
    this.#drop(size);
    return {
      opcode: octets[0]! & 0x0f,
      fin: (octets[0]! & 0x80) !== 0,
      rsv: (octets[0]! & 0x70) >> 4,
      length,
      mask: isMasked ? Buffer.from(octets.subarray(size - 4)) : null,
      minimal: extended === 0 || length > (extended === 2 ? 125 : 0xffff),
    };
  }

  /** The first `count` octets without taking them, or null while there are fewer. */
  #peek(count: number): Buffer | null {
    let [first] = this.#chunks;
    while (first !== undefined && first.length < count && this.#chunks.length > 1) {
      first = Buffer.concat([first, this.#chunks[1]!]);
      this.#chunks.splice(0, 2, first);
    }
    return first !== undefined && first.length >= count ? first.subarray(0, count) : null;
  }

  #drop(count: number): void {
    const rest = this.#chunks[0]!.subarray(count);
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
  }
}
