import { trim } from './reading.ts';

/** Header lines by name and value. */
export type HeaderPairs = Iterable<readonly [string, string]>;

/** The same that have been looked at. */
export type HeaderList = readonly (readonly [string, string])[];

/** Whether `text` is a token (RFC 9110 §5.6.2), as header names and subprotocols must be. */
export const isToken = (text: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(text);

/** Whether `text` may be a header's value: no control characters but the tab, nothing beyond U+00FF. */
export const isFieldValue = (text: string): boolean => /^[\t -~\x80-\xff]*$/.test(text);

/** The elements of a comma-separated list; empty ones are left out. (On devices there is no function `trim` to be handed over.) */
export const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((one) => trim(one))
    .filter(Boolean);

/** A header line, in front of what ends the head. */
export const lineOf = (name: string, value: string): string => `\r\n${name}: ${value}`;

/** The lines of all `headers`. */
export function linesOf(headers: HeaderList): string {
  let text = '';
  for (let i = 0; i < headers.length; i++) text += '\r\n' + headers[i][0] + ': ' + headers[i][1];
  return text;
}
