/** What the build makes of the modules: names, source maps, and what an application may rely on. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type SourceMapPayload, SourceMap } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rollup/parseAst';
import { describe, expect, test } from 'vitest';

const { CONSTANTS, KNOWN, SHARED } = (await import('../../tools/bundle/device-names.mjs' as string)) as {
  readonly CONSTANTS: readonly string[];
  readonly KNOWN: readonly string[];
  readonly SHARED: readonly string[];
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

function isNode(value: unknown): value is Node {
  return typeof (value as Node | null)?.type === 'string';
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value])
      if (isNode(child)) walk(child, visit);
}

const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'Identifier' ? (node['name'] as string) : undefined;

const privateNameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'PrivateIdentifier' ? (node['name'] as string) : undefined;

/** The names of all properties in a module; those of private members, which no other object can have, left out. */
function propertiesOf(tree: Node): Set<string> {
  const names = new Set<string>();
  walk(tree, (node) => {
    const name = nameOf(node.type === 'MemberExpression' ? node['property'] : node['key']);
    if (name !== undefined && node['computed'] !== true) names.add(name);
  });
  return names;
}

/** The names that a module gives members of its objects and classes; what it only reads of others is left out. */
function definedIn(tree: Node): Set<string | undefined> {
  const names = new Set<string | undefined>();
  const targetOf = (node: unknown): void => {
    const { type, property, computed } = node as Node;
    if (type === 'MemberExpression' && computed !== true) names.add(nameOf(property));
  };
  const patterns = new Set<unknown>();
  walk(tree, (node) => {
    if (node.type === 'ObjectPattern')
      for (const property of node['properties'] as Node[]) patterns.add(property);
    if (node.type === 'AssignmentExpression') targetOf(node['left']);
    if (node.type === 'UpdateExpression') targetOf(node['argument']);
    const isDefined =
      /^(?:MethodDefinition|PropertyDefinition|Property)$/.test(node.type) && !patterns.has(node);
    if (isDefined && node['computed'] !== true) names.add(nameOf(node['key']));
  });
  return names;
}

/** The bundles that share short names, as they are published and with their own names. */
const shared = ['ringlet', 'deflate'].map((name) => {
  const short = parseAst(read(`dist/moddable/${name}.js`)) as unknown as Node;
  const whole = parseAst(read(`build/moddable/${name}.js`)) as unknown as Node;
  return { name, short, whole };
});

const isInternal = (name: string): boolean => name.startsWith('_') || SHARED.includes(name);

