import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

interface Names {
  readonly internal: Set<string>;
  readonly foreign: Set<string>;
}

interface Question {
  readonly entries: string[];
  readonly modules?: string[];
  readonly contract?: string[];
  readonly opaque?: string[];
}

const { prototypeMethods } = (await import('../../tools/prototype-methods.mjs' as string)) as {
  prototypeMethods(isOpen: (name: string) => boolean): Plugin;
};
const { shortNames } = (await import('../../tools/short-names.mjs' as string)) as {
  shortNames(namesOf: () => Names): Plugin;
};
const { internalNames } = (await import('../../tools/internal-names.mjs' as string)) as {
  internalNames(question: Question): Names;
};

/** The plugin, told that these names are internal and those are not. */
const plugin = (internal: string[], foreign: string[] = []): Plugin =>
  shortNames(() => ({ internal: new Set(internal), foreign: new Set(foreign) }));

/** What becomes of the module `code`. */
async function build(code: string, short: Plugin): Promise<string> {
  const module: Plugin = { name: 'module', resolveId: (id) => id, load: () => code };
  const bundle = await rollup({
    input: 'module.js',
    treeshake: false,
    plugins: [module, prototypeMethods(() => false)],
  });
  const { output } = await bundle.generate({ format: 'es', plugins: [short] });
  return output[0].code.trim();
}

test('every place of a property is renamed, and nothing else of that name', async () => {
  const code = `
const size = 1;
class Box {
  size = size;
  static size = size;
  get area() { return this.size * this?.size; }
  set area(area) { this.size = area; }
  #fold(size) { return { size: { area: size }, [size]: size }; }
  fold() { size: for (;;) break size; return this.#fold(size).size; }
}
export { Box, size };`;
  expect(await build(code, plugin(['size', 'area']))).toBe(
    `
const size = 1;
class Box {
  a = size;
  static a = size;
  get b() { return this.a * this?.a; }
  set b(area) { this.a = area; }
  c(size) { return { a: { b: size }, [size]: size }; }
  fold() { size: for (;;) break size; return this.c(size).a; }
}

export { Box, size };`.trim(),
  );
});

test('shorthand is written out, in literals and patterns', async () => {
  const code = `
const make = (left, right) => ({ left, right, left });
const take = ({ left, right = 2, other, ...rest }) => left;
const { left = 1, right: { other } } = make(1, 2);
export { make, take, left, other };`;
  expect(await build(code, plugin(['left', 'right']))).toBe(
    `
const make = (left, right) => ({ a: left, b: right, a: left });
const take = ({ a: left, b: right = 2, other, ...rest }) => left;
const { a: left = 1, b: { other } } = make(1, 2);

export { left, make, other, take };`.trim(),
  );
});

test('the most frequent have the shortest, one run as the other', async () => {
  const rare = Array.from({ length: 60 }, (_, at) => `rare${at}`);
  const code = `export const run = (o) => [${[...rare, 'often', 'often'].map((name) => `o.${name}`).join()}];`;
  const once = await build(code, plugin([...rare, 'often']));
  expect(once).toContain('o.a,o.a]');
  expect(once).toMatch(/o\.aa,/);
  expect(await build(code, plugin(['often', ...rare.reverse()]))).toBe(once);
});

test('no short name is the name of anything else', async () => {
  const code = 'export const run = (o) => o.mine + o.a + o.yours + o.c;';
  expect(await build(code, plugin(['mine', 'yours'], ['b', 'd']))).toBe(
    'const run = (o) => o.e + o.a + o.f + o.c;\n\nexport { run };',
  );
  // Nor that of a name which gets a short one itself.
  expect(await build('export const run = (o) => o.b + o.mine;', plugin(['b', 'mine']))).toContain(
    '(o) => o.a + o.c;',
  );
});

test('bundles that share it have the same names', async () => {
  const short = plugin(['memory', 'sending', 'own', 'other'], ['write']);
  expect(await build('export const f = (o) => o.memory + o.sending + o.memory + o.other;', short)).toContain(
    '(o) => o.a + o.c + o.a + o.b;',
  );
  expect(
    await build('export const g = ({ sending }, o) => o.own + o.own + o.own + o.memory + o.write;', short),
  ).toContain('({ c: sending }, o) => o.d + o.d + o.d + o.a + o.write;');
  await expect(build('export const h = (o) => o.b;', short)).rejects.toThrow(
    'module.js: the property b has the short name of another, in a bundle before it',
  );
});

test('a string that is the name of a renamed property stops the build', async () => {
  const sentence = "module.js: the property mine has a short name, but there is a string 'mine'";
  for (const code of [
    "export const f = (o) => 'mine' in o && o.mine;",
    "export const f = (o) => o['mine'] ?? o.mine;",
    'export const f = (o) => o[`mine`] ?? o.mine;',
    "export const f = (o) => ({ 'mine': o.mine });",
  ])
    await expect(build(code, plugin(['mine']))).rejects.toThrow(sentence);
});

