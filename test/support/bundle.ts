import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rollup, type Plugin } from 'rollup';
import typescript from 'typescript';

/** Strips the types and looks at nothing else, which is fast; types are checked elsewhere. */
const strip: Plugin = {
  name: 'strip-types',
  transform(source, id) {
    if (!id.endsWith('.ts')) return null;
    const compilerOptions = {
      target: typescript.ScriptTarget.ES2022,
      module: typescript.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    };
    return { code: typescript.transpileModule(source, { compilerOptions }).outputText, map: null };
  },
};

/** Bundles the TypeScript module `input` into one file, which leaves out what is `external`; returns its path. */
export async function bundle(input: string, external = /^node:/): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'ringlet-')), 'bundle.mjs');
  const build = await rollup({ input, external, plugins: [strip], logLevel: 'silent' });
  await build.write({ file, format: 'es' });
  await build.close();
  return file;
}
