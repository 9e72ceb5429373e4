import { type Plugin, rollup } from 'rollup';
import { describe, expect, test } from 'vitest';

const { inPlace } = (await import('../../tools/in-place.mjs' as string)) as {
  inPlace(name: string): Plugin;
};

/** The chunk that the plugin makes of one module, and what the module exports. */
async function made(code: string): Promise<{ text: string; exports: Record<string, unknown> }> {
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({
    input: 'entry',
    plugins: [entry, ...['_one', '_two', '_none'].map(inPlace)],
  });
  const { output } = await bundle.generate({ format: 'es' });
  const text = output[0].code;
  return {
    text,
    exports: (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<string, unknown>,
  };
}

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

describe('it is an error', () => {
  test.each([
    ['that is called twice', 'run() { this._one(); this._one(); } _one() { this.a = 1; }'],
    ['that returns something', 'run() { this._one(); } _one() { return 1; }'],
    ['whose value is used', 'run() { return this._one(); } _one() { this.a = 1; }'],
    ['that has a variable', 'run() { this._one(); } _one() { const a = 1; this.a = a; }'],
    ['that has a function', 'run() { this._one(); } _one() { this.a = () => 1; }'],
    ['of another object', 'run(other) { other._one(); } _one() { this.a = 1; }'],
    [
      'that is given what is to be evaluated',
      'run(a) { this._one(a()); } _one(a) { this.a = a; this.b = a; }',
    ],
    ['that is not given all', 'run() { this._one(); } _one(a) { this.a = a; }'],
  ])('to move a method %s', async (_what, members) => {
    await expect(made(`export class Some { ${members} }`)).rejects.toThrow('the steps of _one cannot stand');
  });
});
