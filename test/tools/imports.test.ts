/** The rules on who imports whom, each seen to fail. `npm test` holds this tree to them, see tools/test.mjs. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['src', 'hosts', 'tools', 'bench', 'examples'];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** A tree with one file on each place of the rules; none of them breaks one. */
const OBEDIENT: Readonly<Record<string, readonly string[]>> = {
  'src/errors.ts': ['./frame/close-code.ts'],
  'src/frame/close-code.ts': [],
  'src/frame/header.ts': ['../errors.ts'],
  'src/handshake/head.ts': ['../errors.ts', '../frame/header.ts'],
  'src/deflate/inflate.ts': ['../errors.ts'],
  'src/connection/connection.ts': ['../frame/header.ts', '../handshake/head.ts', '../deflate/inflate.ts'],
  'src/host.ts': ['./connection/connection.ts'],
  'src/client/endpoint.ts': ['../connection/connection.ts', '../host.ts'],
  'src/messages/assembly.ts': ['../errors.ts'],
  'src/websocket/websocket.ts': ['../client/endpoint.ts', '../messages/assembly.ts'],
  'src/index.ts': ['./websocket/websocket.ts', './errors.ts'],
  'hosts/node/index.ts': ['../../src/index.ts', 'node:net', './conformance/index.ts'],
  'hosts/node/conformance/index.ts': ['node:net'],
  'hosts/xs/index.ts': ['../../src/index.ts'],
  'examples/hello.ts': ['../hosts/node/index.ts'],
  'tools/setup.ts': [],
  'bench/bench.ts': ['../tools/setup.ts', '../hosts/node/index.ts'],
};

/** Imports that the tree may not have, by the rule that each breaks. */
const PLANTED: readonly (readonly [from: string, to: string, rule: string])[] = [
  ['src/errors.ts', 'src/connection/connection.ts', 'errors-imports-no-layer-above'],
  ['src/frame/header.ts', 'src/connection/connection.ts', 'protocol-imports-no-layer-above'],
  ['src/handshake/head.ts', 'src/client/endpoint.ts', 'protocol-imports-no-layer-above'],
  ['src/deflate/inflate.ts', 'src/host.ts', 'protocol-imports-no-layer-above'],
  ['src/connection/connection.ts', 'src/client/endpoint.ts', 'connection-imports-no-layer-above'],
  ['src/host.ts', 'src/client/endpoint.ts', 'host-contract-imports-no-layer-above'],
  ['src/connection/connection.ts', 'src/messages/assembly.ts', 'connection-imports-no-layer-above'],
  ['src/websocket/websocket.ts', 'src/index.ts', 'faces-imports-no-layer-above'],
  ['src/client/endpoint.ts', 'hosts/node/index.ts', 'src-imports-only-src'],
  ['src/connection/connection.ts', 'node:net', 'src-imports-only-src'],
  ['hosts/xs/index.ts', 'hosts/node/index.ts', 'hosts-import-no-other-host'],
  ['hosts/node/index.ts', 'bench/bench.ts', 'hosts-import-nothing-that-is-not-published'],
  ['hosts/node/conformance/index.ts', 'src/frame/header.ts', 'conformance-imports-nothing-of-src'],
  ['tools/setup.ts', 'bench/bench.ts', 'tools-import-nothing-of-bench'],
  ['examples/hello.ts', 'tools/setup.ts', 'examples-import-what-users-have'],
  ['bench/bench.ts', './nowhere.ts', 'no-unresolvable'],
];

const folder = mkdtempSync(join(tmpdir(), 'ringlet-imports-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a tree of files that import what is given; types only, which count like everything else. */
function write(name: string, files: Readonly<Record<string, readonly string[]>>): string {
  const tree = join(folder, name);
  for (const [path, imports] of Object.entries(files)) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    const lines = imports.map((source, at) => `import type { It as I${at} } from '${source}';\n`);
    writeFileSync(join(tree, path), `${lines.join('')}export type It = 1;\n`);
  }
  writeFileSync(join(tree, 'tsconfig.json'), '{ "compilerOptions": { "allowImportingTsExtensions": true } }');
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  return tree;
}

function violationsIn(tree: string, ...args: string[]): Promise<readonly Violation[]> {
  const script = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = ['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [script, ...config, ...args, ...FOLDERS],
      { cwd: tree, maxBuffer: 1 << 28 },
      (_, stdout, stderr) => {
        if (!stdout.startsWith('{')) reject(new Error(stderr));
        else resolve((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
      },
    );
  });
}

const lineOf = (from: string, to: string, rule: string): string => `${rule}: ${from} → ${to}`;
const linesOf = (violations: readonly Violation[]): string[] =>
  violations.map(({ from, to, rule }) => lineOf(from, to, rule.name)).sort();

/** How `from` names the file at `to`. */
function sourceOf(from: string, to: string): string {
  if (!to.includes('/') || to.startsWith('.')) return to;
  return `${'../'.repeat(from.split('/').length - 1)}${to}`;
}

test('a tree that obeys has nothing said of it', async () => {
  expect(linesOf(await violationsIn(write('obedient', OBEDIENT)))).toEqual([]);
});

test('each import that may not be is found, by its rule', async () => {
  const files: Record<string, readonly string[]> = { ...OBEDIENT };
  for (const [from, to] of PLANTED) files[from] = [...(files[from] ?? []), sourceOf(from, to)];
  const found = linesOf(await violationsIn(write('planted', files)));
  const wanted = PLANTED.map(([from, to, rule]) => lineOf(from, to.replace('node:', ''), rule));
  expect(found.filter((line) => !line.startsWith('no-circle'))).toEqual(wanted.sort());
});

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: string | readonly string[] };
}

test('every file of the library is in one layer', () => {
  const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
    readonly forbidden: readonly Rule[];
  };
  const rules = config.forbidden.filter(({ name }) => name.endsWith('-imports-no-layer-above'));
  const layers = [...rules.map(({ from }) => from.path!), ...(rules.at(-1)!.to.path as readonly string[])];
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.ts')))
    expect(layers.filter((layer) => new RegExp(layer).test(`src/${file}`)).length, file).toBe(1);
});

test('a circle is found wherever it is', async () => {
  const files: Record<string, readonly string[]> = {};
  for (const name of FOLDERS) {
    files[`${name}/frame/a.ts`] = ['./b.ts'];
    files[`${name}/frame/b.ts`] = ['./a.ts'];
  }
  const found = (await violationsIn(write('circles', files))).map(({ from, rule }) => ({
    folder: from.split('/')[0],
    rule: rule.name,
  }));
  const wanted = FOLDERS.map((name) => ({ folder: name, rule: 'no-circle' }));
  expect(found).toHaveLength(wanted.length);
  expect(found).toEqual(expect.arrayContaining(wanted));
});
