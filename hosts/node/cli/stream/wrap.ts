/**
 * A text in lines of at most `width` characters, broken between words where that is possible. Lines behind the first begin
 * with `indent`.
 */
export function wrap(text: string, width: number, indent = '  '): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    // A word that fills the line is cut; an indent that fills it is none.
    const end = space > indent.length ? space : width;
    lines.push(rest.slice(0, end).trimEnd());
    const next = rest.slice(end).trimStart();
    rest = indent.length < width ? indent + next : next;
  }
  lines.push(rest);
  return lines;
}
