import { type Plugin, rollup } from 'rollup';
import { expect, test } from 'vitest';

const { absent } = (await import('../../tools/bundle/absent.mjs' as string)) as {
  absent(objects: readonly string[], names: readonly string[]): Plugin;
};

async function made(code: string): Promise<string> {
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({
    input: 'entry',
    plugins: [entry, absent(['this._host', 'host'], ['defer'])],
  });
  const { output } = await bundle.generate({ format: 'es' });
  return output[0].code.replaceAll(/\s+/g, ' ');
}

test('what is not there is undefined, and all else stays', async () => {
  const text = await made(
    `export class Some {
    one(host) { return host.defer || host.later || this.other.defer || this._host.defer?.(1) ?? 2; }
    two() { const { defer, later } = this._host; return defer ? defer(1) : { later, defer: this.defer }; }
  }`.replace('|| this._host.defer?.(1) ?? 2', '|| (this._host.defer?.(1) ?? 2)'),
  );
  expect(text).toContain('return undefined || host.later || this.other.defer || (undefined ?? 2)');
  expect(text).toContain(
    'const { later } = this._host; return undefined ? undefined(1) : { later, defer: this.defer }',
  );
});
