import type { Plugin } from 'rollup';
import { expect, test } from 'vitest';
import { madeBy } from './support/made.ts';

const { byThis } = (await import('../../tools/bundle/by-this.mjs' as string)) as {
  byThis(classes: readonly string[], often: readonly string[]): Plugin;
};

const made = (code: string) => madeBy([byThis(['Some'], ['often'])], code, true);

test('what two methods use is a property; what one uses, what is called often and what means something else is not', async () => {
  const { text, exports } = await made(`
    const both = (a) => a + 1;
    const once = 'once';
    export class Other { first() { return both(0); } second() { return both(5); } }
    export class Some {
      first() { return [1, 2].map((one) => both(one) + 10); }
      second() { return [both(7), once]; }
      third(both) { return both; }
      often() { return both(3); }
      static made() { return both(4); }
    }`);
  expect(text.match(/this\._both\$\(/g)).toHaveLength(2);
  expect(text).not.toContain('_once$');
  const { Some } = exports as {
    Some: { new (): Record<string, (given?: unknown) => unknown>; made(): unknown };
  };
  const some = new Some();
  expect([some['first'](), some['second'](), some['third'](9), some['often'](), Some.made()]).toEqual([
    [12, 13],
    [8, 'once'],
    9,
    4,
    5,
  ]);
});
