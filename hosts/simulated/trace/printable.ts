/**
 * What a terminal or a page would obey: C0, DEL, C1, marks of direction, ends of lines; and halves of a pair, which cannot be
 * written.
 */
const OBEYED =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = Object.freeze({ '\n': '\\n', '\r': '\\r', '\t': '\\t' });

/** `text`, which anybody may have written, on one line: what would be obeyed in place of shown stands there as an escape. */
export function printable(text: string): string {
  return text.replace(
    OBEYED,
    (character) => SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
