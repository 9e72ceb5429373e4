/** What stands for a part of a URL; a % that begins no octet stands for itself, and so does what is no UTF-8. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%(?![\da-f]{2})/gi, '%25'));
  } catch {
    return text;
  }
}
