/** Two calls of `node:fs` by a FileStore fail, in all pairs; see `file-store.test.ts`. */
import { expect, test, vi } from 'vitest';
import { playFiles } from './file-store.ts';

vi.mock('node:fs', async (original) => {
  const { failingFs } = await import('./failing-fs.ts');
  return failingFs(await original());
});

test.each([false, true])('sync: %s', (sync) => {
  const found: string[] = [];
  let pairs = 0;
  const { length } = playFiles(sync, () => undefined).names;
  for (let first = 1; first <= length; first++) {
    const { names } = playFiles(sync, (call) => (call === first ? 'EIO' : undefined));
    for (let second = first + 1; second <= names.length; second++) {
      pairs += 1;
      const { wrong } = playFiles(
        sync,
        (call) => (call === first || call === second ? 'ENOSPC' : undefined),
        true,
      );
      if (wrong.length > 0)
        found.push(
          `calls ${first}, ${names[first - 1]}, and ${second}, ${names[second - 1]}: ${wrong.join('; ')}`,
        );
    }
  }
  expect(found).toEqual([]);
  expect(pairs).toBeGreaterThan(300);
});
