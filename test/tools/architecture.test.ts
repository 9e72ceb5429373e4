import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

/** The files that a row of the page names, with the functions and methods behind each; one without a folder lies in the last. */
function placesIn(row: string): { file: string; names: string[] }[] {
  const places: { file: string; names: string[] }[] = [];
  let folder = '';
  for (const [, word] of row.matchAll(/`([\w./-]+)`/g))
    if (word.endsWith('.ts')) {
      const file = word.includes('/') ? word : `${folder}${word}`;
      folder = file.slice(0, file.lastIndexOf('/') + 1);
      places.push({ file, names: [] });
    } else places.at(-1)?.names.push(word);
  return places;
}

const rules = page
  .slice(page.indexOf('| rule '), page.indexOf('## The way of a byte in'))
  .trim()
  .split('\n')
  .slice(2);

test('the page has its table of rules', () => {
  expect(rules.length).toBeGreaterThan(8);
});

test.each(rules)('what it says of a rule is so: %s', (row) => {
  const places = placesIn(row.split('|')[2]);
  expect(places).not.toEqual([]);
  for (const { file, names } of places) {
    const path = join(root, 'src', file);
    expect([file, existsSync(path)]).toEqual([file, true]);
    const code = readFileSync(path, 'utf8');
    expect([file, names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))]).toEqual([file, []]);
  }
});
