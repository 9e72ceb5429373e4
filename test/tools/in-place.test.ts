import type { Plugin } from 'rollup';
import { describe, expect, test } from 'vitest';
import { madeBy } from './support/made.ts';

const { inPlace } = (await import('../../tools/bundle/in-place.mjs' as string)) as {
  inPlace(name: string, holder?: string, receivers?: readonly string[]): Plugin;
};

const made = (code: string) =>
  madeBy(
    ['_one', '_two', '_none'].map((name) => inPlace(name)),
    code,
  );

test('what a method does stands where it is called', async () => {
  const { text, exports } = await made(`
    export class Counter {
      constructor() { this.end = 1; this.steps = []; }
      run(from, is) {
        const end = 3;
        if (is) this._one(from, end, 5);
        else this._none();
        return this.steps.concat(end);
      }
      _one(end, start, more) { this._two(start); this.steps.push(end, start, more, this.end); }
      _two(value) { this.steps.push('two', value); }
      _none() {}
    }`);
  expect(text).not.toMatch(/_one|_two|_none/);
  const { Counter } = exports as { Counter: new () => { run(from: number, is: boolean): unknown[] } };
  expect(new Counter().run(2, true)).toEqual(['two', 3, 2, 3, 5, 1, 3]);
  expect(new Counter().run(2, false)).toEqual([3]);
});

/** A class whose method `run` calls `_one` as `steps` say. */
const withSteps = (steps: string, one: string): string =>
  `const limit = 10; export class Some { run(a, b) { const seen = []; ${steps} return seen; } ${one} }`;

const ONE = `_one(value, more = value + 1) {
  const seen = value * 2;
  if (seen > limit) return;
  for (const one of [value, more]) if (one === 4) return 'four';
  return seen;
}`;

test.each([
  ['a variable', 'const found = this._one(a, b); seen.push(found);'],
  ['what is assigned', 'let found = 0; if (a) found = this._one(a + 0); seen.push(found);'],
  ['a condition', 'if (!this._one(a, b)) seen.push("none"); else seen.push("some");'],
  ['the second half of a condition', 'if (b && this._one(a, b)) seen.push("some");'],
  ['an operand', 'const found = 2 + this._one(a, b) + b; seen.push(found);'],
  ['what is returned', 'if (b) return this._one(b, a); seen.push(0);'],
  ['a step in a loop', 'for (let i = 0; i < 3; i++) this._one(i); seen.push(1);'],
  ['a step alone', 'if (a) this._one(a, b); else seen.push(2);'],
])('a value is the same as of a call: %s', async (_what, steps) => {
  const one = ONE.replace('_one', '_called');
  const before = (await made(withSteps(steps.replace('_one', '_called'), one))).exports;
  const after = await made(withSteps(steps, ONE));
  expect(after.text).not.toContain('_one');
  type Some = new () => { run(a: number, b?: number): unknown };
  const [Called, Moved] = [before, after.exports].map(({ Some }) => Some as Some) as [Some, Some];
  for (const a of [0, 1, 3, 4, 5, 6])
    for (const b of [undefined, 0, 4, 7]) expect(new Moved().run(a, b)).toEqual(new Called().run(a, b));
});

test('a function of the module is moved, and so is a method of another object', async () => {
  const { text, exports } = await made(`
    function _one(list, name) { for (const one of list) if (one === name) return true; return false; }
    export class Owner {
      constructor(part) { this.part = part; this.name = 'owner'; }
      has(list) { return { is: this.name.length, has: 0, ...(list ?? {}) }; }
      run(list, name) { const list$ = _one(list, name); this.part._two(name, list$); return this.part.seen; }
    }
    export class Part {
      constructor() { this.seen = []; this.name = 'part'; }
      _two(one, is) { const { name } = this; this.seen.push({ name, one, is }); }
    }`);
  expect(text).not.toMatch(/_one|_two/);
  const { Owner, Part } = exports as Record<
    string,
    new (part?: unknown) => { run(...given: unknown[]): unknown }
  >;
  expect(new Owner(new Part()).run(['a', 'b'], 'b')).toEqual([{ name: 'part', one: 'b', is: true }]);
});

describe('where others have a method of that name, too', () => {
  const code = (given: string): string => `
    export class Other { _one() { return 5; } }
    export class Part {
      constructor() { this.seen = 0; }
      _one(a = 100, b = this.seen) { this.seen += a + b; return this.seen; }
    }
    export class Owner {
      run(other, part) {
        const before = other._one();
        const found = part._one(${given});
        return [before, found, part.seen];
      }
    }`;
  const held = (given: string) => madeBy([inPlace('_one', 'Part', ['part'])], code(given), true);

  test('that of one class is moved, which is given all that it takes', async () => {
    const { text, exports } = await held('2, before');
    expect(text.match(/_one\(/g)).toHaveLength(2);
    expect(text).not.toContain('undefined');
    const { Owner, Other, Part } = exports as Record<string, new () => object>;
    const owner = new Owner() as { run(other: object, part: object): unknown };
    expect(owner.run(new Other(), new Part())).toEqual([5, 7, 7]);
  });

  test('it is not moved where an argument is missing', async () => {
    await expect(held('2')).rejects.toThrow('the steps of _one cannot stand');
  });
});

describe('it is an error', () => {
  test.each([
    ['that is called twice', 'run() { this._one(); this._one(); } _one() { this.a = 1; }'],
    ['that is not called', 'run() { return this._one; } _one() { this.a = 1; }'],
    ['in a loop’s condition', 'run() { while (this._one()) this.a = 2; } _one() { return this.a; }'],
    ['behind what is evaluated', 'run() { return this.a() + this._one(); } _one() { return 1; }'],
    ['in the half of a condition', 'run() { return this.a ? this._one() : 2; } _one() { return 1; }'],
    ['that takes its parameters apart', 'run(a) { this._one(a); } _one({ b }) { this.b = b; }'],
    ['that reads what is something else there', 'run(top) { this._one(top); } _one() { this.b = top; }'],
  ])('to move a method %s', async (_what, members) => {
    await expect(made(`const top = 1; export class Some { ${members} }`)).rejects.toThrow(
      'the steps of _one cannot stand',
    );
  });
});
