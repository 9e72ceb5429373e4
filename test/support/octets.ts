/** Octets as people write them: hex, text, and several of them one after the other. */

/** The octets of `text`, pairs of hex digits with white space anywhere. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new Error(`not hex: ${text}`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    parseInt(digits.slice(i * 2, i * 2 + 2), 16),
  );
}

export function toHex(bytes: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += bytes[i].toString(16).padStart(2, '0');
  return text;
}

/** One octet for each character; all below U+0100. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function concat(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `length` octets 0, 1, 2 … */
export function counting(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i & 255);
}

/** The pieces of `bytes` between the positions `cuts`, which are in order. */
export function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).map((to, i) => bytes.slice(edges[i], to));
}

/** Every way that the tests split an input: whole, in two at each position, and one octet at a time. */
export function splitsOf(bytes: Uint8Array): Uint8Array[][] {
  const splits = [[bytes]];
  for (let at = 1; at < bytes.length; at++) splits.push(cutAt(bytes, [at]));
  if (bytes.length > 2) splits.push(Array.from(bytes, (octet) => Uint8Array.of(octet)));
  return splits;
}
