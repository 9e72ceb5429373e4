import { Random } from './random.ts';

const words = (
  'socket frame octet board sensor station signal window message fragment buffer stream answer pause bridge cable ' +
  'garden river stone weather evening market letter number copper silver'
).split(' ');

/** A page of headings, paragraphs, lists and tables, about 260,000 characters. */
export function writeHtml(): string {
  const random = new Random(0x68746d6c);
  const phrase = (length: number): string => Array.from({ length }, () => random.pick(words)).join(' ');
  const cell = (): string => `<td class="c${random.below(8)}">${phrase(1 + random.below(3))}</td>`;
  const row = (): string => `      <tr>${cell()}${cell()}${cell()}<td>${random.below(100_000)}</td></tr>`;
  const block = (number: number): string =>
    [
      `  <section id="s${number}">`,
      `    <h2><a href="#s${number}">${number}. ${phrase(4)}</a></h2>`,
      `    <p>${phrase(60 + random.below(60))} — „${phrase(5)}“ &amp; ${phrase(8)}.</p>`,
      `    <ul>${Array.from({ length: 5 }, () => `<li>${phrase(5)}</li>`).join('')}</ul>`,
      `    <table>`,
      ...Array.from({ length: 8 }, row),
      `    </table>`,
      `  </section>`,
    ].join('\n');
  const blocks = Array.from({ length: 130 }, (_, index) => block(index + 1)).join('\n');
  return `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Test data</title></head>\n<body>\n${blocks}\n</body>\n</html>\n`;
}
