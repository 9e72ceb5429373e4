import type { Plugin } from 'rollup';
import { expect, test } from 'vitest';
import { madeBy } from './support/made.ts';

const { inSteps } = (await import('../../tools/bundle/in-steps.mjs' as string)) as {
  inSteps(name: string, holder?: string, receivers?: readonly string[]): Plugin;
};

const made = (code: string, ...given: Parameters<typeof inSteps>) => madeBy([inSteps(...given)], code, true);

test('a value stands wherever it is asked for, with what is given in the places of parameters', async () => {
  const { text, exports } = await made(
    `
    export class Some {
      constructor() { this.base = 10; }
      _sum(a, b) { return this.base + a * b; }
      twice(x) { return this._sum(x, 2) * 3 - this._sum(1 + x, -1); }
      of(other) { return other._sum(4, this.base + 1); }
    }`,
    '_sum',
  );
  expect(text).not.toContain('_sum');
  const { Some } = exports as {
    Some: new () => { base: number; twice(x: number): number; of(some: object): number };
  };
  const some = new Some();
  const other = new Some();
  other.base = 100;
  // (10 + 5 × 2) × 3 − (10 − 6); 100 + 4 × 11.
  expect([some.twice(5), some.of(other)]).toEqual([56, 144]);
});

test('steps stand in a block of their own, also where there was none', async () => {
  const { text, exports } = await made(
    `
    export class Some {
      constructor() { this.seen = []; }
      _see(what) { this.seen.push(what); this.last = what; }
      first(is) { if (is) this._see(1); else this._see(2); return this; }
    }`,
    '_see',
  );
  expect(text).not.toContain('_see(');
  const { Some } = exports as { Some: new () => { seen: number[]; last: number; first(is: boolean): void } };
  const some = new Some();
  some.first(true);
  some.first(false);
  expect(some).toEqual({ seen: [1, 2], last: 2 });
});

test('a function of the module is a value, too', async () => {
  const { text, exports } = await made(
    `
    const half = (a) => { return a / 2; };
    export const all = (x) => [half(x), half(x + 2)];`,
    'half',
  );
  expect(text).not.toContain('half');
  expect((exports as { all(x: number): number[] }).all(4)).toEqual([2, 3]);
});

test('where others have the name, it is asked for by this of its class, and by who is named', async () => {
  const { text, exports } = await made(
    `
    class Inner {
      constructor() { this.words = [7]; }
      get error() { return this.words[0]; }
      isWrong() { return this.error !== 0; }
    }
    export class Outer {
      constructor() { this.inner = new Inner(); }
      get error() { return this.inner.error + 1; }
      said(event) { return [this.inner.isWrong(), event.error, this.error]; }
    }`,
    'error',
    'Inner',
    ['this.inner'],
  );
  expect(text.match(/get error/g)).toHaveLength(1);
  const { Outer } = exports as { Outer: new () => { said(event: object): unknown } };
  expect(new Outer().said({ error: 3 })).toEqual([true, 3, 8]);
});

test('what cannot stand there is an error', async () => {
  const some = (rest: string): string => `const twice = (a) => { return a + a; };\n${rest}`;
  const refused = [
    // What is evaluated twice, is something else there, is no call, or is not given.
    [some('export const f = (g) => twice(g());'), 'twice'],
    [some('export const f = (g) => twice(g.a);'), 'twice'],
    [some('export const f = (list) => list.map(twice);'), 'twice'],
    [some('export const f = () => twice();'), 'twice'],
    [`const base = 1; const up = () => { return base; }; export const f = (base) => up() + base;`, 'up'],
    // What has variables, decides, changes what it is given, or gives nothing where something is wanted.
    [`const up = (a) => { const b = a; return b; }; export const f = () => up(1);`, 'up'],
    [`const up = (a) => { if (a) return 1; return 2; }; export const f = () => up(1);`, 'up'],
    [`const up = (a) => { a++; }; export const f = () => { up(1); };`, 'up'],
    [`const up = (a) => { a.b(); }; export const f = (a) => 1 + up(a);`, 'up'],
    // What a call before it could change.
    [
      `class A { _f(a) { return this.g() + a; } h() { return this._f(this.x); } } export const f = new A();`,
      '_f',
    ],
    // What may not be looked at twice.
    [`class A { _f() { return this.a; } h() { return this.next()._f(); } } export const f = new A();`, '_f'],
  ] as const;
  for (const [code, name] of refused)
    await expect(made(code, name), code).rejects.toThrow(`${name} cannot stand where it is called`);
});

test('a module without it is left alone', async () => {
  const { text } = await made('export const f = (a) => a.up();', 'up');
  expect(text).toContain('a.up()');
});
