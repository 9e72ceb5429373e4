import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

interface NameCache {
  props?: { readonly props: Readonly<Record<string, string>> };
}

const { knownNames, knownVariables } = (await import('../../tools/bundle/known-names.mjs' as string)) as {
  knownVariables(known: readonly string[]): { get(this: void, n: number): string };
  knownNames(cache: NameCache, isInternal: (name: string) => boolean, known: readonly string[]): Plugin;
};

async function see(plugin: Plugin, code: string): Promise<void> {
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({ input: 'entry', plugins: [entry, plugin], treeshake: false });
  const { output } = await bundle.generate({ format: 'es' });
  expect(output[0].code).toContain('export');
}

const isInternal = (name: string): boolean => name.startsWith('_');

/** A module with a member for each of `names`, which stands there as often as it says. */
const moduleWith = (names: Readonly<Record<string, number>>): string =>
  `export const all = [${Object.entries(names).map(([name, uses]) => `x => [${`x.${name}, `.repeat(uses)}]`)}];`;

test('members get names by how often they are used: one letter, or one that is known, the longest to the most seldom used', async () => {
  const cache: NameCache = {};
  await see(
    knownNames(cache, isInternal, ['later', 'io']),
    moduleWith({ _seldom: 1, _often: 9, open: 8, a: 3, _less: 2, _more: 5 }),
  );
  // `a` is somebody else's.
  expect(cache.props?.props).toEqual({ $_often: 'b', $_more: 'c', $_less: 'io', $_seldom: 'later' });
});

test('who is left over when all letters are used is left to others', async () => {
  const cache: NameCache = {};
  const names = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`_n${index}`, 60 - index]));
  await see(knownNames(cache, isInternal, ['io', 'dns', 'later']), moduleWith(names));
  const given = cache.props?.props ?? {};
  expect(Object.keys(given)).toHaveLength(54 + 3);
  expect(Object.entries(given).slice(-3)).toEqual([
    ['$_n57', 'io'],
    ['$_n58', 'dns'],
    ['$_n59', 'later'],
  ]);
  expect(given).not.toHaveProperty('$_n54');
  expect(new Set(Object.values(given)).size).toBe(57);
});

test('a known letter is given once', async () => {
  const cache: NameCache = {};
  const names = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`_n${index}`, 9 - index]));
  await see(knownNames(cache, isInternal, ['b', 'io', 'd']), moduleWith(names));
  expect(Object.values(cache.props?.props ?? {})).toEqual(['a', 'c', 'e', 'f', 'g', 'h', 'b', 'd', 'io']);
});

test('the first module decides for those behind it', async () => {
  const cache: NameCache = {};
  const plugin = knownNames(cache, isInternal, ['io']);
  await see(plugin, moduleWith({ _first: 1 }));
  await see(plugin, moduleWith({ _second: 1 }));
  expect(cache.props?.props).toEqual({ $_first: 'io' });
});

test('a property is counted wherever it is named, and nothing else is', async () => {
  const cache: NameCache = {};
  await see(
    knownNames(cache, isInternal, ['io', 'dns', 'later']),
    `export class Some { _field = 1; _method() { const { _taken } = this; return this[_local] + _taken; } }
     const _local = '_text'; export const made = { _key: 1, ['_computed']: _local };`,
  );
  expect(Object.keys(cache.props?.props ?? {}).sort()).toEqual(['$_field', '$_key', '$_method', '$_taken']);
});

test('variables have known names, the shortest first, behind the letters that members have; none is a word of the language', () => {
  // As terser has it, which is handed the function as text.
  const { get } = knownVariables(['later', 'of', 'io', 'NaN', 'w', 'c', 'as']);
  const text = String(get);
  const again = new Function('n', text.slice(text.indexOf('{') + 1, text.lastIndexOf('}'))) as typeof get;
  const names = Array.from({ length: 40 }, (_, n) => again(n));
  expect(names.slice(0, 6)).toEqual(['a', 'b', 'w', 'c', 'io', 'later']);
  expect(new Set(names).size).toBe(40);
  for (const name of names) expect(name).toMatch(/^[a-z_]\w*$/);
});
