/**
 * Masking, RFC 6455 §5.3: octet i of a payload is XORed with octet i mod 4 of the masking key.
 *
 * A key is one 32-bit integer whose lowest 8 bits are the key's first octet, so that a little-endian word of
 * payload and the key line up. Both functions return the key turned to where the next octet of the same
 * payload goes on, which lets a payload be masked piece by piece.
 */

/** Turns `key` so that its octet number `count` (mod 4) comes first. */
export function turnKey(key: number, count: number): number {
  const shift = (count & 3) << 3;
  return shift === 0 ? key : (key >>> shift) | (key << (32 - shift));
}

/** The twin: octet by octet, right on every machine and at every alignment. */
export function maskBytes(bytes: Uint8Array, start: number, end: number, key: number): number {
  let turned = key;
  for (let i = start; i < end; i++) {
    bytes[i] = bytes[i] ^ turned;
    turned = (turned >>> 8) | (turned << 24);
  }
  return turned;
}
