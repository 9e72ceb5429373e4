import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

const { natives } = (await import('../../tools/bundle/natives.mjs' as string)) as {
  natives(
    often: Readonly<Record<string, string>>,
    rare: Readonly<Record<string, number>>,
    call: string,
  ): Plugin;
};

const RARE = { newPart: 0, trim: 1, statusOf: 1, keyOf: 1 };

/** The chunk that the plugin makes of one module. */
async function made(code: string): Promise<string> {
  const entry = { name: 'entry', resolveId: (id: string) => (id === 'entry' ? id : false), load: () => code };
  const plugins = [entry, natives({ mask: 'mask', validate: 'scan' }, RARE, 'local')];
  const bundle = await rollup({ input: 'entry', external: /^ringlet/, plugins });
  const { output } = await bundle.generate({ format: 'es' });
  return output[0].code.replaceAll(/\s+/g, ' ').trim();
}

test('what is called often is a constant, all else is called by one; surplus arguments are left out', async () => {
  const text = await made(`
    import * as all from 'ringlet/natives';
    import { mask as copyMasked, validate } from 'ringlet/natives';
    const { trim, statusOf: status, newPart } = all;
    export const moved = (a, b) => copyMasked(a, 0, b, 0, 9, 0, a.words, a) + validate(a, 0, 1, 6);
    export const text = (lines) => lines.map((line) => trim(trim(line)));
    export const code = (line) => status(line, line.length) + { trim: 1 }.trim + newPart();
    export const proof = all;`);
  expect(text).toContain("import * as all from 'ringlet/natives';");
  expect(text.match(/\bimport\b/g)).toHaveLength(1);
  expect(text).toContain('const { mask, scan: validate, local: rare } = all;');
  expect(text).toContain('mask(a, 0, b, 0, 9, 0) + validate(a, 0, 1, 6)');
  expect(text).toContain('lines.map((line) => rare(rare(line, 1), 1))');
  expect(text).toContain('rare(line, 2) + { trim: 1 }.trim + rare(0)');
});

test('the proof of the opening handshake is made by natives', async () => {
  const text = await made(`
    import { trim } from 'ringlet/natives';
    export const key = function (words) { return trim(this._proof.keyOf(words)) + this._other.keyOf(words); };`);
  expect(text).toContain('rare(rare(words, 3), 1) + this._other.keyOf(words)');
});

test('who is called seldom is neither handed over nor called with less than it takes', async () => {
  const taken = (rest: string): Promise<string> =>
    made(`import { trim } from 'ringlet/natives'; export const f = (a) => ${rest};`);
  await expect(taken('a.map(trim)')).rejects.toThrow('trim is not called');
  await expect(taken('trim()')).rejects.toThrow('an argument of trim is missing');
  await expect(
    made(`import { unheard } from 'ringlet/natives'; export const f = () => unheard();`),
  ).rejects.toThrow('unheard is not called');
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
  expect(text).toContain('rare(line, line.next(), 1)');
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
