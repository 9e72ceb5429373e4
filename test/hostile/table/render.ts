import { COLUMNS, type Column, type Place, PLACES, REASONS } from './places.ts';
import { CATALOGUE } from './rows.ts';

/** The tests that try a row in a column. */
export const placesOf = (id: string, column: Column): readonly Place[] =>
  PLACES.filter(({ ids, columns }) => ids.includes(id) && columns.includes(column));

/** Why there are none; undefined if nothing says so. */
export const reasonOf = (id: string, column: Column): string | undefined =>
  REASONS.find(({ ids, columns }) => ids.test(id) && columns.includes(column))?.reason;

const FILES = [...new Set(PLACES.map(({ file }) => file))].sort();
const REASON_TEXTS = [...new Set(REASONS.map(({ reason }) => reason))];

/** Files are numbers, reasons are letters. */
const markOf = (file: string): string => String(FILES.indexOf(file) + 1);
const letterOf = (reason: string): string => String.fromCharCode(97 + REASON_TEXTS.indexOf(reason));

function cell(id: string, column: Column): string {
  const places = placesOf(id, column);
  const reason = reasonOf(id, column);
  if (places.length > 0) return [...new Set(places.map(({ file }) => markOf(file)))].join(' ');
  return reason === undefined ? '?' : `_${letterOf(reason)}_`;
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The page that says which test tries what. */
export function page(): string {
  const head = line(['', 'what comes', ...COLUMNS.map((column) => column.replace(' ', '<br>'))]);
  const rows = Object.entries(CATALOGUE).map(([id, what]) =>
    line([id, what, ...COLUMNS.map((column) => cell(id, column))]),
  );
  return [
    '# The hostile catalogue: what is tried where',
    '',
    'Written by `npx vitest run test/hostile/table.test.ts -u` from `table/`, and held to the code by that test: each test that a',
    'number stands for is there, and each cell has a test or a reason.',
    '',
    head,
    line(['---', '---', ...COLUMNS.map(() => '---')]),
    ...rows,
    '',
    'Numbers are files of tests:',
    '',
    ...FILES.map((file) => `${markOf(file)}. \`test/${file}\``),
    '',
    'Letters say why a cell has no test of its own:',
    '',
    ...REASON_TEXTS.map((reason) => `- _${letterOf(reason)}_ ${reason}`),
    '',
  ].join('\n');
}
