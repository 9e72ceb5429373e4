/** The program in the guide, copied as a reader would: it runs, passes, and fails where readings are lost. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { snippetsOf } from '../docs/support/markdown.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const source = snippetsOf('docs/testing.md', path('docs/testing.md')).find(
  ({ directions }) => directions.as === 'week.test.mjs',
)!.code;

/** Inside this package, where its name leads to what is built. */
async function run(name: string, text: string): Promise<string> {
  mkdirSync(path('build/guide'), { recursive: true });
  const file = path(`build/guide/${name}.test.mjs`);
  writeFileSync(file, text);
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', file], {
    // A test of Node's inside another's process would report to that.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  return stdout;
}

test('thirty lines, and they pass', async () => {
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(31);
  expect(await run('week', source)).toMatch(/^# pass 1$/m);
});

test('a sensor that takes a reading for delivered when it is sent is found out', async () => {
  const careless = source.replace(
    '([sent, room] = [0, 0])',
    '(waiting.splice(0, sent), ([sent, room] = [0, 0]))',
  );
  expect(careless).not.toBe(source);
  await expect(run('careless', careless)).rejects.toMatchObject({ code: 1 });
});
