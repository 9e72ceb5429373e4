import { ErrorId } from '../errors.ts';

/*
 * What reading a head takes, octet by octet and character by character. On devices natives take the place of this module: 0.5 KB
 * of machine code for 0.7 KB of bytecode and the tables of letter case.
 */

const enum Piece {
  /** Octets that become text at once. */
  size = 32,
}

/** The octets of a token by bits, 32 a number: RFC 9110 §5.6.2. */
const TOKEN: readonly number[] = Object.freeze([0, 0x03ff6cfa, 0xc7fffffe | 0, 0x57ffffff, 0, 0, 0, 0]);

/** Whether `octet` may stand in a token, as header names and subprotocols are. */
const isTokenOctet = (octet: number): boolean => ((TOKEN[octet >> 5] >> (octet & 31)) & 1) === 1;

/**
 * The first octets of `bytes[from, to)` that are nothing but text, 32 at most: of the name of a header what may stand in a
 * token, in lower case; else VCHAR, obs-text, space or tab (RFC 9110 §5.5). A character is an octet.
 */
export function headText(bytes: Uint8Array, from: number, to: number, isName: boolean): string {
  const end = Math.min(to, from + Piece.size);
  let text = '';
  for (let i = from; i < end; i++) {
    const octet = bytes[i];
    if (isName ? !isTokenOctet(octet) : octet < 32 ? octet !== 9 : octet === 127) break;
    text += String.fromCharCode(octet);
  }
  return isName ? text.toLowerCase() : text;
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** `text` without the optional white space around it (RFC 9110 §5.6.3): space and tab, nothing else. */
export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  // Not by a regular expression: that looks at the blanks inside again and again.
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/**
 * Whether the comma-separated list `text` holds `token`, which is lower case, in any letter case. No list is made of it: a
 * peer could fill the memory of a device with empty elements.
 */
export function hasToken(text: string, token: string): boolean {
  const list = text.toLowerCase();
  for (let from = 0; from <= list.length;) {
    const comma = list.indexOf(',', from);
    const to = comma < 0 ? list.length : comma;
    if (trim(list.slice(from, to)) === token) return true;
    from = to + 1;
  }
  return false;
}

/** The status in the first line of a response (RFC 9112 §4); minus an error id for another line, or another version. */
export function statusOf(line: string): number {
  if (!line.startsWith('HTTP/')) return -ErrorId.headMalformed;
  if (!line.startsWith('HTTP/1.1 ')) return -ErrorId.httpVersion;
  return /^[1-9]\d\d( |$)/.test(line.slice(9, 13)) ? Number(line.slice(9, 12)) : -ErrorId.headMalformed;
}
