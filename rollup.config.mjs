import { fileURLToPath } from 'node:url';
import terser from '@rollup/plugin-terser';
import typescript from '@rollup/plugin-typescript';
import dts from 'rollup-plugin-dts';
import { internalNames } from './tools/internal-names.mjs';
import { prototypeMethods } from './tools/prototype-methods.mjs';
import { shortNames } from './tools/short-names.mjs';

/** What a runtime brings along: never bundled. */
const external = [
  /^node:/,
  /^embedded:/,
  /^ringlet:/,
  /^(timer|time|logical|crypt|base64|system|ringlet\/(random|deflate|text|websocket))$/,
  'commander',
  'asciichart',
];

/** TypeScript is compiled once, file by file, into this folder; every bundle is made from there. */
const COMPILED = 'build/js';
const compiled = (source) => `${COMPILED}/${source}`;
const engine = fileURLToPath(new URL(`./${COMPILED}/src/`, import.meta.url));

/** Faces of `src/` that who does not import them does not load. */
const faces = /\/src\/(messages|websocket|socket)\//;

/** All that is bundled below, and nothing that only tests need. */
const sources = [
  'src/index.ts',
  'hosts/node/index.ts',
  'hosts/node/conformance/index.ts',
  'hosts/node/cli/main.ts',
  'hosts/node/messages.ts',
  'hosts/node/websocket.ts',
  'hosts/node/websocket/global.ts',
  'hosts/moddable/index.ts',
  'hosts/moddable/deflate.ts',
  'hosts/moddable/text.ts',
  'hosts/moddable/websocket.ts',
  'hosts/moddable/websocket-global.ts',
  'hosts/moddable/ws.ts',
  'hosts/moddable/wss.ts',
  'examples/echo/echo.ts',
  'examples/telemetry/streamer.ts',
  'hosts/xs/programs/autobahn.ts',
  'hosts/xs/programs/echo.ts',
  'hosts/xs/programs/stream.ts',
];

const compile = {
  input: sources,
  external,
  plugins: [
    typescript({
      tsconfig: './tsconfig.json',
      compilerOptions: {
        noEmit: false,
        allowImportingTsExtensions: false,
        rewriteRelativeImportExtensions: true,
        // Constant enums become numbers in place; with this option TypeScript would leave them to be looked up.
        verbatimModuleSyntax: false,
      },
      include: ['src/**', 'hosts/**', 'examples/**'],
    }),
  ],
  output: { dir: COMPILED, format: 'es', preserveModules: true, preserveModulesRoot: '.' },
};

/** The library, its Node host and the command, as ES modules that share what they have in common. */
const node = {
  // The entry itself holds the code, so that it stands alone.
  preserveEntrySignatures: 'allow-extension',
  input: {
    ringlet: compiled('src/index.js'),
    node: compiled('hosts/node/index.js'),
    conformance: compiled('hosts/node/conformance/index.js'),
    cli: compiled('hosts/node/cli/main.js'),
    messages: compiled('hosts/node/messages.js'),
    websocket: compiled('hosts/node/websocket.js'),
    'websocket-global': compiled('hosts/node/websocket/global.js'),
  },
  external,
  output: {
    dir: 'dist',
    format: 'es',
    chunkFileNames: 'chunks/[name].js',
    minifyInternalExports: false,
    // All of `src/` is one file, but for the faces that have an entry of their own.
    manualChunks: (id) => (id.startsWith(engine) && !faces.test(id) ? 'ringlet' : undefined),
  },
};

/** A bundle beside the client's takes the error classes from there: there is one of each. */
const sharedErrors = {
  name: 'shared-errors',
  resolveId: (source) =>
    source.endsWith('/errors.js') ? { id: 'embedded:network/websocket/client', external: true } : null,
};

/** The short names of the client's bundle and of those that are made for it, which therefore come after it. */
const short = shortNames(() =>
  internalNames({
    entries: ['hosts/moddable/index.ts', 'hosts/moddable/deflate.ts'],
    modules: ['hosts/moddable/modules.d.ts'],
    // What objects of the host have. Of a stream, a resolver and an application's options the types tell.
    contract: ['HostTimer', 'TimerId', 'ByteStreamCallbacks'],
    // What an application hands on, and only the two bundles look into.
    opaque: ['CompressionFactory'],
  }),
);

/** A device has every bundle as a module of its own; they import each other by specifier. */
const device = (name, input, ...plugins) => ({
  input: compiled(`hosts/moddable/${input}.js`),
  external,
  plugins: [...plugins, prototypeMethods((className) => className.startsWith('WebSocketClient'))],
  output: [
    { file: `dist/moddable/${name}.js`, format: 'es', plugins: [short] },
    // With its own names, for whoever looks for something in it.
    { file: `build/moddable/${name}.js`, format: 'es' },
  ],
});

/** Adds the client to what the device provides: nothing in it is internal. */
const provider = (name) => ({
  input: compiled(`hosts/moddable/${name}.js`),
  external,
  output: { file: `dist/moddable/${name}.js`, format: 'es' },
});

/** A face that stands on the client's public shape: nothing in it is known to another bundle. */
const face = (name) => ({
  input: compiled(`hosts/moddable/${name}.js`),
  external,
  plugins: [sharedErrors, prototypeMethods(() => false)],
  output: {
    file: `dist/moddable/${name}.js`,
    format: 'es',
    plugins: [terser({ ecma: 2022, module: true, mangle: { properties: { regex: /^_/ } } })],
  },
});

const moddable = [
  ...['text', 'websocket', 'websocket-global'].map(face),
  device('ringlet', 'index'),
  device('deflate', 'deflate', sharedErrors),
  ...['ws', 'wss'].map(provider),
];

/** The programs of the apps in `manifests/`. */
const example = (name, input) => ({
  input: compiled(`examples/${input}.js`),
  external,
  plugins: [prototypeMethods(() => false)],
  output: { file: `dist/moddable/examples/${name}.js`, format: 'es' },
});

/** What the commands run in the desk XS, beside the modules that devices have. */
const program = (name) => ({
  input: compiled(`hosts/xs/programs/${name}.js`),
  external,
  output: { file: `dist/xs/${name}.js`, format: 'es' },
});

/** For engines without a module loader: a script that leaves one global object, `Ringlet`. */
const script = {
  input: compiled('src/index.js'),
  output: {
    file: 'dist/ringlet.script.js',
    format: 'iife',
    name: 'Ringlet',
    plugins: [terser({ ecma: 2022 })],
  },
};

const declarations = {
  input: {
    ringlet: 'src/index.ts',
    node: 'hosts/node/index.ts',
    conformance: 'hosts/node/conformance/index.ts',
    messages: 'hosts/node/messages.ts',
    websocket: 'hosts/node/websocket.ts',
    'websocket-global': 'hosts/node/websocket/global.ts',
    'moddable/ringlet': 'hosts/moddable/index.ts',
    'moddable/deflate': 'hosts/moddable/deflate.ts',
    'moddable/text': 'hosts/moddable/text.ts',
    'moddable/websocket': 'hosts/moddable/websocket.ts',
    'moddable/websocket-global': 'hosts/moddable/websocket-global.ts',
  },
  external,
  plugins: [dts({ tsconfig: './tsconfig.json' })],
  output: { dir: 'dist', format: 'es', chunkFileNames: 'chunks/[name].d.ts' },
};

export default [
  compile,
  node,
  ...moddable,
  example('echo', 'echo/echo'),
  example('telemetry', 'telemetry/streamer'),
  ...['autobahn', 'echo', 'stream'].map(program),
  script,
  declarations,
];
