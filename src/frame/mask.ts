import { maskBytes, turnKey } from './mask-bytes.ts';

/**
 * Masks as {@link maskBytes} does, a word at a time. The first and the last word are shared with octets
 * outside the payload; there the key is cut to the payload's octets and the others are XORed with zero, so no
 * octet is ever touched alone. `words` covers the memory of `bytes` from its first octet on.
 */
export function mask(bytes: Uint8Array, words: Int32Array, start: number, end: number, key: number): number {
  const last = end >> 2;
  // A payload within one word, or that ends in the few octets after the last whole word, is left to the twin.
  if ((end + 3) >> 2 > words.length || end - start < 4) {
    return maskBytes(bytes, start, end, key);
  }
  const lead = (start & 3) << 3;
  const aligned = lead === 0 ? key : (key << lead) | (key >>> (32 - lead));
  let w = start >> 2;
  if (lead !== 0) {
    words[w] = words[w] ^ (aligned & (-1 << lead));
    w++;
  }
  for (const stop = last - 7; w < stop; w += 8) {
    words[w] = words[w] ^ aligned;
    words[w + 1] = words[w + 1] ^ aligned;
    words[w + 2] = words[w + 2] ^ aligned;
    words[w + 3] = words[w + 3] ^ aligned;
    words[w + 4] = words[w + 4] ^ aligned;
    words[w + 5] = words[w + 5] ^ aligned;
    words[w + 6] = words[w + 6] ^ aligned;
    words[w + 7] = words[w + 7] ^ aligned;
  }
  for (; w < last; w++) words[w] = words[w] ^ aligned;
  const tail = (end & 3) << 3;
  if (tail !== 0) words[w] = words[w] ^ (aligned & ~(-1 << tail));
  return turnKey(key, end - start);
}
