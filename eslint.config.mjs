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
    // What is thrown for a misuse is the user's, who has to mend it.
    selector: 'MethodDefinition[kind!="constructor"] :not(ThrowStatement) > NewExpression',
    message: 'Allocate in the constructor.',
  },
  { selector: 'MethodDefinition[kind!="constructor"] ArrayExpression', message: 'An array allocates.' },
  { selector: 'MethodDefinition[kind!="constructor"] ObjectExpression', message: 'An object allocates.' },
  {
    selector: 'CallExpression[callee.property.name=/^(subarray|slice|bind)$/]',
    message: 'A view allocates.',
  },
];

/** Everything in these folders runs for octets, frames or messages, */
const PER_MESSAGE = ['src/{frame,deflate,connection,client}/**'];

/** but what runs once a connection: its options, its handshake, the way to its stream. */
const ONCE_A_CONNECTION = [
  'src/client/{open-stream,request-options}.ts',
  'src/connection/options.ts',
  'src/deflate/{negotiate,extension-header}.ts',
];

/** Not held to it yet; a line in them that may allocate is to say so, and why. */
const UNDER_RECONSTRUCTION = ['src/client/{kept-span,pump,stream-endpoint,websocket-client}.ts'];

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
    files: PER_MESSAGE,
    ignores: [...ONCE_A_CONNECTION, ...UNDER_RECONSTRUCTION],
    rules: { 'no-restricted-syntax': ['error', ...ALLOCATES] },
  },
);
