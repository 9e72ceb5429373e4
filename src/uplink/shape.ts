/**
 * Shapes of texts without regular expressions: whoever uses one carries XS's engine for them in flash, 40 KB with its tables of
 * Unicode.
 */

/** Whether `character`, a UTF-16 code, may stand where a shape has `wanted`. */
function fits(character: number, wanted: string): boolean {
  const isDigit = character >= 48 && character <= 57;
  if (wanted === '0') return isDigit;
  if (wanted === '_') return isDigit || character === 32;
  if (wanted === 'A') return character >= 65 && character <= 90;
  if (wanted === 'a') return character >= 97 && character <= 122;
  return character === wanted.charCodeAt(0);
}

/**
 * Whether `text` has the `shape`, character by character: `A` and `a` stand for a letter of ASCII, capital and small, `0` for a
 * digit, `_` for a digit or a blank, and everything else for itself.
 */
export function hasShape(text: string, shape: string): boolean {
  if (text.length !== shape.length) return false;
  for (let i = 0; i < text.length; i++) if (!fits(text.charCodeAt(i), shape[i])) return false;
  return true;
}

/** Whether `text` has printable ASCII only, blanks included. */
export function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 32 || text.charCodeAt(i) > 126) return false;
  return true;
}
