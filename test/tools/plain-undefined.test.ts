import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

const { plainUndefined } = (await import('../../tools/plain-undefined.mjs' as string)) as {
  plainUndefined: Plugin;
};

test('void 0 is undefined again, wherever it stands, and nothing else has changed', async () => {
  const code = `export const text = 'void 0';
    export const other = void 1;
    export const given = [void 0, { a: void 0 }, /void 0/.source];
    export function none(one = void 0) { if (one === void 0) return void 0; return typeof void 0; }`;
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({ input: 'entry', plugins: [entry], treeshake: false });
  const { output } = await bundle.generate({ format: 'es', plugins: [plainUndefined] });
  const plain = output[0].code;
  expect(plain.match(/void 0/g)).toHaveLength(2);
  expect(plain.match(/undefined/g)).toHaveLength(6);
  const made = (await import(`data:text/javascript,${encodeURIComponent(plain)}`)) as {
    text: string;
    other: unknown;
    given: unknown[];
    none(one?: unknown): unknown;
  };
  expect(made.text).toBe('void 0');
  expect(made.other).toBe(undefined);
  expect(made.given).toEqual([undefined, { a: undefined }, 'void 0']);
  expect(made.none()).toBe(undefined);
  expect(made.none(1)).toBe('undefined');
});
