/** package.json, as Moddable's mcpack and TypeScript under the condition `moddable` read it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';
import { describe, expect, test } from 'vitest';
import { buildOf, importsOf, resolveTarget, type Package } from './support/manifest.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const pkg = JSON.parse(readFileSync(path('package.json'), 'utf8')) as Package;

/** Entries that an app on a device can import. */
const entries = Object.entries(pkg.exports).filter(([, target]) =>
  JSON.stringify(target).includes('"moddable"'),
);

/** The names that a file exports: of values, or of types alone. */
function exportsOf(file: string, kind: 'values' | 'types' = 'values'): string[] {
  const program = typescript.createProgram([file], {
    allowJs: true,
    // Only names are asked for: the types of the language would take a second for each file.
    noLib: true,
    noResolve: false,
    module: typescript.ModuleKind.ESNext,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    target: typescript.ScriptTarget.ES2022,
    types: [],
  });
  const checker = program.getTypeChecker();
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  return checker
    .getExportsOfModule(symbol)
    .filter((one) => {
      const target = one.flags & typescript.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one;
      const isValue = (target.flags & typescript.SymbolFlags.Value) !== 0 || target.flags === 0;
      return isValue === (kind === 'values');
    })
    .map(({ name }) => name)
    .sort();
}

describe('mcpack', () => {
  test('finds a manifest that is an object, and that includes the library', () => {
    expect(pkg.moddable.manifest).toEqual({ include: ['./manifests/manifest.json'] });
  });

  test('resolves every import of ours to the file that the manifest has under that name', () => {
    const { modules } = buildOf(path('manifests/manifest_deflate.json'), 'esp32');
    let count = 0;
    for (const [name, source] of modules)
      if (/^ringlet(\/|$)/.test(name))
        for (const specifier of new Set(
          importsOf(`${source}.js`).filter((one) => /^ringlet(\/|$)/.test(one)),
        )) {
          const subpath = specifier.replace('ringlet', '.');
          expect(path(resolveTarget(pkg.exports[subpath])!)).toBe(`${modules.get(specifier)}.js`);
          count++;
        }
    // By ringlet its natives and random source; by deflate its natives and ringlet; by ws ringlet.
    expect(count).toBe(5);
  });

  test('is told of files by the app, as the guide has it', () => {
    const [, json] = /`ringlet\/file-store` needs a line.*?```json\n(.*?)```/su.exec(
      readFileSync(path('docs/device.md'), 'utf8'),
    )!;
    const app = JSON.parse(readFileSync(path('test/moddable/mcpack-outbox/package.json'), 'utf8')) as Package;
    expect({ moddable: app.moddable }).toEqual(JSON.parse(json!));
    // What the library's own manifest for an outbox in files has, too.
    const { include } = JSON.parse(readFileSync(path('manifests/manifest_file_store.json'), 'utf8')) as {
      include: string[];
    };
    expect(include).toEqual(expect.arrayContaining(app.moddable.manifest.include as string[]));
  });

  test.each(entries)('%s is a file under the condition moddable, and is published', (_, target) => {
    const file = resolveTarget(target)!;
    expect(file).toMatch(/^\.\/(dist\/moddable|manifests)\/.*\.js$/);
    expect(pkg.files).toContain(file.split('/')[1]);
  });
});

describe('types under the condition moddable', () => {
  const typed = entries.filter(([, target]) => JSON.stringify(target).includes('types'));

  test('are there for every entry', () => expect(typed).toEqual(entries));

  test.each(typed)('%s: they name what the module exports, no more and no less', (_, target) => {
    const types = path(resolveTarget(target, ['moddable', 'types'])!);
    expect(types.endsWith('.d.ts')).toBe(true);
    expect(exportsOf(types)).toEqual(exportsOf(path(resolveTarget(target)!)));
  });

  // An app in TypeScript names the type of its options, on a device as on Node. The portable class has them in '.' already.
  test.each(
    entries.filter(([name, target]) => name !== '.' && 'types' in (target as object)).map(([name]) => [name]),
  )('%s: they have the types that it has on Node', (name) => {
    const typesOf = (conditions: string[]): string[] =>
      exportsOf(path(resolveTarget(pkg.exports[name], conditions)!), 'types');
    // The store in files is a module of its own on a device.
    const onNode = typesOf(['types']).filter((one) => one !== 'FileStoreOptions');
    expect(typesOf(['moddable', 'types'])).toEqual(expect.arrayContaining(onNode));
  });

  test('the shared specifiers have them, too', () => {
    for (const name of ['websocket-client', 'ws-client'])
      expect(readFileSync(path(`manifests/${name}.d.ts`), 'utf8')).toContain("from 'ringlet'");
  });
});

test('no certificate is put into git or into the package', () => {
  const named = 'manifests/telemetry/certificates/gateway-ca.der';
  expect(execFileSync('git', ['check-ignore', named], { cwd: path('.'), encoding: 'utf8' }).trim()).toBe(
    named,
  );
  // What is named later wins: nothing may be added behind it.
  expect(pkg.files.at(-1)).toBe('!**/certificates');
  const made = ['manifests/telemetry', 'examples/phone'].map(
    (app) => `${app}/certificates/of-a-test-${process.pid}.pem`,
  );
  const hadFolder = made.map((name) => existsSync(path(dirname(name))));
  for (const name of made) {
    mkdirSync(path(dirname(name)), { recursive: true });
    writeFileSync(path(name), 'a secret');
  }
  try {
    const args = ['pack', '--dry-run', '--json', '--silent', '--ignore-scripts'];
    const [{ files }] = JSON.parse(execFileSync('npm', args, { cwd: path('.'), encoding: 'utf8' })) as [
      { files: { path: string }[] },
    ];
    const names = files.map((file) => file.path);
    expect(names).toContain('examples/phone/manifest.json');
    expect(names.filter((name) => name.includes('certificates'))).toEqual([]);
  } finally {
    for (const [at, name] of made.entries()) {
      rmSync(path(name));
      if (!hadFolder[at]) rmdirSync(path(dirname(name)));
    }
  }
});