/** The names in TypeScript modules, `index.ts` of which is the entry. */
function namesIn(files: Record<string, string>, question: Partial<Question> = {}): Names {
  const folder = mkdtempSync(join(tmpdir(), 'ringlet-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const at = (name: string) => join(folder, name);
  const modules = (question.modules ?? []).map(at);
  return internalNames({ ...question, entries: [at('index.ts')], modules });
}

const internalIn = (text: string, question?: Partial<Question>) =>
  [...namesIn({ 'index.ts': text }, question).internal].sort();

test('what exported types lead to is not internal', () => {
  const text = `
interface Hidden { hidden: number; shared: number }
interface Deep { deep: Map<string, Inner> }
interface Inner { inner?: string }
interface Options { option?: number; onEvent?(this: Api, deep: Deep): void }
class Engine { engine = 1; protected shared = 2; private secret = 3; run() { return this.engine + this.shared; } }
export class Api {
  #engine = new Engine();
  static constant = 1;
  declare kept: number;
  constructor(_options: Options) {}
  method({ seen }: { seen: number }): readonly [Inner] { return [{ inner: String(this.#engine.run() + seen) }]; }
}
export type Alias = { aliased: Partial<Record<'keyed', { value: 1 }>> };`;
  expect(internalIn(text)).toEqual(['engine', 'hidden', 'run', 'secret', 'shared']);
});

test('what is opaque, and what foreign objects have, is as it is told', () => {
  const text = `
interface Factory { create(): Product }
interface Product { produce(): void }
interface Foreign { theirs: number; nested: { more: number } }
export interface Options { factory: Factory }
export const use = (it: unknown) => (it as Foreign).theirs;`;
  expect(internalIn(text, { opaque: ['Factory'] })).toEqual([
    'create',
    'more',
    'nested',
    'produce',
    'theirs',
  ]);
  expect(internalIn(text, { opaque: ['Factory'], contract: ['Foreign'] })).toEqual(['create', 'produce']);
  expect(internalIn(text)).toEqual(['more', 'nested', 'theirs']);
  expect(() => internalIn(text, { contract: ['Forein'] })).toThrow('no module declares Forein');
});

test('names of the language and of foreign modules are kept where they are used', () => {
  const names = namesIn(
    {
      'modules.d.ts': `declare module 'their' { export default class Their { start(): { stop: number } } }`,
      'index.ts': `
class Own {
  length = 1; at = 2; subarray = 3; start = 4; stop = 5; any = 6; value = 7; own = 8; anything = 9; unknown = 10; end = 11;
}
declare const some: any;
declare function take(it: unknown): void;
export function run(bytes: Uint8Array): void {
  const own = new Own();
  const { length } = bytes;
  bytes.subarray(length + own.at);
  some.any();
  some.call({ anything: own.own });
  take({ unknown: 1 });
  Object.defineProperty(own, Symbol(), { value: own.end });
}`,
    },
    { modules: ['modules.d.ts'] },
  );
  expect([...names.internal].sort()).toEqual(['at', 'end', 'own']);
});

test('names that go by a string are kept; if the string can be any, that is said', () => {
  const own = 'class Own { one = 1; two = 2; three = 3; four = 4; five = 5 }\n';
  const text = `${own}
export function run(given: object, key: 1): void {
  const own = given as Own;
  for (const name of ['one'] as ('one' | 'two')[]) own[name]++;
  if ('three' in own) own[('fo' + 'ur') as 'four']++;
  [own][key].five++;
}`;
  expect(internalIn(text)).toEqual(['five']);
  expect(() =>
    internalIn(`${own}export const run = (it: object, key: string) => (it as Record<string, Own>)[key].one;`),
  ).toThrow(/index\.ts:2: key can name any property: give it a type$/);
});

test('destructuring without a declaration stops the build', () => {
  for (const statement of [
    '({ length } = bytes);',
    '[{ length }] = [bytes];',
    'for ({ length } of [bytes]);',
  ])
    expect(() =>
      internalIn(`export function run(bytes: Uint8Array): void {\nlet length;\n${statement}\n}`),
    ).toThrow(/index\.ts:3: .* may look into an object of the language: declare what it assigns to$/);
});

test('an open class of ours has no short name in it, and the engine below has', () => {
  const { internal, foreign } = internalNames({
    entries: ['hosts/moddable/index.ts', 'hosts/moddable/deflate.ts'],
    modules: ['hosts/moddable/modules.d.ts'],
    contract: ['HostTimer', 'TimerId', 'ByteStreamCallbacks'],
    opaque: ['CompressionFactory'],
  });
  for (const name of ['memory', 'sending', 'onData', 'offer', 'fitting'])
    expect(internal, name).toContain(name);
  for (const name of [
    'errorId',
    'target',
    'onSpan',
    'schedule',
    'address',
    'from',
    'retryAfter',
    'threshold',
  ])
    expect(foreign, name).toContain(name);
});
