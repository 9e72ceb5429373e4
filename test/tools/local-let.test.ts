import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

const { localLet } = (await import('../../tools/bundle/local-let.mjs' as string)) as { localLet: Plugin };

test('constants of functions become variables, those of the module do not, and each turn of a loop has its own', async () => {
  const code = `
    const two = 2;
    export const three = 3;
    export function fills() {
      const calls = [];
      for (const one of [1, two, three]) { const twice = 2 * one; calls.push(() => one + twice); }
      return calls.map((call) => call());
    }`;
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({ input: 'entry', plugins: [entry, localLet] });
  const { output } = await bundle.generate({ format: 'es' });
  const text = output[0].code;
  expect(text.match(/\b(?:const|let) \w+/g)).toEqual([
    'const two',
    'const three',
    'let calls',
    'let one',
    'let twice',
  ]);
  const { fills } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    fills(): number[];
  };
  expect(fills()).toEqual([3, 6, 9]);
});
