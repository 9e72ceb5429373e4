/** The order of the files of the tests. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LONG } from '../../tools/longest-first.mjs';

test('each file that is to begin early is there', () => {
  expect(LONG.filter((name) => !existsSync(join(import.meta.dirname, '../..', name)))).toEqual([]);
});
