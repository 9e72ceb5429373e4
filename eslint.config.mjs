import tseslint from 'typescript-eslint';

/** Functions that stand at a module's top level: declared, constants, and methods of an object or in a field. */
const FUNCTIONS = [
  'FunctionDeclaration',
  'Program > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression',
  'ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression',
  'Property > FunctionExpression',
  'Property > ArrowFunctionExpression',
  'PropertyDefinition > ArrowFunctionExpression',
];

/** Where code stands that runs again and again: not in constructors, nor at a module's top level. */
const CODE = `:matches(MethodDefinition[kind!="constructor"][key.name!="_begin"], ${FUNCTIONS.join(', ')})`;

/** What may not stand where octets, frames and messages pass: it allocates on XS. See docs/architecture.md. */
const ALLOCATES = [
  { selector: 'ForOfStatement', message: 'for…of allocates an iterator: use an index.' },
  { selector: 'ForInStatement', message: 'for…in allocates: use an index.' },
  { selector: 'SpreadElement', message: 'Spread allocates.' },
  { selector: 'RestElement', message: 'Rest arguments and rest properties allocate.' },
  { selector: 'ArrayPattern', message: 'Array destructuring allocates an iterator.' },
  { selector: 'TemplateLiteral', message: 'Strings allocate.' },
  {
    // XS copies it each time that it is evaluated. What is thrown is the user's, who has to mend it.
    selector: `${CODE} :not(ThrowStatement > NewExpression, TSLiteralType) > Literal[raw=/^['"]/]`,
    message: 'A string allocates: put it into a constant of the module.',
  },
  {
    selector: `${CODE} ArrowFunctionExpression`,
    message: 'A closure allocates.',
  },
  {
    // What is thrown for a misuse is the user's, who has to mend it.
    selector: `${CODE} :not(ThrowStatement) > NewExpression`,
    message: 'Allocate in the constructor.',
  },
  { selector: `${CODE} ArrayExpression`, message: 'An array allocates.' },
  { selector: `${CODE} ObjectExpression`, message: 'An object allocates.' },
  {
    selector: 'CallExpression[callee.property.name=/^(subarray|slice|bind)$/]',
    message: 'A view allocates.',
  },
];

/** A method that a class leaves to the classes above it is a call upwards. See docs/architecture.md. */
const CALLS_UPWARDS = {
  selector: 'TSAbstractMethodDefinition',
  message: 'Calls go down: return a code. Only `client/` has abstract methods: the four of the transport.',
};

/**
 * Everything in these folders runs for octets, frames, messages or records. Not here are the WebSocket of the web, whole messages and
 * the WebSocket that comes back: they make an object for each message, as their interfaces want it; nor hosts but those for
 * devices.
 */
const PER_MESSAGE = [
  'src/{frame,deflate,connection,client}/**',
  'src/socket/{socket,socket-memory,inflow,outflow,queue,byte-buffer,client}.ts',
  'src/uplink/{uplink,sender,alarm,client-link,pump-link,endpoint-link,link,protocol,decimal,outbox}.ts',
  'src/uplink/outbox/{acknowledgement,keeper,lane,policies,record,ring,tally}.ts',
  'hosts/moddable/{natives,lean}/**',
];

/** but what runs once a connection: its options, its handshake, the way to its stream. */
const ONCE_A_CONNECTION = [
  'src/client/{open-stream,check-host,check-callbacks}.ts',
  'src/connection/{options,check-options,decode-range,cover}.ts',
  'src/deflate/{permessage-deflate,profiles,negotiate}.ts',
  // These fill tables when they are loaded.
  'src/deflate/decode/entries.ts',
  'src/deflate/encode/encode-symbols.ts',
  'hosts/moddable/lean/check-callbacks.ts',
];

/** Whose abstract methods are those of the transport. */
const WITH_ABSTRACT_METHODS = ['src/client/{flow,pump}.ts'];

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
    ignores: ONCE_A_CONNECTION,
    rules: { 'no-restricted-syntax': ['error', ...ALLOCATES, CALLS_UPWARDS] },
  },
  {
    files: WITH_ABSTRACT_METHODS,
    rules: { 'no-restricted-syntax': ['error', ...ALLOCATES] },
  },
  {
    // Artillery requires its engines.
    files: ['tools/artillery-engine-ringlet/**'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
