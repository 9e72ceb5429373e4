import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

const { arrows } = (await import('../../tools/bundle/arrows.mjs' as string)) as { arrows: Plugin };

/** The chunk that the plugin makes of one module, and what the module exports. */
async function made(code: string): Promise<{ text: string; exports: Record<string, unknown> }> {
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({ input: 'entry', plugins: [entry, arrows] });
  const { output } = await bundle.generate({ format: 'es' });
  const text = output[0].code;
  return {
    text,
    exports: (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<string, unknown>,
  };
}

test('a function has no prototype, and does what it did', async () => {
  const { exports } = await made(`
    export function sum(a, b = 2, ...rest) { return rest.reduce((all, one) => all + one, a + b); }
    export async function later() { return 1; }`);
  const { sum, later } = exports as { sum(...all: number[]): number; later(): Promise<number> };
  expect(sum(1)).toBe(3);
  expect(sum(1, 4, 5, 6)).toBe(16);
  expect(await later()).toBe(1);
  expect(Object.hasOwn(sum, 'prototype')).toBe(false);
});

test('what is evaluated first finds functions that are declared behind it', async () => {
  const { exports } = await made(`
    export const early = made();
    function made() { return other() + 1; }
    function other() { return 1; }`);
  expect(exports.early).toBe(2);
});

test('a function that knows `this` or `arguments`, or stops halfway, stays what it is', async () => {
  const { exports } = await made(`
    export function self() { return this.value; }
    export function count() { return arguments.length; }
    export function* steps() { yield 1; yield 2; }`);
  const { self, count, steps } = exports as {
    self(this: { value: number }): number;
    count(...all: unknown[]): number;
    steps(): Iterable<number>;
  };
  expect(self.call({ value: 7 })).toBe(7);
  expect(count(1, 2, 3)).toBe(3);
  expect([...steps()]).toEqual([1, 2]);
});
