/**
 * The key of a client, and what proves that a server has read it: RFC 6455 §4.1 and §4.2.2. A host may have natives
 * for both; `portableProof` is the same in JavaScript.
 */
export interface Proof {
  /** The Sec-WebSocket-Key of four random words: their 16 octets in base64. */
  keyOf(words: Int32Array): string;
  /** The Sec-WebSocket-Accept of a key: base64 of the SHA-1 of the key followed by {@link GUID}. */
  acceptOf(key: string): string;
}

export const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