describe('short names', () => {
  test('are given to all that is internal, and to nothing else', () => {
    for (const { short, whole } of shared) {
      const before = propertiesOf(whole);
      const after = propertiesOf(short);
      // A short name may begin with _ itself.
      expect([...after].filter((name) => isInternal(name) && before.has(name))).toEqual([]);
      for (const name of before) if (!isInternal(name)) expect(after, name).toContain(name);
    }
  });

  test('are no names that anything else has, in none of the bundles', () => {
    const others = new Set(shared.flatMap(({ whole }) => [...propertiesOf(whole)]));
    for (const name of KNOWN) others.delete(name);
    for (const { short, whole } of shared) {
      const before = propertiesOf(whole);
      const given = [...propertiesOf(short)].filter((name) => !before.has(name));
      expect(given.filter((name) => others.has(name))).toEqual([]);
    }
  });

  test('are known to XS, or to the client, in as many places as there are such names', () => {
    const [{ short, whole }] = shared as [(typeof shared)[0]];
    const given = propertiesOf(short);
    expect(KNOWN.filter((name) => !given.has(name))).toEqual([]);
    expect([...definedIn(whole)].filter((name) => name !== undefined && KNOWN.includes(name))).toEqual([]);
  });

  test('are of nobody else in any bundle that shares them', () => {
    for (const name of ['ringlet', 'deflate', 'uplink', 'server-handshake', 'file-store']) {
      const defined = definedIn(parseAst(read(`build/moddable/${name}.js`)) as unknown as Node);
      expect(
        KNOWN.filter((known) => defined.has(known)),
        name,
      ).toEqual([]);
    }
  });

  test('are on nothing that an application extends, whose own names they could meet', () => {
    const [{ short, whole }] = shared as [(typeof shared)[0]];
    const members = (tree: Node): string[] => [...membersOf(tree, 'WebSocketClient')].sort();
    expect(members(whole)).toContain('write');
    expect(members(short)).toEqual(members(whole));
    expect(members(short).filter((member) => CONSTANTS.includes(member))).not.toEqual([]);
    expect(read('dist/moddable/ringlet.js')).not.toMatch(/[\s.;{]#\w/);
    for (const [name, exported] of [
      ['uplink', 'Uplink'],
      ['uplink', 'Outbox'],
      ['file-store', 'FileStore'],
    ] as const) {
      const found = membersOf(parseAst(read(`dist/moddable/${name}.js`)) as unknown as Node, exported);
      expect(found.size).toBeGreaterThan(0);
      expect([...found].filter((member) => KNOWN.includes(member))).toEqual([]);
    }
  });
});

/** The names of what a class that `tree` exports, and those above it, have. */
function membersOf(tree: Node, exported: string): Set<string> {
  const classes = new Map<string, Node>();
  let name: string | undefined;
  walk(tree, (node) => {
    if (node.type === 'ClassDeclaration') classes.set(nameOf(node['id']) as string, node);
    if (node.type === 'VariableDeclarator' && (node['init'] as Node | null)?.type === 'ClassExpression')
      classes.set(nameOf(node['id']) as string, node['init'] as Node);
    if (node.type === 'ExportSpecifier' && nameOf(node['exported']) === exported)
      name = nameOf(node['local']);
  });
  const names = new Set<string>();
  for (let found = classes.get(name ?? ''); found !== undefined;) {
    walk(found, (node) => {
      const isOwn =
        node.type === 'MethodDefinition' ||
        node.type === 'PropertyDefinition' ||
        (node.type === 'MemberExpression' && (node['object'] as Node).type === 'ThisExpression');
      const member = isOwn && node['computed'] !== true ? nameOf(node['key'] ?? node['property']) : undefined;
      if (member !== undefined) names.add(member);
    });
    found = classes.get(nameOf(found['superClass']) ?? '');
  }
  return names;
}

test('what bundles of a device ask an endpoint for is there, whatever was left out', () => {
  const [{ whole }] = shared as [(typeof shared)[0]];
  const there = new Set<string | undefined>();
  walk(whole, (endpoint) => {
    if (endpoint.type !== 'ClassDeclaration' || nameOf(endpoint['id']) !== 'ClientEndpoint') return;
    walk(endpoint, (node) => {
      const isField = (node['object'] as Node | undefined)?.type === 'ThisExpression';
      if (node.type === 'MethodDefinition' || isField) there.add(nameOf(node['key'] ?? node['property']));
    });
  });
  expect(there).toContain('_accepted');
  expect(there).not.toContain('pause');
  for (const name of ['ringlet', 'deflate', 'uplink', 'server-handshake'])
    walk(parseAst(read(`build/moddable/${name}.js`)) as unknown as Node, (node) => {
      const object = node['object'] as Node | undefined;
      const owner = nameOf(object) ?? nameOf(object?.['property']) ?? privateNameOf(object?.['property']);
      const asked = nameOf(node['property']);
      if (/^_?endpoint$/.test(owner ?? '') && node['computed'] !== true && asked !== undefined)
        expect([...there], `${name} asks for ${asked}`).toContain(asked);
    });
});

describe('source maps', () => {
  const published = [
    ...['dist', 'dist/chunks', 'dist/moddable', 'dist/moddable/examples'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.js'))
        .map((name) => `${folder}/${name}`),
    ),
  ];

  test.each(published)('of %s lead to the TypeScript, and have it with them', (path) => {
    const map = JSON.parse(read(`${path}.map`)) as SourceMapPayload & { sourcesContent: string[] };
    for (const [at, source] of map.sources.entries()) {
      const original = join(root, dirname(path), source);
      expect(original).toMatch(/\/(src|hosts|examples)\/.*\.ts$/);
      expect(existsSync(original), original).toBe(true);
      expect(map.sourcesContent[at]).toBe(readFileSync(original, 'utf8'));
    }
  });

  /** A sentence of the Node host, whichever chunk it is in. */
  const codes = /"ERR_[A-Z_]+"|'ERR_[A-Z_]+'/;
  const chunk = published.find((path) => path.startsWith('dist/chunks/') && codes.test(read(path))) as string;

  test.each(['dist/moddable/ringlet.js', 'dist/ringlet.js', 'dist/ringlet.script.js', chunk])(
    'of %s know where a sentence comes from',
    (path) => {
      const map = new SourceMap(JSON.parse(read(`${path}.map`)) as SourceMapPayload);
      const code = read(path);
      const sentence = path === chunk ? codes : /['"]closed['"]/;
      const at = code.search(sentence);
      const before = code.slice(0, at).split('\n');
      const entry = map.findEntry(before.length - 1, (before.at(-1) as string).length);
      if (!('originalSource' in entry)) throw new Error('no entry');
      const line = readFileSync(join(root, dirname(path), entry.originalSource), 'utf8').split('\n')[
        entry.originalLine
      ] as string;
      expect(line.slice(entry.originalColumn)).toMatch(new RegExp(`^(${sentence.source})`));
    },
  );

  test('are not named in what devices get: XS would take all lines for those of one file', () => {
    for (const name of ['ringlet', 'deflate', 'ws', 'wss'])
      expect(read(`dist/moddable/${name}.js`)).not.toContain('sourceMappingURL');
  });
});

/**
 * What an app on a device would pay for in flash, if a bundle had it: XS's engine for regular expressions with its tables of
 * Unicode, 42 KB, and the tables of letter case, 10 KB.
 */
describe('what brings much of XS into an app', () => {
  test('is no name of the client, of which it would be linked: 4.7 KB', () => {
    const names = propertiesOf(parseAst(read('dist/moddable/ringlet.js')) as unknown as Node);
    for (const name of ['create', 'drop', 'keys', 'copyWithin', 'startsWith', 'defineProperty'])
      expect(names).not.toContain(name);
    expect(read('dist/moddable/ringlet.js')).not.toMatch(/\bDataView\b/);
  });

  const COSTLY = [
    'toLowerCase',
    'toUpperCase',
    'normalize',
    'localeCompare',
    'replace',
    'replaceAll',
    'match',
    'matchAll',
  ];

  test.each([
    'ringlet',
    'uplink',
    'deflate',
    'websocket',
    'reconnecting',
    'server-handshake',
    'text',
    'socket',
    'file-store',
  ])('is not in %s', (name) => {
    const found: string[] = [];
    walk(parseAst(read(`dist/moddable/${name}.js`)) as unknown as Node, (node) => {
      if (node.type === 'Literal' && node['regex'] !== undefined) found.push(String(node['raw']));
      const property = node.type === 'MemberExpression' ? nameOf(node['property']) : undefined;
      if (property !== undefined && COSTLY.includes(property)) found.push(property);
      if (nameOf(node) === 'RegExp') found.push('RegExp');
    });
    expect(found).toEqual([]);
  });
});
