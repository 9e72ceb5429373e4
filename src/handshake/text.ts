/** Header lines by name and value. */
export type HeaderPairs = Iterable<readonly [string, string]>;

/** The same that have been looked at. */
export type HeaderList = readonly (readonly [string, string])[];

/** The octets of a token by bits, 32 a number: RFC 9110 §5.6.2. */
const TOKEN: readonly number[] = Object.freeze([0, 0x03ff6cfa, 0xc7fffffe | 0, 0x57ffffff, 0, 0, 0, 0]);

/** Whether `octet` may stand in a token, as header names and subprotocols are. */
export const isTokenOctet = (octet: number): boolean => ((TOKEN[octet >> 5] >> (octet & 31)) & 1) === 1;

/** Whether `text` is a token (RFC 9110 §5.6.2), as header names and subprotocols must be. */
export const isToken = (text: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(text);

/** Whether `text` may be a header's value: no control characters but the tab, nothing beyond U+00FF. */
export const isFieldValue = (text: string): boolean => /^[\t -~\x80-\xff]*$/.test(text);

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

/** The elements of a comma-separated list; empty ones are left out. */
export const listOf = (text: string): string[] => text.split(',').map(trim).filter(Boolean);

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

/** A header line, in front of what ends the head. */
export const lineOf = (name: string, value: string): string => `\r\n${name}: ${value}`;

/** The lines of all `headers`. */
export function linesOf(headers: HeaderList): string {
  let text = '';
  for (let i = 0; i < headers.length; i++) text += lineOf(headers[i][0], headers[i][1]);
  return text;
}
