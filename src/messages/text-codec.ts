/** Text to octets and back, as a runtime does it best: one frozen object. */
export interface TextCodec {
  /** Memory for short text on its way out, which is free again at once. */
  readonly scratch: Uint8Array;
  /** Writes `text` as UTF-8 to the beginning of `scratch`; returns its octets, −1 if it may be longer than that. */
  encodeInto(text: string): number;
  /** `text` as UTF-8; a surrogate without its other half is U+FFFD. */
  encode(text: string): Uint8Array;
  /** The text that `bytes[start, end)`, which is valid UTF-8, holds. */
  decode(bytes: Uint8Array, start: number, end: number): string;
}
