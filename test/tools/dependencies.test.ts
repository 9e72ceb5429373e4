/** Every import is of a package that package.json names, and every package that it names is used. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies' | 'peerDependencies' | 'scripts',
  Readonly<Record<string, string>>
>;
const published = new Set(Object.keys({ ...pkg.dependencies, ...pkg.peerDependencies }));
const listed = new Set([...published, ...Object.keys(pkg.devDependencies)]);

/** What this repository has under git, but for packages of its own in folders of it. */
const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => !/^(tools\/artillery-engine-ringlet|test\/moddable\/mcpack)\//.test(file))
  .filter((file) => file !== '' && existsSync(join(root, file)));

/** Modules of devices and of apps in `manifests/`, which manifests name and no registry has. */
const ON_DEVICES =
  /^(embedded:.*|ringlet(:.*)?|app under test|logical|Resource|echo|file|gauge|mc|mqtt-client|mqtt-shape|page|publisher|sensors|system|telemetry|time|timer)$/;

/** The package that a specifier leads to; undefined for what is none. */
function packageOf(specifier: string): string | undefined {
  const first = specifier.split('/');
  const name = first.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const isOther = /^[./#]/.test(specifier) || specifier.startsWith('node:') || builtinModules.includes(name);
  return isOther || ON_DEVICES.test(name) ? undefined : name;
}

/** Packages by the files that import them. */
function importsOf(names: readonly string[]): Map<string, string[]> {
  const imports = new Map<string, string[]>();
  for (const file of names.filter((name) => /\.[cm]?[jt]s$/.test(name))) {
    const found = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
    for (const { fileName } of [...found.importedFiles, ...found.typeReferenceDirectives]) {
      const name = packageOf(fileName);
      if (name !== undefined) imports.set(name, [...(imports.get(name) ?? []), file]);
    }
  }
  return imports;
}

const imports = importsOf(files);

test('every package that is imported is named', () => {
  expect(imports.size).toBeGreaterThan(50);
  expect([...imports].filter(([name]) => !listed.has(name))).toEqual([]);
});

test('what is published imports only what is installed with it', () => {
  // Declarations of a device's modules are read by the compiler here, and by nobody else.
  const isPublished = (file: string): boolean => /^(src|hosts)\/.*(?<!\.d)\.[cm]?[jt]s$/.test(file);
  const sources = files.filter(isPublished);
  expect([...importsOf(sources)].filter(([name]) => !published.has(name))).toEqual([]);
});

/** The commands that a package brings. */
function commandsOf(name: string): string[] {
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
    readonly bin?: string | Readonly<Record<string, string>>;
  };
  return typeof bin === 'string' ? [name.replace(/^.*\//, '')] : Object.keys(bin ?? {});
}

/** Files in which a package is named that is not imported: what configures a tool, or runs its command. */
const others = files
  .filter((file) => /(\.(mjs|cjs|ts|json|yml|yaml)|rc|\.ci\/\w+)$/.test(file))
  .filter(
    (file) => !/^(package|package-lock)\.json$/.test(file) && !file.startsWith('test/tools/dependencies'),
  )
  .map((file) => readFileSync(join(root, file), 'utf8'));

/** Whether a configuration or a program names it, or its command is run. */
function isNamed(name: string): boolean {
  const escaped = name.replace(/^textlint-rule-/, '').replace(/[/.-]/g, '\\$&');
  const quoted = new RegExp(`['"\`](node_modules/)?(${escaped})(/[^'"\`]*)?['"\`]`);
  const commands = commandsOf(name).map((command) => command.replace(/[/.-]/g, '\\$&'));
  const run = new RegExp(`(^|\\bnpx |['"\`]|&& )(${commands.join('|') || '(?!)'})($|[ '"\`])`);
  return (
    Object.values(pkg.scripts).some((script) => run.test(script)) ||
    others.some((text) => quoted.test(text) || run.test(text))
  );
}

/** What is needed though nobody names it, by who needs it. */
const NEEDED: Readonly<Record<string, string>> = {
  tslib: '@rollup/plugin-typescript',
  '@vitest/coverage-v8': 'vitest',
};

test('every package that is named is used', () => {
  const unused = [...listed].filter((name) => {
    const typed = name.startsWith('@types/') ? name.slice('@types/'.length) : name;
    if (typed === 'node' || imports.has(typed) || imports.has(name)) return false;
    const asked = NEEDED[name];
    return asked === undefined ? !isNamed(name) : !imports.has(asked);
  });
  expect(unused).toEqual([]);
});
