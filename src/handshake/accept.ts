/**
 * The proof of the opening handshake, RFC 6455 §4.2.2 step 5.4: Sec-WebSocket-Accept is the base64 of the
 * SHA-1 of the key followed by a fixed GUID. SHA-1 (RFC 3174) is written out here so that the core needs no
 * host for it; it guards nothing but the handshake against confusion with other protocols. Clients on devices have
 * natives instead.
 */
import { GUID, type Proof } from './proof.ts';

/** The digits of base64, RFC 4648 §4. */
export const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 with padding, RFC 4648 §4. */
export function base64(octets: Uint8Array): string {
  let text = '';
  for (let i = 0; i < octets.length; i += 3) {
    // What is behind the end counts as 0.
    const group = (octets[i] << 16) | (octets[i + 1] << 8) | octets[i + 2];
    text += BASE64[group >> 18] + BASE64[(group >> 12) & 63];
    text += i + 1 < octets.length ? BASE64[(group >> 6) & 63] : '=';
    text += i + 2 < octets.length ? BASE64[group & 63] : '=';
  }
  return text;
}

/** A fresh Sec-WebSocket-Key: 16 octets of base64 from four random words, RFC 6455 §4.1 item 7. */
export function keyOf(words: Int32Array): string {
  return base64(new Uint8Array(words.buffer));
}

/** The Sec-WebSocket-Accept that belongs to `key`. */
export function acceptOf(key: string): string {
  return base64(sha1(key + GUID));
}

/** Both without any help of a host's. */
export const portableProof: Proof = Object.freeze({ keyOf, acceptOf });

/** SHA-1 of an ASCII string. The schedule is kept as a ring of 16 words. */
function sha1(text: string): Uint8Array {
  const length = text.length;
  const blocks = (length + 8) >> 6;
  const message = new Int32Array((blocks + 1) * 16);
  for (let i = 0; i < length; i++) message[i >> 2] |= text.charCodeAt(i) << (24 - ((i & 3) << 3));
  message[length >> 2] |= 0x80 << (24 - ((length & 3) << 3));
  message[message.length - 1] = length << 3;

  const digest = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  for (let block = 0; block < message.length; block += 16) {
    let a = digest[0];
    let b = digest[1];
    let c = digest[2];
    let d = digest[3];
    let e = digest[4];
    for (let t = 0; t < 80; t++) {
      const at = block + (t & 15);
      if (t >= 16) {
        const w =
          message[block + ((t + 13) & 15)] ^
          message[block + ((t + 8) & 15)] ^
          message[block + ((t + 2) & 15)] ^
          message[at];
        message[at] = (w << 1) | (w >>> 31);
      }
      let f: number;
      if (t < 20) f = ((b & c) | (~b & d)) + 0x5a827999;
      else if (t < 40) f = (b ^ c ^ d) + 0x6ed9eba1;
      else if (t < 60) f = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else f = (b ^ c ^ d) + 0xca62c1d6;
      const next = (((a << 5) | (a >>> 27)) + f + e + message[at]) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    digest[0] += a;
    digest[1] += b;
    digest[2] += c;
    digest[3] += d;
    digest[4] += e;
  }
  return Uint8Array.from({ length: 20 }, (_, i) => digest[i >> 2] >> (24 - ((i & 3) << 3)));
}
