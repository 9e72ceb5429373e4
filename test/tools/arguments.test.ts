/** Numbers on the command lines of the scripts: what is none is refused in a sentence, before anything is done. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { above0, whole } from '../../tools/arguments.mjs';

test.each([
  ['1', 1],
  ['007', 7],
  ['1000000000', 1e9],
])('%j is a whole number', (text, value) => expect(whole(1)(text)).toBe(value));

test.each(['0', '', ' ', '-1', '+1', '1.5', '1e3', '0x10', '1,000', 'x', 'NaN', 'Infinity', '1000000001'])(
  '%j is no whole number from 1',
  (text) => expect(() => whole(1)(text)).toThrow(InvalidArgumentError),
);

test('the least and the most are among them', () => {
  const parse = whole(2, 3);
  expect([parse('2'), parse('3')]).toEqual([2, 3]);
  expect(() => parse('1')).toThrow('from 2 to 3');
  expect(() => parse('4')).toThrow('from 2 to 3');
});

test.each([
  ['0.5', 0.5],
  ['1e-3', 0.001],
  ['1000000', 1e6],
])('%j is above 0', (text, value) => expect(above0(text)).toBe(value));

test.each(['0', '-0', '-1', '', ' ', 'x', 'NaN', 'Infinity', '1000001'])('%j is none above 0', (text) =>
  expect(() => above0(text)).toThrow(InvalidArgumentError),
);

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Each option of the scripts that takes a number: its script, and the line. */
const options = ['bench', 'tools'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs') && !name.includes('node_modules'))
    .flatMap((name) => {
      const lines = readFileSync(join(root, folder, name), 'utf8').match(
        /\.option\('--[a-z]+ <(count|number|(milli)?seconds|octets|factor)>'.*/g,
      );
      return (lines ?? []).map((line) => [join(folder, name), line] as const);
    }),
);

test.each(options)('%s: %s', (_, line) => expect(line).toMatch(/, (whole\(\d+(, \d+)?\)|above0)[,)]/));

test('there are such options', () => expect(options.length).toBeGreaterThan(15));

test('a script says in one line what is wrong, and exits with 1', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'tools/conformance.mjs'), '--messages', 'x'],
    { encoding: 'utf8' },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: option '--messages <count>' argument 'x' is invalid\..*\n$/);
});
