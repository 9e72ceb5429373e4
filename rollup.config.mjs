import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import terser from '@rollup/plugin-terser';
import typescript from '@rollup/plugin-typescript';
import dts from 'rollup-plugin-dts';
import { oneClass } from './tools/bundle/one-class.mjs';
import { absent } from './tools/bundle/absent.mjs';
import { arrows } from './tools/bundle/arrows.mjs';
import { boundClass } from './tools/bundle/bound-class.mjs';
import { givenFields, readFields } from './tools/bundle/by-field.mjs';
import { byThis } from './tools/bundle/by-this.mjs';
import {
  ABSENT,
  FIELDS,
  GIVEN,
  HOT,
  INNER,
  INTERNAL,
  IN_STEPS,
  INSTEAD,
  LENDER,
  OFTEN,
  ONCE,
  ONCE_IN_CLIENT,
  RARE,
  RARE_CALL,
  UNASKED,
} from './tools/bundle/device-shape.mjs';
import { inPlace } from './tools/bundle/in-place.mjs';
import { inSteps } from './tools/bundle/in-steps.mjs';
import { localLet } from './tools/bundle/local-let.mjs';
import { CONSTANTS, EXTENDED, KNOWN, SHARED } from './tools/bundle/device-names.mjs';
import { internalNames } from './tools/bundle/internal-names.mjs';
import { knownNames, knownVariables } from './tools/bundle/known-names.mjs';
import { natives } from './tools/bundle/natives.mjs';
import { lentField, openPrivates } from './tools/bundle/open-privates.mjs';

/** What a runtime brings along: never bundled. */
const external = [
  /^node:/,
  /^embedded:/,
  /^ringlet:/,
  /^(timer|time|file|system|ringlet(\/(natives|deflate-natives|uplink-natives|request-natives|random|deflate|uplink|text|websocket|socket))?)$/,
  'commander',
  'asciichart',
];

/** TypeScript is compiled once, file by file, into this folder; every bundle is made from there. */
const COMPILED = 'build/js';
const compiled = (source) => `${COMPILED}/${source}`;
const engine = fileURLToPath(new URL(`./${COMPILED}/src/`, import.meta.url));

/** Faces of `src/` that who does not import them does not load. */
const faces = /\/src\/(messages|websocket|socket|uplink|reconnecting)\//;

/** All that is bundled below, and nothing that only tests need. */
const sources = [
  'src/index.ts',
  'hosts/node/index.ts',
  'hosts/node/uplink.ts',
  'hosts/node/conformance/index.ts',
  'hosts/node/cli/main.ts',
  'hosts/simulated/index.ts',
  'hosts/node/messages.ts',
  'hosts/node/socket.ts',
  'hosts/node/websocket.ts',
  'hosts/node/websocket/global.ts',
  'hosts/node/reconnecting.ts',
  'hosts/node/server-handshake.ts',
  'hosts/moddable/index.ts',
  'hosts/moddable/deflate.ts',
  'hosts/moddable/socket.ts',
  'hosts/moddable/text.ts',
  'hosts/moddable/websocket.ts',
  'hosts/moddable/websocket-global.ts',
  'hosts/moddable/reconnecting.ts',
  'hosts/moddable/server-handshake.ts',
  'hosts/moddable/file-store.ts',
  ...Object.values(INSTEAD).map((path) => `hosts/moddable/${path}.ts`),
  'hosts/moddable/uplink.ts',
  'hosts/moddable/ws.ts',
  'hosts/moddable/wss.ts',
  'examples/echo/echo.ts',
  'examples/telemetry/streamer.ts',
  'hosts/xs/programs/autobahn.ts',
  'hosts/xs/programs/echo.ts',
  'hosts/xs/programs/stream.ts',
];

/** The source map beside each compiled file, so that those of the bundles lead to the TypeScript. */
const mapped = {
  name: 'mapped',
  load(id) {
    const map = `${id}.map`;
    return existsSync(map)
      ? { code: readFileSync(id, 'utf8'), map: JSON.parse(readFileSync(map, 'utf8')) }
      : null;
  },
};

const compile = {
  input: sources,
  external,
  plugins: [
    typescript({
      tsconfig: './tsconfig.json',
      compilerOptions: {
        noEmit: false,
        // Whoever checks types beside the build (`npm test`) says so.
        noCheck: process.env.TYPES_ARE_CHECKED !== undefined,
        allowImportingTsExtensions: false,
        rewriteRelativeImportExtensions: true,
        // Constant enums become numbers in place; with this option TypeScript would leave them to be looked up.
        verbatimModuleSyntax: false,
        sourceMap: true,
        inlineSources: true,
      },
      include: ['src/**', 'hosts/**', 'examples/**'],
    }),
  ],
  output: {
    dir: COMPILED,
    format: 'es',
    preserveModules: true,
    preserveModulesRoot: '.',
    sourcemap: true,
  },
};

