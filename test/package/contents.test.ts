/** What is published: links that lead somewhere, nothing that nobody refers to, types that are true. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';
import { describe, expect, test } from 'vitest';
import { snippetsOf } from '../docs/support/markdown.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pkg = JSON.parse(read('package.json')) as Record<string, unknown>;

/** Paths of the files that npm would put into the package; it asks no registry. */
const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
const files = (JSON.parse(packed) as { files: { path: string }[] }[])[0].files.map(({ path }) => path);
const published = new Set(files);

const LINK = /\[(?:[^[\]]|\[[^\]]*\])*\]\((?!\w+:|#)([^)#\s]+)/g;

/** Files that the page at `path` links to. */
function linksOf(path: string): string[] {
  return [...read(path).matchAll(LINK)].map(([, target]) =>
    posix.join(posix.dirname(path), target).replace(/\/$/, ''),
  );
}

const isThere = (path: string): boolean =>
  published.has(path) || files.some((file) => file.startsWith(`${path}/`));

describe('pages', () => {
  test.each(files.filter((path) => path.endsWith('.md')))('the links of %s are in the package', (path) => {
    expect(linksOf(path).filter((target) => !isThere(target))).toEqual([]);
  });
});

describe('files', () => {
  /** Files that a file of the package names, so far as it is known how files of its kind do that. */
  function namedBy(path: string): string[] {
    const text = read(path);
    const at = (target: string): string => posix.join(posix.dirname(path), target);
    const found: string[] = [];
    for (const [, target] of text.matchAll(/["'`(]([\w.][^"'`)\s:]*)["'`)]/g))
      found.push(
        target,
        at(target),
        ...folder(at(target.replace(/\/$/, ''))),
        ...['.js', '.c', '.h', '.ts', '/manifest.json'].map((end) => `${at(target)}${end}`),
      );
    // A bare name is looked for by programs in the folder that they know.
    for (const [, name] of text.matchAll(/["'`]([\w-]+\.(?:mjs|cjs))["'`]/g))
      found.push(...files.filter((file) => posix.basename(file) === name));
    for (const [, target] of text.matchAll(/#include "([^"]+)"/g)) found.push(at(target));
    if (path.endsWith('.md')) for (const link of linksOf(path)) found.push(link, ...folder(link));
    if (/\.d\.ts$/.test(path)) found.push(...found.map((one) => one.replace(/\.js$/, '.d.ts')));
    if (path.endsWith('.js')) found.push(`${path}.map`, path.replace(/\.js$/, '.d.ts'));
    if (/\.c$/.test(path)) found.push(path.replace(/\.c$/, '.h'));
    return found;
  }

  /** All files of a folder that a page leads to. */
  function folder(path: string): string[] {
    return files.filter((file) => posix.dirname(file) === path || posix.dirname(file).startsWith(`${path}/`));
  }

  test('each is referred to by another one', () => {
    const beginnings = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md'];
    const strings = JSON.stringify([pkg.exports, pkg.bin, pkg.moddable]).matchAll(/"(\.?\/?[\w./-]+\.\w+)"/g);
    for (const [, path] of strings) beginnings.push(posix.normalize(path));
    const seen = new Set<string>();
    const waiting = [...beginnings, 'dist/cli.js'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path) || !published.has(path)) continue;
      seen.add(path);
      if (/\.(md|json|js|mjs|cjs|ts|c|h)$/.test(path)) waiting.push(...namedBy(path));
    }
    expect(files.filter((path) => !seen.has(path))).toEqual([]);
  });

  test('each exported one is there', () => {
    const targets = [...JSON.stringify(pkg.exports).matchAll(/"\.\/([^"]+\.\w+)"/g)].map(([, path]) => path);
    expect(targets.length).toBeGreaterThan(20);
    expect(targets.filter((path) => !published.has(path))).toEqual([]);
  });
});

describe('fields', () => {
  test.each(['license', 'description', 'keywords'])('%s is there', (name) => {
    expect(pkg[name]).toBeTruthy();
  });

  test('the types of Node are a peer that need not be there', () => {
    expect(pkg.peerDependencies).toHaveProperty('@types/node');
    expect(pkg.peerDependenciesMeta).toMatchObject({ '@types/node': { optional: true } });
  });

  test('the library itself needs nothing: what it depends on is imported by the command only', () => {
    const dependencies = Object.keys(pkg.dependencies as object);
    for (const path of files.filter((file) => /^dist\/.*\.js$/.test(file)))
      for (const [, name] of read(path).matchAll(/^(?:import|export) .* from '([a-z@][^':]*)';$/gm))
        if (dependencies.includes(name)) expect(path).toMatch(/^dist\/(cli|chunks\/.*|conformance)\.js$/);
  });
});

/** Files that others than the programs wrote, as they were parsed: all programs share them, and their options for parsing. */
const parsed = new Map<string, typescript.SourceFile | undefined>();

/** What TypeScript says of a program of a user's. */
function faultsOf(program: string, conditions: readonly string[], types: readonly string[]): string[] {
  const file = join(root, 'build', `user-${conditions.join('-')}.ts`);
  const options: typescript.CompilerOptions = {
    strict: true,
    noEmit: true,
    // Ours are looked at by the programs; Node's and TypeScript's own are many.
    skipLibCheck: types.length > 0,
    module: typescript.ModuleKind.ESNext,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    target: typescript.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.es2024.arraybuffer.d.ts'],
    customConditions: [...conditions],
    types: [...types],
  };
  const host = typescript.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    if (name === file) return typescript.createSourceFile(name, program, rest[0]);
    if (!parsed.has(name)) parsed.set(name, getSourceFile(name, ...rest));
    return parsed.get(name);
  };
  const made = typescript.createProgram([file], options, host);
  // All that TypeScript has to say, but of its own library, which is the larger part and the same each time.
  const files = made.getSourceFiles().filter((one) => !made.isSourceFileDefaultLibrary(one));
  const faults = [
    ...made.getOptionsDiagnostics(),
    ...made.getGlobalDiagnostics(),
    ...files.flatMap((one) => [...made.getSyntacticDiagnostics(one), ...made.getSemanticDiagnostics(one)]),
  ];
  return faults.map(({ messageText }) => typescript.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('types', () => {
  test('the library itself needs neither the types of Node nor those of browsers', () => {
    const program = `import { Connection, Endpoint } from 'ringlet';
      export const all = [Connection, Endpoint];`;
    expect(faultsOf(program, [], [])).toEqual([]);
  });

  test('what a device has not is no export under the condition moddable', () => {
    const program = "import { Connection } from 'ringlet'; export const all = Connection;";
    expect(faultsOf(program, ['moddable'], []).join()).toContain("no exported member 'Connection'");
    expect(faultsOf(program, [], [])).toEqual([]);
  });

  // The tool that looks at the others does not know this condition; what it leaves out is in `.attw.json`.
  test('every entry has types under the condition moddable, and needs none of Node and browsers', () => {
    const conditions = pkg.exports as Readonly<Record<string, string | Readonly<Record<string, object>>>>;
    const names = Object.keys(conditions).filter((name) => 'moddable' in Object(conditions[name]));
    expect(names.length).toBeGreaterThan(10);
    // One after the other: each by itself has what it needs.
    for (const name of names) {
      const one = `import type * as entry from 'ringlet${name.slice(1)}'; export type All = typeof entry;`;
      expect([name, ...faultsOf(one, ['moddable'], [])]).toEqual([name]);
    }
    const imports = names.map((name, i) => `import type * as entry${i} from 'ringlet${name.slice(1)}';`);
    const program = `${imports.join('\n')}\nexport type All = [${names.map((_, i) => `typeof entry${i}`).join()}];`;
    expect(faultsOf(program, ['moddable'], ['node'])).toEqual([]);
    const deviceOnly = names.filter((name) => Object.keys(conditions[name]).length === 1);
    const { excludeEntrypoints } = JSON.parse(read('.attw.json')) as { excludeEntrypoints: string[] };
    expect(excludeEntrypoints.map((name) => `./${name}`)).toEqual(deviceOnly.sort());
  });

  test('what connect returns can be named from ringlet/node', () => {
    const program = `import { connect, type Endpoint, type EndpointEvents, type Limits } from 'ringlet/node';
      export function open(events: EndpointEvents<null>, limits: Partial<Limits>): Endpoint<null> {
        return connect('ws://127.0.0.1/', { events, target: null, ...limits });
      }`;
    expect(faultsOf(program, [], ['node'])).toEqual([]);
  });

  test('the words of the sources are in the declarations', () => {
    expect(read('dist/node.d.ts')).toContain('/**');
    // What several entries share is declared in a chunk.
    const [entry, name] = ['dist/ringlet.d.ts', 'nameOfError'];
    const chunks = [...read(entry).matchAll(/ from '\.\/(chunks\/[^']+)\.js';/g)].map(
      ([, chunk]) => `dist/${chunk}.d.ts`,
    );
    const declaring = [entry, ...chunks].filter((path) => read(path).includes(`declare function ${name}(`));
    expect(declaring).toHaveLength(1);
    expect(read(declaring[0])).toMatch(
      new RegExp(`The stable name of an error id[^/]*\\*/\\s*(export )?declare function ${name}\\(`),
    );
  });
});

test('the README has an example of about twenty lines, which sends once a second', () => {
  const example = snippetsOf('README.md', join(root, 'README.md')).find(
    ({ language, words }) => language === 'js' && !words.includes('device'),
  )!;
  expect(example.code.split('\n').filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length).toBeLessThanOrEqual(
    25,
  );
  expect(example.code).toContain('setInterval(send, 1000)');
  expect(existsSync(join(root, 'README.md'))).toBe(true);
});
