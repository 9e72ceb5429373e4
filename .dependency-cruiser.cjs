/**
 * Who may import whom. `npm test` holds the tree to it (tools/test.mjs), and test/tools/imports.test.ts sees each rule
 * break. Imports of types count like all others: what a file has to know is what a reader has to read.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */

/**
 * The layers of `src/`, the lowest first: a module imports its own layer and those below. Every file is in one. A fault has a close
 * code.
 */
const LAYERS = [
  ['errors', '^src/(errors|error-text|failure-text|freeze|reading-of|frame/close-code)[.]ts$'],
  ['protocol', '^src/(frame/(?!close-code[.])|handshake/|deflate/(?!message-codec|permessage-deflate))'],
  ['connection', '^src/(connection/|deflate/(message-codec|permessage-deflate)[.]ts$)'],
  ['host contract', '^src/host[.]ts$'],
  ['faces', '^src/(client|messages|websocket|reconnecting|uplink|socket)/'],
  ['library', '^src/(index|constants|checked)[.]ts$'],
];

const above = LAYERS.slice(0, -1).map(([name, path], at) => ({
  name: `${name}-imports-no-layer-above`.replaceAll(' ', '-'),
  comment: 'Calls go down and codes come up: a layer knows those below, not those above.',
  severity: 'error',
  from: { path },
  to: { path: LAYERS.slice(at + 1).map(([, upper]) => upper) },
}));

const HOST = '^hosts/([^/]+)/';

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Files that import each other can only be read, tested and moved together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...above,
    {
      name: 'src-imports-only-src',
      comment: 'The library has no input, output, clock or chance of its own, and no dependency.',
      severity: 'error',
      from: { path: '^src/' },
      to: { pathNot: '^src/' },
    },
    {
      name: 'hosts-import-no-other-host',
      severity: 'error',
      from: { path: HOST },
      to: { path: '^hosts/', pathNot: '^hosts/$1/' },
    },
    {
      name: 'hosts-import-nothing-that-is-not-published',
      severity: 'error',
      from: { path: '^hosts/' },
      to: { path: '^(bench|tools|test)/' },
    },
    {
      name: 'conformance-imports-nothing-of-src',
      comment: 'The lab has its own framing, so that one fault cannot hide in both.',
      severity: 'error',
      from: { path: '^hosts/node/conformance/' },
      to: { path: '^src/' },
    },
    {
      name: 'tools-import-nothing-of-bench',
      comment: 'What both need is in tools/peer.',
      severity: 'error',
      from: { path: '^tools/' },
      to: { path: '^bench/' },
    },
    {
      name: 'examples-import-what-users-have',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(bench|tools|test)/' },
    },
    {
      name: 'no-unresolvable',
      comment:
        'An import that leads nowhere is one that no rule can judge. The site imports what its build makes.',
      severity: 'error',
      from: { pathNot: '^tools/site/' },
      to: {
        couldNotResolve: true,
        pathNot:
          '^(embedded:|ringlet|timer$|time$|file$|logical$|crypt$|base64$|system$|mc/config$|gauge$|page$|Resource$|publisher$)',
      },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(dist|build|reports)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
