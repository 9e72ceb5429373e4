/**
 * Text that may come from a peer, on its way to a terminal: nothing of it drives the terminal, and no secret of an address is
 * in it.
 */

/** Control characters but the tab and the newline; those above U+007F are controls to a terminal as well. */
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** What changes the direction of the text around it, or begins a line: U+061C, U+200E and on, U+2028 and on, U+2066 and on. */
const DIRECTIONS = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** `text`, which may have lines and tabs, with signs for what would drive a terminal. */
export function visible(text: string): string {
  return text.replace(CONTROLS, signOf).replace(DIRECTIONS, '\ufffd');
}

/** The same in one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\n/g, '\u240a');
}

/** `value` as JSON in one line, with escapes for what would drive a terminal. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const withoutSecretParts = (address: string): string =>
  address.replace(/[?#][^]*$/, '').replace(/^([a-z][\w+.-]*:)?\/\/[^/\\]*@/i, '$1//');

/** An address without what may be a secret in it: user name, password, query and fragment. It need not be a URL. */
export function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return withoutSecretParts(address);
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/** A text with each address in it cut likewise. */
export function withoutSecrets(text: string): string {
  return text.replace(/\b[a-z][\w+.-]*:\/\/[^\s'"]+/gi, withoutSecretParts);
}
