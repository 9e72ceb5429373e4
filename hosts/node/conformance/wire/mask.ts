/** Masks, or unmasks, a copy of the octets; `offset` is the place of the first one in the payload (RFC 6455, 5.3). */
export function masked(octets: Uint8Array, key: Uint8Array, offset = 0): Buffer {
  const result = Buffer.allocUnsafe(octets.length);
  const [a, b, c, d] = [0, 1, 2, 3].map((index) => key[(offset + index) & 3]!) as [
    number,
    number,
    number,
    number,
  ];
  const end = octets.length & ~3;
  let at = 0;
  for (; at < end; at += 4) {
    result[at] = octets[at]! ^ a;
    result[at + 1] = octets[at + 1]! ^ b;
    result[at + 2] = octets[at + 2]! ^ c;
    result[at + 3] = octets[at + 3]! ^ d;
  }
  for (; at < octets.length; at++) result[at] = octets[at]! ^ key[(offset + at) & 3]!;
  return result;
}