/** The library, its Node host and the command, as ES modules that share what they have in common. */
const node = {
  // The entry itself holds the code, so that it stands alone.
  preserveEntrySignatures: 'allow-extension',
  input: {
    ringlet: compiled('src/index.js'),
    node: compiled('hosts/node/index.js'),
    uplink: compiled('hosts/node/uplink.js'),
    conformance: compiled('hosts/node/conformance/index.js'),
    cli: compiled('hosts/node/cli/main.js'),
    simulated: compiled('hosts/simulated/index.js'),
    messages: compiled('hosts/node/messages.js'),
    socket: compiled('hosts/node/socket.js'),
    websocket: compiled('hosts/node/websocket.js'),
    'websocket-global': compiled('hosts/node/websocket/global.js'),
    reconnecting: compiled('hosts/node/reconnecting.js'),
    'server-handshake': compiled('hosts/node/server-handshake.js'),
  },
  external,
  plugins: [mapped],
  output: {
    dir: 'dist',
    format: 'es',
    sourcemap: true,
    chunkFileNames: 'chunks/[name].js',
    minifyInternalExports: false,
    // All of `src/` is one file, but for the faces that have an entry of their own.
    manualChunks: (id) => (id.startsWith(engine) && !faces.test(id) ? 'ringlet' : undefined),
  },
};

/** A bundle beside the client's takes the error classes from there: there is one of each. */
const sharedErrors = {
  name: 'shared-errors',
  resolveId: (source, importer) =>
    importer?.startsWith(engine) && source.endsWith('/errors.js') ? { id: 'ringlet', external: true } : null,
};

/** What an uplink exports of the engine again is imported by itself once it is compiled. */
const ofEngine = (importer) =>
  importer?.startsWith(engine) || importer?.endsWith('/hosts/moddable/uplink.js');

/** Puts them there. */
const instead = {
  name: 'instead',
  resolveId(source, importer) {
    const name = Object.keys(INSTEAD).find((name) => source.endsWith(`/${name}.js`));
    if (name === undefined || !ofEngine(importer)) return null;
    return fileURLToPath(new URL(`./${compiled(`hosts/moddable/${INSTEAD[name]}.js`)}`, import.meta.url));
  },
};

/**
 * How what runs on XS is minified. `npm run memory` and the suites on XS run the result, so that its size is one of a
 * bundle that keeps the promises.
 */
const compress = {
  ecma: 2022,
  passes: 3,
  // To read a property does nothing else here: what is read for one use only needs no local variable.
  pure_getters: true,
  // Would replace a module's constants by what they are. A function that is used once would stand inside the method
  // that uses it, which makes it anew at each call: a closure of 11 slots. A string would become a literal, and each
  // time one is evaluated in a preloaded module it takes a chunk. Without this option the bundle is 1.2 % larger.
  reduce_vars: false,
  // Would join statements by commas, which cost XS more bytecodes than the statements: 5 of the 168 of a received
  // message. It would save 1.1 % of the octets, and 10 octets once they are gzipped.
  sequences: false,
  // Would make conditional expressions of statements, which take 1 % more octets of bytecode, and `!0` of `true`, which is two
  // bytecodes.
  conditionals: false,
  booleans: false,
  // (It makes `undefined` of two bytecodes, `void 0`, which is right: on the XS of devices the word is looked up as any global.)
};

/**
 * Gives properties whose names begin with `_`, which nobody but our own modules knows, short names. Bundles that share
 * `nameCache` have the same ones, so that each can use what is internal to another; they have to be of one build. The
 * first one chooses, so the client's comes first.
 */
const nameCache = {};
const internal = new RegExp(`^(?:_|(?:${SHARED.join('|')})$)`);
const known = knownNames(nameCache, (name) => internal.test(name) && !EXTENDED.includes(name), KNOWN);
const variables = knownVariables(KNOWN);
const short = terser({
  compress,
  // Functions of XS have these names, and would be linked.
  mangle: {
    reserved: ['at', 'is'],
    nth_identifier: variables,
    properties: { regex: internal, builtins: true, reserved: ['at', 'is'] },
  },
  nameCache,
  format: { ecma: 2022 },
});

/**
 * Source maps for devices stand beside the files, and no comment leads to them: XS would take every line for one of the
 * first source.
 */
