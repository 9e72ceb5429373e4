/** Header lines by name and value, as the API takes them. */
export type HeaderPairs = Iterable<readonly [string, string]>;

/** Whether `text` is a token (RFC 9110 §5.6.2), as header names and subprotocols must be. */
export const isToken = (text: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(text);

/** Whether `text` may be a header's value: no control characters but the tab, nothing beyond U+00FF. */
export const isFieldValue = (text: string): boolean => /^[\t -~\x80-\xff]*$/.test(text);

/** `text` without the optional white space around it (RFC 9110 §5.6.3): space and tab, nothing else. */
export const trim = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');

/** The elements of a comma-separated list; empty ones are left out. */
export const listOf = (text: string): string[] => text.split(',').map(trim).filter(Boolean);

/** Whether the comma-separated list `text` holds `token`, which is lower case, in any letter case. */
export const hasToken = (text: string, token: string): boolean => listOf(text.toLowerCase()).includes(token);

/** A header line, in front of what ends the head. */
export const lineOf = (name: string, value: string): string => `\r\n${name}: ${value}`;
