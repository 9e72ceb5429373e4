/** The n-th call of `node:fs` by a FileStore fails, for every n, with each error that a disk may have; see `calls.test.ts`. */
import { expect, test, vi } from 'vitest';
import { playFiles } from './file-store.ts';

vi.mock('node:fs', async (original) => {
  const { failingFs } = await import('./failing-fs.ts');
  return failingFs(await original());
});

test.each([
  ['EIO', false],
  ['ENOSPC', true],
  ['EACCES', true],
])('%s, sync: %s', (code, sync) => {
  const { names, wrong } = playFiles(sync, () => undefined);
  expect(wrong).toEqual([]);
  expect(new Set(names).size).toBeGreaterThan(8);
  const found: string[] = [];
  names.forEach((name, index) => {
    const outcome = playFiles(sync, (call) => (call === index + 1 ? code : undefined));
    if (outcome.wrong.length > 0) found.push(`call ${index + 1}, ${name}: ${outcome.wrong.join('; ')}`);
  });
  expect(found).toEqual([]);
});

test('a new file whose header cannot be written, and which cannot be closed either, is not written to', () => {
  let opened = 0;
  const failing = new Set<string>();
  const { wrong } = playFiles(false, (_call, name) => {
    // The second one is opened when the first is long enough.
    if (name === 'openSync' && ++opened === 2)
      for (const each of ['writeSync', 'closeSync']) failing.add(each);
    return failing.delete(name) ? 'EIO' : undefined;
  });
  expect(wrong).toEqual([]);
  expect([opened > 1, failing.size]).toEqual([true, 0]);
});
