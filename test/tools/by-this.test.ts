import type { Plugin } from 'rollup';
import { expect, test } from 'vitest';
import { madeBy } from './support/made.ts';

const { byThis } = (await import('../../tools/bundle/by-this.mjs' as string)) as {
  byThis(classes: readonly string[], often: readonly string[]): Plugin;
};

const made = (code: string) => madeBy([byThis(['Some'], ['often'])], code, true);

test('what methods use is a property; what is called often and what means something else is not', async () => {
  const { text, exports } = await made(`
    const both = (a) => a + 1;
    const once = 'once';
    export class Other { first() { return both(0); } second() { return both(5); } }
    export class Some {
      first() { return [1, 2].map((one) => both(one) + 10); }
      second() { return [both(7), once]; }
      third(both) { return both; }
      fourth() { const more = both(20); return [more, once]; }
      fifth() { const { both } = { both: 6 }; return both; }
      often() { return both(3); }
      static made() { return both(4); }
    }`);
  expect(text.match(/this\._both\$\(/g)).toHaveLength(3);
  expect(text.match(/this\._once\$/g)).toHaveLength(2);
  const { Some } = exports as {
    Some: { new (): Record<string, (given?: unknown) => unknown>; made(): unknown };
  };
  const some = new Some();
  expect([
    some['first'](),
    some['second'](),
    some['third'](9),
    some['fourth'](),
    some['fifth'](),
    some['often'](),
    Some.made(),
  ]).toEqual([[12, 13], [8, 'once'], 9, [21, 'once'], 6, 4, 5]);
});
