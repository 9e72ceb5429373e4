/**
 * `ringlet/text`: text for the ECMA-419 classes, where there is no TextEncoder and no TextDecoder. Both functions use
 * natives of XS, but pass U+0000 and replace lone surrogates. They allocate what they return and a view.
 */

/** What XS has beside the language. */
const { fromArrayBuffer } = String as unknown as {
  fromArrayBuffer(buffer: ArrayBufferLike, offset: number, length: number): string;
};
const { fromString } = ArrayBuffer as unknown as { fromString(text: string): ArrayBuffer };
const Buffers = ArrayBuffer;
const Strings = String;

/** How XS keeps U+0000 in strings, in two octets; the first of them is in no UTF-8. */
const LONG_NUL = 0xc0;
/** What the surrogates begin with in UTF-8, whose second octet is from here on. */
const SURROGATE = 0xed;
const SURROGATES = 0xa0;
const LOW_SURROGATES = 0xb0;

/** `text` as UTF-8; a surrogate without its other half is U+FFFD. */
export function encodeText(text: string): Uint8Array {
  const octets = new Uint8Array(fromString.call(Buffers, text));
  if (octets.indexOf(LONG_NUL) < 0 && octets.indexOf(SURROGATE) < 0) return octets;
  const { length } = octets;
  let to = 0;
  for (let from = 0; from < length;) {
    const octet = octets[from++];
    const next = from < length ? octets[from] : 0;
    if (octet === LONG_NUL) {
      octets[to++] = 0;
      from++;
    } else if (octet === SURROGATE && next >= SURROGATES) {
      const high = ((next & 0x0f) << 6) | (octets[from + 1] & 0x3f);
      from += 2;
      const isPair =
        next < LOW_SURROGATES && octets[from] === SURROGATE && octets[from + 1] >= LOW_SURROGATES;
      if (isPair) {
        const low = ((octets[from + 1] & 0x0f) << 6) | (octets[from + 2] & 0x3f);
        const scalar = 0x10000 + (high << 10) + low;
        from += 3;
        octets[to++] = 0xf0 | (scalar >> 18);
        octets[to++] = 0x80 | ((scalar >> 12) & 0x3f);
        octets[to++] = 0x80 | ((scalar >> 6) & 0x3f);
        octets[to++] = 0x80 | (scalar & 0x3f);
      } else {
        octets[to++] = 0xef;
        octets[to++] = 0xbf;
        octets[to++] = 0xbd;
      }
    } else octets[to++] = octet;
  }
  return to === length ? octets : octets.slice(0, to);
}

/** The text of `bytes[start, end)`, which have to be UTF-8, as text messages are. Of other bytes the result is not defined. */
export function decodeText(bytes: Uint8Array | ArrayBuffer, start = 0, end = bytes.byteLength): string {
  const octets = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset } = octets;
  let from = start;
  let nul = octets.indexOf(0, from);
  // The native stops at U+0000.
  let text = '';
  while (nul >= 0 && nul < end) {
    text += `${fromArrayBuffer.call(Strings, buffer, byteOffset + from, nul - from)}\0`;
    from = nul + 1;
    nul = octets.indexOf(0, from);
  }
  const rest = fromArrayBuffer.call(Strings, buffer, byteOffset + from, end - from);
  return from === start ? rest : text + rest;
}
