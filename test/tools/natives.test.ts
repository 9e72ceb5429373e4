import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

const { natives } = (await import('../../tools/bundle/natives.mjs' as string)) as {
  natives(often: readonly string[]): Plugin;
};

/** The chunk that the plugin makes of one module. */
async function made(code: string): Promise<string> {
  const entry = { name: 'entry', resolveId: (id: string) => (id === 'entry' ? id : false), load: () => code };
  const bundle = await rollup({ input: 'entry', external: /^ringlet/, plugins: [entry, natives(['mask'])] });
  const { output } = await bundle.generate({ format: 'es' });
  return output[0].code.replaceAll(/\s+/g, ' ').trim();
}

test('what is called often is a constant, all else is looked up; surplus arguments are left out', async () => {
  const text = await made(`
    import * as all from 'ringlet/natives';
    import { mask as copyMasked } from 'ringlet/natives';
    const { trim, statusOf: status } = all;
    export const moved = (a, b) => copyMasked(a, 0, b, 0, 9, 0, a.words, a);
    export const text = (lines) => lines.map(trim);
    export const code = (line) => status(line, line.length) + { trim: 1 }.trim;
    export const proof = all;`);
  expect(text).toContain("import * as all from 'ringlet/natives';");
  expect(text.match(/\bimport\b/g)).toHaveLength(1);
  expect(text).toContain('const { mask } = all;');
  expect(text).toContain('mask(a, 0, b, 0, 9, 0)');
  expect(text).toContain('lines.map(all.trim)');
  expect(text).toContain('all.statusOf(line) + { trim: 1 }.trim');
});

test('the source of randomness is given nothing', async () => {
  const text = await made(`
    import { mask } from 'ringlet/natives';
    import { word } from 'ringlet/random';
    export const key = (source) => mask(word(source.of.it));`);
  expect(text).toContain('mask(word())');
});

test('an argument that does something stays', async () => {
  const text = await made(`
    import { trim } from 'ringlet/natives';
    export const both = (line) => trim(line, line.next());`);
  expect(text).toContain('natives.trim(line, line.next())');
});

test('a module without natives is left alone', async () => {
  expect(await made('export const trim = (text) => text;')).toBe(
    'const trim = (text) => text; export { trim };',
  );
});

test('a name that means something else, too, is an error', async () => {
  await expect(
    made(`
      import { trim } from 'ringlet/natives';
      export const cut = (lines) => lines.map((trim) => trim.length).concat(trim(''));`),
  ).rejects.toThrow('trim is something else, too');
});
