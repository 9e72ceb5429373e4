import { payload } from './payloads.mjs';

/** One frame, RFC 6455 §5.2. With `key` (four octets) it is masked. */
export function frame(opcode, octets, { fin = true, key } = {}) {
  const size = octets.length;
  const mask = key === undefined ? 0 : 0x80;
  let head;
  if (size < 126) head = Buffer.from([0, mask | size]);
  else if (size < 65536) {
    head = Buffer.from([0, mask | 126, 0, 0]);
    head.writeUInt16BE(size, 2);
  } else {
    head = Buffer.alloc(10);
    head[1] = mask | 127;
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  head[0] = (fin ? 0x80 : 0) | opcode;
  if (key === undefined) return Buffer.concat([head, octets]);
  return Buffer.concat([head, key, octets.map((octet, i) => octet ^ key[i & 3])]);
}

/**
 * One message as a server sends it, in `fragments` frames of equal size.
 * @param {{ kind: 'text' | 'mixed' | 'binary', size: number, fragments?: number, key?: Buffer }} message
 */
export function message({ kind, size, fragments = 1, key }) {
  const octets = payload(kind, size);
  const opcode = kind === 'binary' ? 2 : 1;
  const frames = [];
  for (let i = 0; i < fragments; i++) {
    const piece = octets.subarray(
      Math.floor((i * size) / fragments),
      Math.floor(((i + 1) * size) / fragments),
    );
    frames.push(frame(i === 0 ? opcode : 0, piece, { fin: i === fragments - 1, key }));
  }
  return Buffer.concat(frames);
}

/** As many whole messages as fit `octets`, at least one, in one Buffer. */
export function block(what, octets) {
  const one = message(what);
  const count = Math.max(1, Math.floor(octets / one.length));
  return { bytes: Buffer.alloc(one.length * count, one), count, length: one.length };
}