const sourcemap = 'hidden';

/** A device has every bundle as a module of its own; they import each other by specifier. */
const device = (name, input, once, ...plugins) => ({
  input: compiled(`hosts/moddable/${input}.js`),
  external,
  plugins: [
    instead,
    mapped,
    natives(OFTEN, RARE, RARE_CALL),
    oneClass(UNASKED),
    absent(['this._source', 'host'], ABSENT),
    ...[...ONCE, ...once].map((one) => inPlace(...[one].flat())),
    arrows,
    internalNames(INTERNAL[name] ?? []),
    ...plugins,
  ],
  output: [
    { file: `dist/moddable/${name}.js`, format: 'es', sourcemap, plugins: [localLet, known, short] },
    // The same by its own names, for whoever looks for something in it.
    { file: `build/moddable/${name}.js`, format: 'es', sourcemap },
  ],
});

/** Adds the client to what the device provides: a few lines, without internal names. */
const provider = (name) => ({
  input: compiled(`hosts/moddable/${name}.js`),
  external,
  plugins: [mapped],
  output: {
    file: `dist/moddable/${name}.js`,
    format: 'es',
    sourcemap,
    plugins: [terser({ compress, mangle: { nth_identifier: variables }, format: { ecma: 2022 } })],
  },
});

/** A face that stands on the client's public shape: nothing in it is known to another bundle. */
const face = (name) => ({
  input: compiled(`hosts/moddable/${name}.js`),
  external,
  plugins: [instead, sharedErrors, mapped, natives(OFTEN, RARE, RARE_CALL), arrows],
  output: {
    file: `dist/moddable/${name}.js`,
    format: 'es',
    sourcemap,
    plugins: [
      terser({
        compress,
        mangle: { nth_identifier: variables, properties: { regex: /^_/ } },
        format: { ecma: 2022 },
      }),
    ],
  },
});

const moddable = [
  device(
    'ringlet',
    'index',
    ONCE_IN_CLIENT,
    ...IN_STEPS.map((one) => inSteps(...[one].flat())),
    givenFields('ClientEndpoint', GIVEN),
    readFields(FIELDS, HOT),
    boundClass,
    openPrivates(CONSTANTS, LENDER),
    byThis(INNER, HOT),
  ),
  device('deflate', 'deflate', [], sharedErrors),
  device('uplink', 'uplink', [], sharedErrors, lentField(LENDER.by, CONSTANTS[0])),
  device('server-handshake', 'server-handshake', [], sharedErrors),
  device('file-store', 'file-store', [], sharedErrors),
  ...['socket', 'text', 'websocket', 'websocket-global', 'reconnecting'].map(face),
  ...['ws', 'wss'].map(provider),
];

/** The programs of the apps in `manifests/`. */
const example = (name, input) => ({
  input: compiled(`examples/${input}.js`),
  external,
  plugins: [mapped],
  output: { file: `dist/moddable/examples/${name}.js`, format: 'es', sourcemap },
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
  plugins: [mapped],
  output: {
    file: 'dist/ringlet.script.js',
    format: 'iife',
    name: 'Ringlet',
    sourcemap: true,
    plugins: [terser({ compress, format: { ecma: 2022 } })],
  },
};

const declarations = {
  input: {
    ringlet: 'src/index.ts',
    node: 'hosts/node/index.ts',
    uplink: 'hosts/node/uplink.ts',
    conformance: 'hosts/node/conformance/index.ts',
    simulated: 'hosts/simulated/index.ts',
    messages: 'hosts/node/messages.ts',
    socket: 'hosts/node/socket.ts',
    websocket: 'hosts/node/websocket.ts',
    'websocket-global': 'hosts/node/websocket/global.ts',
    reconnecting: 'hosts/node/reconnecting.ts',
    'server-handshake': 'hosts/node/server-handshake.ts',
    'moddable/ringlet': 'hosts/moddable/index.ts',
    'moddable/deflate': 'hosts/moddable/deflate.ts',
    'moddable/socket': 'hosts/moddable/socket.ts',
    'moddable/text': 'hosts/moddable/text.ts',
    'moddable/websocket': 'hosts/moddable/websocket.ts',
    'moddable/websocket-global': 'hosts/moddable/websocket-global.ts',
    'moddable/uplink': 'hosts/moddable/uplink.ts',
    'moddable/reconnecting': 'hosts/moddable/reconnecting.ts',
    'moddable/server-handshake': 'hosts/moddable/server-handshake.ts',
    'moddable/file-store': 'hosts/moddable/file-store.ts',
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
