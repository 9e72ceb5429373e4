import type { Ring } from '../connection/ring.ts';
import { isTokenOctet } from './head.ts';

/**
 * A message head on its way out, as a list of strings that are never joined: it goes into the transmit ring
 * as far as there is room and goes on later, so that a request may be longer than any buffer.
 */
export class HeadText {
  readonly #pieces: readonly string[];
  #piece = 0;
  #at = 0;

  /** Every character of `pieces` is below U+0100 and goes out as one octet. */
  constructor(pieces: readonly string[]) {
    this.#pieces = pieces;
  }

  /** Writes what fits; returns how many octets it was. */
  write(ring: Ring): number {
    const pieces = this.#pieces;
    let room = ring.free;
    let count = 0;
    while (this.#piece < pieces.length) {
      const piece = pieces[this.#piece];
      while (this.#at < piece.length) {
        if (room === 0) return count;
        ring.put(piece.charCodeAt(this.#at++));
        room--;
        count++;
      }
      this.#piece++;
      this.#at = 0;
    }
    return count;
  }

  get done(): boolean {
    return this.#piece === this.#pieces.length;
  }
}

/** Header lines by name and value, as the API takes them. */
export type HeaderPairs = Iterable<readonly [string, string]>;

/** Whether `text` is a token (RFC 9110 §5.6.2), as header names and subprotocols must be. */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isTokenOctet(text.charCodeAt(i))) return false;
  return text.length > 0;
}

/** Whether `text` may be a header's value: no control characters but the tab, nothing beyond U+00FF. */
export function isFieldValue(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255 || code === 127 || (code < 32 && code !== 9)) return false;
  }
  return true;
}

/** Whether `text` is visible ASCII throughout, as a request target and a host must be. */
export function isVisible(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 33 || code > 126) return false;
  }
  return text.length > 0;
}

/** The elements of a comma-separated list without space and tab around them; empty ones are left out. */
export function listOf(text: string): string[] {
  const elements: string[] = [];
  const parts = text.split(',');
  for (let i = 0; i < parts.length; i++) {
    const element = parts[i].replace(/^[ \t]+|[ \t]+$/g, '');
    if (element !== '') elements.push(element);
  }
  return elements;
}

/** Whether the comma-separated list `text` holds `token`, which is lower case, in any letter case. */
export function hasToken(text: string, token: string): boolean {
  return listOf(text.toLowerCase()).includes(token);
}
