import type { Plugin } from 'rollup';
import { expect, test } from 'vitest';
import { madeBy } from './support/made.ts';

const { internalNames } = (await import('../../tools/bundle/internal-names.mjs' as string)) as {
  internalNames(names: readonly string[]): Plugin;
};

test('a property has another name wherever it is one; variables and what is looked up keep theirs', async () => {
  const { text, exports } = await madeBy(
    [internalNames(['memory', 'this.kept'])],
    `
    const memory = 4;
    export class Some { memory = 8; memory() { return this.kept; } constructor() { this.kept = 5; } }
    export const made = { memory, kept: 6, ['memory']: 7 };
    export const read = ({ memory }) => memory + made.memory + made['memory'] + made.kept;
    export const called = (some) => some?.memory();`,
    true,
  );
  const { Some, made, read, called } = exports as {
    Some: new () => Record<string, unknown>;
    made: Record<string, number>;
    read(from: unknown): number;
    called(some: unknown): number;
  };
  expect(made).toEqual({ _memory$: 4, kept: 6, memory: 7 });
  expect(read({ _memory$: 100 })).toBe(117);
  expect(called({ _memory$: () => 5 })).toBe(5);
  expect(Object.keys(new Some())).toEqual(['_memory$', '_kept$']);
  expect(text).toContain('const memory = 4');
});
