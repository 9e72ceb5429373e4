// Bundles TypeScript for Node 20, which does not read it: types are stripped and nothing else is looked at.
import { rollup } from 'rollup';
import typescript from 'typescript';

/** Bundles the module `input` into `file`, with a source map for stack traces. */
export async function bundle(input, file) {
  const strip = {
    name: 'strip-types',
    transform(source, id) {
      if (!id.endsWith('.ts')) return null;
      const { outputText, sourceMapText } = typescript.transpileModule(source, {
        fileName: id,
        compilerOptions: {
          target: typescript.ScriptTarget.ES2022,
          module: typescript.ModuleKind.ESNext,
          verbatimModuleSyntax: true,
          sourceMap: true,
        },
      });
      return { code: outputText, map: JSON.parse(sourceMapText) };
    },
  };
  const build = await rollup({ input, external: /^node:/, plugins: [strip], logLevel: 'silent' });
  await build.write({ file, format: 'es', sourcemap: true });
  await build.close();
}
