/** The table of what is tried where is true: its tests are there, and no cell is empty without a reason. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COLUMNS, PLACES, REASONS } from './table/places.ts';
import { page, placesOf, reasonOf } from './table/render.ts';
import { CATALOGUE } from './table/rows.ts';

const sourceOf = (file: string): string => {
  const url = new URL(`../${file}`, import.meta.url);
  return existsSync(url) ? readFileSync(url, 'utf8') : '';
};

test.each(PLACES)('$file has a test "$title"', ({ file, title, ids }) => {
  expect(sourceOf(file).includes(title)).toBe(true);
  expect(ids.filter((id) => !(id in CATALOGUE))).toEqual([]);
});

test('each row is tried, or somebody has said why not, in each column', () => {
  const empty = Object.keys(CATALOGUE).flatMap((id) =>
    COLUMNS.filter((column) => placesOf(id, column).length === 0 && reasonOf(id, column) === undefined).map(
      (column) => `${id}, ${column}`,
    ),
  );
  expect(empty).toEqual([]);
});

test('each row is tried by somebody in each role that meets it, and each reason is one of a cell', () => {
  const untried = Object.keys(CATALOGUE).filter((id) =>
    COLUMNS.every((column) => placesOf(id, column).length === 0),
  );
  expect(untried).toEqual([]);
  const used = new Set(
    Object.keys(CATALOGUE).flatMap((id) =>
      COLUMNS.flatMap((column) => (placesOf(id, column).length > 0 ? [] : [reasonOf(id, column)])),
    ),
  );
  expect(REASONS.filter(({ reason }) => !used.has(reason))).toEqual([]);
});

test('the page is what the code says', async () => {
  await expect(page()).toMatchFileSnapshot('README.md');
});
