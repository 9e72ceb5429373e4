/** The planted faults of `npm run planted` still have their places: what is not there cannot be noticed. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { planted } from '../planted/apply.mjs';
import mended from '../planted/mended.mjs';
import fresh from '../planted/new.mjs';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const faults = [...mended, ...fresh];

test('there are at least twenty, of them those that were mended', () => {
  expect(faults.length).toBeGreaterThanOrEqual(20);
  expect(mended.length).toBeGreaterThanOrEqual(9);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

test.each(faults)('$name', (fault) => {
  const source = readFileSync(at(fault.file), 'utf8');
  expect(planted(source, fault)).not.toBe(source);
  expect(fault.suites.length).toBeGreaterThan(0);
  for (const suite of fault.suites)
    if (!suite.startsWith('simulate'))
      for (const path of namesOf(suite)) expect(existsSync(at(path))).toBe(true);
});

/** `a/{b,c}.ts` as `a/b.ts` and `a/c.ts`. */
function namesOf(pattern: string): string[] {
  const parts = /^(.*)\{(.*)\}(.*)$/.exec(pattern);
  return parts === null ? [pattern] : parts[2].split(',').map((part) => parts[1] + part + parts[3]);
}

test('a place that is gone, or there twice, is told', () => {
  const fault = { name: 'x', file: 'y', from: 'ab', to: 'c', suites: [] };
  expect(planted('1ab2', fault)).toBe('1c2');
  expect(() => planted('12', fault)).toThrow('x: y has no "ab"');
  expect(() => planted('abab', fault)).toThrow('twice');
});
