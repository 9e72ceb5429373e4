// Brings src/deflate under Node without a build: compiles it in memory as the build does, constant enums in place.
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import ts from 'typescript';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

/** All that `inputs` lead to, JavaScript by the path of its source. */
function compile(inputs, root) {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noEmit: false, verbatimModuleSyntax: false, types: [] },
    root,
  );
  const program = ts.createProgram(inputs, { ...options, allowImportingTsExtensions: true, noCheck: true });
  const compiled = new Map();
  program.emit(undefined, (_path, code, _mark, _error, [source]) => compiled.set(source.fileName, code));
  return compiled;
}

/**
 * One module that exports what `names` do.
 *
 * @param {string[]} names files of src/deflate
 * @param {string} root the package
 */
export async function bundle(names, root = folder('..')) {
  const inputs = names.map((name) => fileURLToPath(new URL(`src/deflate/${name}`, `file://${root}/`)));
  const compiled = compile(inputs, root.replace(/\/$/, ''));
  const entry = '\0entry';
  const inMemory = {
    name: 'in-memory',
    resolveId: (source) => (source === entry ? entry : null),
    load: (id) =>
      id === entry
        ? inputs.map((path) => `export * from ${JSON.stringify(path)};`).join('\n')
        : (compiled.get(id) ?? null),
  };
  const { generate } = await rollup({ input: entry, plugins: [inMemory] });
  const { output } = await generate({ format: 'es' });
  return output[0].code;
}

/** @param {string[]} names files of src/deflate */
export async function load(names) {
  return import(`data:text/javascript,${encodeURIComponent(await bundle(names))}`);
}
