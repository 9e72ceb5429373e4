// Bundles TypeScript for Node 20, which does not read it: types are stripped and nothing else is looked at.
import { readFileSync, statSync, writeFileSync } from 'node:fs';

/** Whether `file` is there and younger than all that it was made of, which is noted beside it. */
function isMade(file) {
  try {
    const made = statSync(file).mtimeMs;
    const sources = JSON.parse(readFileSync(`${file}.sources.json`, 'utf8'));
    return sources.length > 0 && sources.every((source) => statSync(source).mtimeMs < made);
  } catch {
    return false;
  }
}

/** Bundles the module `input` into `file`, with a source map for stack traces, unless that is done. */
export async function bundle(input, file) {
  if (isMade(file)) return;
  // Loaded only now: together they take longer than most of what is run.
  const [{ rollup }, { default: typescript }] = await Promise.all([import('rollup'), import('typescript')]);
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
  writeFileSync(`${file}.sources.json`, JSON.stringify([...build.watchFiles, import.meta.filename]));
}
