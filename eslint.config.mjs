import tseslint from 'typescript-eslint';

/** What may not stand where octets, frames and messages pass: it allocates on XS. See docs/architecture.md. */
const ALLOCATES = [
  { selector: 'ForOfStatement', message: 'for…of allocates an iterator: use an index.' },
  { selector: 'ForInStatement', message: 'for…in allocates: use an index.' },
  { selector: 'SpreadElement', message: 'Spread allocates.' },
  { selector: 'RestElement', message: 'Rest arguments and rest properties allocate.' },
  { selector: 'ArrayPattern', message: 'Array destructuring allocates an iterator.' },
  { selector: 'TemplateLiteral', message: 'Strings allocate.' },
  {
    selector: 'MethodDefinition[kind!="constructor"] ArrowFunctionExpression',
    message: 'A closure allocates.',
  },
  {
    selector: 'MethodDefinition[kind!="constructor"] NewExpression',
    message: 'Allocate in the constructor.',
  },
  { selector: 'MethodDefinition[kind!="constructor"] ArrayExpression', message: 'An array allocates.' },
  { selector: 'MethodDefinition[kind!="constructor"] ObjectExpression', message: 'An object allocates.' },
  {
    selector: 'CallExpression[callee.property.name=/^(subarray|slice|bind)$/]',
    message: 'A view allocates.',
  },
];

/** Imports go down only: core, faces, hosts; and no host knows another. */
const below = (...patterns) => ({
  'no-restricted-imports': [
    'error',
    { patterns: patterns.map((group) => ({ group: [group], message: 'Imports go down only.' })) },
  ],
});

export default tseslint.config(
  {
    ignores: [
      'dist',
      'build',
      'reports',
      'coverage',
      'node_modules',
      'hosts/xs/modules',
      'test/xs/fixtures',
      'manifests',
    ],
  },
  ...tseslint.configs.recommended,
  {
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        SharedArrayBuffer: 'readonly',
        Atomics: 'readonly',
      },
    },
    rules: {
      // tsc does both, and better.
      'no-undef': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      'no-control-regex': 'off',
    },
  },
  {
    files: ['src/frame/**', 'src/deflate/**', 'src/connection/{ring,inbound,outbound,deadlines}.ts'],
    // These work once a connection, for its handshake.
    ignores: ['src/deflate/{negotiate,extension-header,entries,permessage-deflate}.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ALLOCATES] },
  },
  {
    files: ['src/{frame,handshake,connection,deflate}/**'],
    rules: below('**/client/**', '**/hosts/**', '**/host.ts'),
  },
  { files: ['src/client/**', 'src/*.ts'], rules: below('**/hosts/**') },
  { files: ['hosts/node/**'], rules: below('**/moddable/**', '**/hosts/xs/**') },
  { files: ['hosts/simulated/**'], rules: below('**/hosts/node/**', '**/moddable/**', '**/hosts/xs/**') },
  { files: ['hosts/node/conformance/**'], rules: below('**/src/**') },
);
