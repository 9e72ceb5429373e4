/** The CRC-32 of zlib, PNG and Ethernet (polynomial 0xEDB88320), one entry an octet. */
const TABLE = Int32Array.from({ length: 256 }, (_, octet) => {
  let value = octet;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb88320;
  return value;
});

/** The checksum of `bytes[start, end)`, from 0 to 2^32 − 1; `before` is that of what comes before them. */
export function crc32(bytes: Uint8Array, start: number, end: number, before = 0): number {
  let value = ~before;
  for (let i = start; i < end; i++) value = TABLE[(value ^ bytes[i]) & 0xff] ^ (value >>> 8);
  return ~value >>> 0;
}
