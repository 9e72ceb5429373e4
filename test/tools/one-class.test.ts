import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

const { oneClass } = (await import('../../tools/bundle/one-class.mjs' as string)) as {
  oneClass(leftOut?: readonly string[]): Plugin;
};

/** The chunk that the plugin makes of one module, and what the module exports. */
async function made(
  code: string,
  leftOut?: readonly string[],
): Promise<{ text: string; exports: Record<string, unknown> }> {
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({ input: 'entry', plugins: [entry, oneClass(leftOut)], treeshake: false });
  const { output } = await bundle.generate({ format: 'es' });
  const text = output[0].code;
  return {
    text,
    exports: (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<string, unknown>,
  };
}

const classesIn = (text: string): number => text.match(/\bclass \w+/g)?.length ?? 0;

test('a chain becomes one class, which does what the chain did', async () => {
  const { text, exports } = await made(`
    class First {
      begin(start) { const twice = 2 * start; this.steps = [twice]; }
      add(one) { this.steps.push(one); return this.steps.length; }
      get count() { return this.steps.length; }
      end() { this.steps.push('end'); }
    }
    class Second extends First {
      constructor() { super(); }
      begin(start) { super.begin(start); const twice = 'second'; this.steps.push(twice); }
      add(one) { const count = super.add(one); this.steps.push(count); return count; }
      end() { this.steps.push('second'); super.end(); }
      static from(made) { return made.count; }
    }
    class Third extends Second {
      constructor(start, more) { super(); this.begin(start); this.steps.push(more); }
      count_() { return Second.from(this); }
    }
    class Last extends Third {
      constructor(start, more) { super(start, more); this.steps.push('last'); }
      begin(start) { super.begin(start + 1); }
    }
    export const make = (start, more) => new Last(start, more);`);
  expect(classesIn(text)).toBe(1);
  const make = exports.make as (
    start: number,
    more: string,
  ) => { steps: unknown[]; add(one: string): number; count: number; count_(): number; end(): void };
  const one = make(3, 'more');
  expect(one.steps).toEqual([8, 'second', 'more', 'last']);
  expect(one.add('x')).toBe(5);
  expect(one.steps).toEqual([8, 'second', 'more', 'last', 'x', 5]);
  one.end();
  expect(one.steps.slice(6)).toEqual(['second', 'end']);
  expect(one.count).toBe(8);
  expect(one.count_()).toBe(8);
});

test('what is used by itself, is extended twice, or has fields, stays a class', async () => {
  const { text, exports } = await made(`
    class Used { one() { return 1; } }
    class Heir extends Used { two() { return 2; } }
    class Twice { three() { return 3; } }
    class Left extends Twice { four() { return 4; } }
    class Right extends Twice { five() { return 5; } }
    class Fields { #six = 6; six() { return this.#six; } }
    class Over extends Fields { seven() { return 7; } }
    export const all = [new Used(), new Heir(), new Left(), new Right(), new Over()];
    export const isUsed = (one) => one instanceof Used;`);
  expect(classesIn(text)).toBe(7);
  const [used, heir, left, right, over] = exports.all as Record<string, () => number>[];
  expect((exports.isUsed as (one: unknown) => boolean)(heir)).toBe(true);
  expect([used?.one?.(), heir?.one?.(), heir?.two?.()]).toEqual([1, 1, 2]);
  expect([left?.three?.(), left?.four?.(), right?.three?.(), right?.five?.()]).toEqual([3, 4, 3, 5]);
  expect([over?.six?.(), over?.seven?.()]).toEqual([6, 7]);
});

test('constructors that cannot be one are an error', async () => {
  await expect(
    made(`
      class First { constructor(one) { this.one = one; } }
      class Last extends First { constructor(two) { super(two + 1); } }
      export const last = new Last(1);`),
  ).rejects.toThrow('the constructor of First cannot be that of Last');
});

test('what nobody asks for is left out, and what only that called', async () => {
  const { text, exports } = await made(
    `
    class First { pause() { this.first = true; } go() { return 1; } }
    class Last extends First { pause() { this.last = true; super.pause(); } go() { return 1 + super.go(); } }
    export const last = new Last();`,
    ['pause'],
  );
  expect(text).not.toContain('pause');
  expect(text).not.toContain('first');
  expect((exports.last as { go(): number }).go()).toBe(2);
});
