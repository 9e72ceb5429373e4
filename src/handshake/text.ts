/**
 * A message head on its way out, as a list of strings that are never joined: its octets are asked for as there is
 * room for them, so that a request may be longer than any buffer.
 */
export class HeadText {
  readonly #pieces: readonly string[];
  #piece = 0;
  #at = 0;

  /** Every character of `pieces` is below U+0100 and goes out as one octet. */
  constructor(pieces: readonly string[]) {
    this.#pieces = pieces;
  }

  /** The next octet, −1 after the last one. */
  next(): number {
    while (!this.done) {
      const piece = this.#pieces[this.#piece];
      if (this.#at < piece.length) return piece.charCodeAt(this.#at++);
      this.#piece++;
      this.#at = 0;
    }
    return -1;
  }

  get done(): boolean {
    return this.#piece === this.#pieces.length;
  }
}

/** Header lines by name and value, as the API takes them. */
export type HeaderPairs = Iterable<readonly [string, string]>;

/** Whether `text` is a token (RFC 9110 §5.6.2), as header names and subprotocols must be. */
export const isToken = (text: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(text);

/** Whether `text` may be a header's value: no control characters but the tab, nothing beyond U+00FF. */
export const isFieldValue = (text: string): boolean => /^[\t -~\x80-\xff]*$/.test(text);

/** Whether `text` is visible ASCII throughout, as a request target and a host must be. */
export const isVisible = (text: string): boolean => /^[!-~]+$/.test(text);

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
