// Brings src/deflate under Node without a build step: bundles it in memory with the types taken off.
import { rollup } from 'rollup';
import ts from 'typescript';

const strip = {
  name: 'strip-types',
  transform(code, id) {
    if (!id.endsWith('.ts')) return null;
    const options = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    };
    return { code: ts.transpileModule(code, { compilerOptions: options }).outputText, map: null };
  },
};

/** @param {string[]} names files of src/deflate */
export async function load(names) {
  const modules = await Promise.all(
    names.map(async (name) => {
      const input = new URL(`../src/deflate/${name}`, import.meta.url).pathname;
      const bundle = await rollup({ input, plugins: [strip] });
      const { output } = await bundle.generate({ format: 'es' });
      return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
    }),
  );
  return Object.assign({}, ...modules);
}
