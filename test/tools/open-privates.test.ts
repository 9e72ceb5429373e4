import { type Plugin, rollup } from 'rollup';
import { describe, expect, test } from 'vitest';

const { lentField, openPrivates } = (await import('../../tools/bundle/open-privates.mjs' as string)) as {
  lentField(by: string, name: string): Plugin;
  openPrivates(names: readonly string[], lender?: { by: string; field: string }): Plugin;
};

const NAMES = ['LN2', 'LN10', 'SQRT2'];

async function made(
  code: string,
  plugin = openPrivates(NAMES),
): Promise<{ text: string; exports: Record<string, unknown> }> {
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({ input: 'entry', plugins: [entry, plugin], treeshake: false });
  const { output } = await bundle.generate({ format: 'es' });
  const text = output[0].code;
  return {
    text,
    exports: (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<string, unknown>,
  };
}

interface Counter {
  readonly value: number;
  count(): number;
}

const COUNTER = `
  export class Counter {
    #step;
    #value = 3;
    constructor(step) { this.first = this.#value; this.#step = step; }
    get value() { return this.#value; }
    count() { return (this.#value += this.#step); }
  }
  export class Twice extends Counter { constructor() { super(2); } }`;

test('private members do what they did by other names, the shortest for what is used most', async () => {
  const { text, exports } = await made(COUNTER);
  expect(text).not.toContain('#');
  const { Counter, Twice } = exports as {
    Counter: new (step: number) => Counter & { first: number };
    Twice: new () => Counter;
  };
  const counter = new Counter(4);
  expect([counter.first, counter.count(), counter.count(), counter.value]).toEqual([3, 7, 11, 11]);
  const twice = new Twice();
  expect([twice.count(), twice.value]).toEqual([5, 5]);
  expect(counter).toMatchObject({ LN2: 11, LN10: 4 });
});

test('a field has no function of its own: the constructor makes it, first of all', async () => {
  const { text } = await made(COUNTER);
  expect(text).toMatch(/constructor\(step\) \{\s*this\.LN2 = 3;\s*this\.first/);
  expect(text).not.toMatch(/^\s*LN(?:2|10)\b/m);
});

test('methods and static members are opened where they stand, and a field that is more than a literal stays', async () => {
  const { text, exports } = await made(`
    export class Some {
      static #made = 0;
      #list = [Some.#add()];
      static #add() { return ++Some.#made; }
      constructor() { this.all = this.#list; }
    }`);
  expect(text).toMatch(/LN10 = \[Some\.SQRT2\(\)\];/);
  const { Some } = exports as { Some: new () => { all: number[] } };
  expect([new Some().all, new Some().all]).toEqual([[1], [2]]);
});

describe('a member that a class lends', () => {
  const LENDER = { by: 'partOf', field: 'part' };
  const lending = (members: string): string => `
    export class Some {
      #often = 1;
      #part;
      constructor(part) { this.#part = part; }
      count() { this.#often += this.#often * this.#often; return this.#often; }
      ${members}
    }`;

  test('has the first name, by which others find it: the method for it is gone', async () => {
    const { exports } = await made(
      lending('static partOf(some) { return some.#part; }'),
      openPrivates(NAMES, LENDER),
    );
    const { Some } = exports as { Some: new (part: number) => { count(): number } };
    expect('partOf' in Some).toBe(false);
    const some = new Some(7);
    expect(some.count()).toBe(2);
    const user = await made(
      'export const use = (Some, some) => Some.partOf(some.own);',
      lentField('partOf', 'LN2'),
    );
    expect((user.exports['use'] as (a: unknown, b: unknown) => number)(Some, { own: some })).toBe(7);
  });

  test('has to be lent by it', async () => {
    await expect(made(lending(''), openPrivates(NAMES, LENDER))).rejects.toThrow('partOf does not lend part');
    await expect(
      made(
        lending('static partOf(some) { return some.#part; } first() { return Math.LN2; }'),
        openPrivates([...NAMES, 'PI'], LENDER),
      ),
    ).rejects.toThrow('partOf does not lend part');
  });
});

describe('refuses', () => {
  test('to run out of names', async () => {
    const members = ['a', 'b', 'c', 'd'].map((name) => `#${name} = 1;`).join(' ');
    await expect(made(`export class Some { ${members} constructor() {} }`)).rejects.toThrow(
      'there are more private names than others',
    );
  });

  test('a name that the module has', async () => {
    await expect(
      made('export class Some { #a = 1; #b = 2; #c = 3; constructor() { this.x = Math.LN2; } }'),
    ).rejects.toThrow('there are more private names than others');
  });

  test('who asks whether an object has a member', async () => {
    await expect(made('export class Some { #a = 1; static is(x) { return #a in x; } }')).rejects.toThrow(
      'who has #a is asked for',
    );
  });
});
