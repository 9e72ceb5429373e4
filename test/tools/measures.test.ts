/** The exceptions of `npm run coverage` and `npm run mutation` still have their places in `src/`, and each has its reason. */
import { expect, test } from 'vitest';
import { isAbout, withoutPlace } from '../measures/places.mjs';
import { SURVIVORS } from '../measures/survivors.mjs';
import { UNCOVERED } from '../measures/uncovered.mjs';

test.each([
  ['branches that no test takes', UNCOVERED],
  ['mutants that no test notices', SURVIVORS],
])('%s', (_, exceptions) => {
  expect(withoutPlace(exceptions)).toEqual([]);
  for (const { reason } of exceptions) expect(reason).toMatch(/^[A-Z].{20,}[.]$/s);
});

test('an exception is about its file, its line, and what else it names', () => {
  const found = { file: 'a.ts', text: 'if (x > 1) return;', replacement: 'x >= 1' };
  const exception = { file: 'a.ts', text: 'x > 1', reason: '' };
  expect(isAbout(exception, found)).toBe(true);
  expect(isAbout({ ...exception, file: 'b.ts' }, found)).toBe(false);
  expect(isAbout({ ...exception, text: 'x > 2' }, found)).toBe(false);
  expect(isAbout({ ...exception, replacement: 'x >= 1' }, found)).toBe(true);
  expect(isAbout({ ...exception, replacement: 'true' }, found)).toBe(false);
});

test('a place that is gone, or there twice, is none', () => {
  const at = (text: string) => ({ file: 'src/uplink/check.ts', text, reason: '' });
  expect(withoutPlace([at('export function check'), at('no such line'), at('*')])).toHaveLength(2);
});
