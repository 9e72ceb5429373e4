/** `text` with its ASCII letters in lower case. `toLowerCase` would bring tables of all of Unicode into a device's flash. */
export function lowerOf(text: string): string {
  let lower = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    lower += String.fromCharCode(code >= 65 && code <= 90 ? code + 32 : code);
  }
  return lower;
}
