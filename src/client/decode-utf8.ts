/** The text that `bytes[start, end)`, which is valid UTF-8, holds. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end;) {
    const first = bytes[i++];
    let code = first;
    if (first >= 0xf0)
      code = ((first & 7) << 18) | ((bytes[i++] & 63) << 12) | ((bytes[i++] & 63) << 6) | (bytes[i++] & 63);
    else if (first >= 0xe0) code = ((first & 15) << 12) | ((bytes[i++] & 63) << 6) | (bytes[i++] & 63);
    else if (first >= 0xc0) code = ((first & 31) << 6) | (bytes[i++] & 63);
    text += String.fromCodePoint(code);
  }
  return text;
}
