import { type Plugin, rollup } from 'rollup';

/** The chunk that `plugins` make of one module, and what that exports. `all`: what nobody uses stays in it, too. */
export async function madeBy(
  plugins: readonly Plugin[],
  code: string,
  all = false,
): Promise<{ text: string; exports: Record<string, unknown> }> {
  const entry = { name: 'entry', resolveId: (id: string) => id, load: () => code };
  const bundle = await rollup({ input: 'entry', plugins: [entry, ...plugins], treeshake: !all });
  const { output } = await bundle.generate({ format: 'es' });
  const text = output[0].code;
  return {
    text,
    exports: (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as Record<string, unknown>,
  };
}
