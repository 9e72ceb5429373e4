// Hooks for Node's module loader: what a Moddable program imports leads to the machine of a simulated world that it runs
// on. Modules are loaded anew for each machine: `?ringlet-machine=NUMBER` in a URL says whose it is.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';

const PARAMETER = 'ringlet-machine';
const SCHEME = 'ringlet-simulated:';

/** What is made from the machine itself, by specifier: the expression of the default export, and named ones. */
const BUILT_IN = {
  timer: 'host.Timer',
  time: 'host.time',
  'embedded:io/socket/tcp': 'host.TCP',
  'embedded:io/socket/tcp/tls': 'host.TLS',
  'embedded:io/socket/udp': 'class UDP {}',
  'embedded:io/socket/listener': 'host.Listener',
  'embedded:network/dns/resolver/udp': 'host.Resolver',
  'embedded:provider/builtin': 'host.device',
  'embedded:network/websocket/client': 'host.WebSocketClient',
  'embedded:network/ws/client': 'host.WebSocketClient',
  'mc/config': 'machine.config',
  Resource: 'machine.Resource',
  system: 'undefined',
  device: 'host.device',
  ringlet: 'host.WebSocketClient',
  'ringlet/deflate': 'undefined',
  'ringlet/random': 'undefined',
  'ringlet/natives': 'undefined',
  'ringlet/deflate-natives': 'undefined',
  'ringlet/uplink-natives': 'undefined',
  'ringlet/request-natives': 'undefined',
};

/** Under this condition the library's `package.json` has the modules that devices carry, in place of Node's. */
const CONDITION = 'moddable';

/** Where those modules lie: what they import from each other is theirs, too. */
const BUNDLE = '/dist/moddable/';

/** Natives: a manifest's own would need what Node does not have. */
const NATIVE = new Set([
  'ringlet/random',
  'ringlet/natives',
  'ringlet/deflate-natives',
  'ringlet/uplink-natives',
  'ringlet/request-natives',
]);

/** Globals that each machine has for itself; see `globals.ts`. Modules import them from here, unless they declare the name. */
const GLOBALS = ['globalThis', 'Date', 'Math', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'];
const GLOBALS_MODULE = 'globals';
const ENTER = 'enterRingletMachine';

/** Names that a module exports beside its default. */
const NAMED = {
  'embedded:network/websocket/client':
    'export const { WebSocketClient, ConnectionError, RingletError } = machine.library;',
  ringlet: 'export const { WebSocketClient, ConnectionError, RingletError } = machine.library;',
  'ringlet/deflate': 'export const { permessageDeflate } = machine.library;',
  'ringlet/random': 'export const { word } = machine.natives;',
  'ringlet/natives':
    'export const { validate: scan, mask, copyFitting: update, faultOfHeader: filter, lengthAt: weight, frameLength: peek, writeHeader: label, putMessage: poke, partOf: slice, rare: local } = machine.natives.octets;',
  'ringlet/deflate-natives':
    'export const { inflateStart, inflate, inflateEnd, deflateStart, deflate, deflateEnd, deflateBound } = machine.natives.deflate;',
  'ringlet/uplink-natives': 'export const { retryAfterOf, isFinalLoss } = machine.natives.uplink;',
  'ringlet/request-natives': 'export const { isExtensionList, isKey } = machine.natives.request;',
};

/** Modules of an application that lie elsewhere, by machine and specifier; told by the thread of the application. */
const own = new Map();

export function initialize({ port }) {
  port.on('message', ({ machine, modules, stored }) => {
    own.set(String(machine), modules);
    Atomics.store(stored, 0, 1);
    Atomics.notify(stored, 0);
  });
  port.unref();
}

const machineOf = (url) =>
  url === undefined || !URL.canParse(url) ? null : new URL(url).searchParams.get(PARAMETER);

function withMachine(url, machine) {
  const result = new URL(url);
  result.searchParams.set(PARAMETER, machine);
  return result.href;
}

/** A module of the application's, beside the one that imports it or where its manifest says. */
function ownModule(specifier, parent, machine) {
  const known = own.get(machine)?.[specifier];
  if (known !== undefined) return known;
  // Moddable finds a module beside the one that imports it by its bare name, too.
  if (parent === undefined || !parent.startsWith('file:') || /^[a-z]+:/i.test(specifier)) return undefined;
  const beside = new URL(specifier, parent);
  beside.search = '';
  for (const suffix of ['', '.js', '.mjs']) {
    const url = new URL(beside);
    url.pathname += suffix;
    if (existsSync(fileURLToPath(url)) && statSync(fileURLToPath(url)).isFile()) return url.href;
  }
  return undefined;
}

/** Whether a program asks for a module that Node has under that name; stand-ins and packages may. */
function isNodes(specifier, parent, machine) {
  if (!isBuiltin(specifier) || specifier.startsWith('node:') || parent.includes('/node_modules/'))
    return false;
  return !Object.values(own.get(machine) ?? {}).some((url) => fileOf(url) === fileOf(parent));
}

/** What `loadFirmware` makes a RingletError of: only its text crosses the threads. */
function missing(specifier, parent) {
  return new Error(
    `a simulated machine has no ${specifier}, which ${fileOf(parent)} imports; loadFirmware takes a stand-in (modules)`,
  );
}

export async function resolve(specifier, context, next) {
  if (specifier.includes(`${PARAMETER}=`)) return { url: specifier, format: 'module', shortCircuit: true };
  const machine = machineOf(context.parentURL);
  if (machine === null) return next(specifier, context);
  const found = NATIVE.has(specifier) ? undefined : ownModule(specifier, context.parentURL, machine);
  if (found !== undefined) return { url: withMachine(found, machine), format: 'module', shortCircuit: true };
  const isWithinBundle = specifier === 'ringlet' && new URL(context.parentURL).pathname.includes(BUNDLE);
  if (specifier in BUILT_IN && !isWithinBundle)
    return {
      url: `${SCHEME}${encodeURIComponent(specifier)}?${PARAMETER}=${machine}`,
      format: 'module',
      shortCircuit: true,
    };
  // Node would name neither the module nor who imports it; or it would be one of Node's of that name, as for `url`.
  if (specifier.startsWith('embedded:') || isNodes(specifier, context.parentURL, machine))
    throw missing(specifier, context.parentURL);
  // What no manifest maps is found as `mcpack` finds it. Node's modules would reach out of the world.
  const isOurs = isWithinBundle || specifier.startsWith('ringlet/');
  const conditions = isOurs ? [CONDITION, ...context.conditions] : context.conditions;
  const result = await next(specifier, { ...context, conditions }).catch((error) => {
    const isPackages = context.parentURL.includes('/node_modules/');
    throw error?.code === 'ERR_MODULE_NOT_FOUND' && !isPackages
      ? missing(specifier, context.parentURL)
      : error;
  });
  // What comes with Node, or is no module, is the same for all.
  if (!result.url.startsWith('file:') || result.format !== 'module') return result;
  return { ...result, url: withMachine(result.url, machine), shortCircuit: true };
}

/** The file of a URL, whatever stands behind its path. */
function fileOf(url) {
  const file = new URL(url);
  file.search = '';
  return fileURLToPath(file);
}

/** What makes a module its machine's; on one line, so that the lines of the module keep their numbers. */
function prologueOf(source, machine) {
  // On one line; or, over several, between the braces of an import or of a pattern.
  const isDeclared = (name) =>
    new RegExp(
      `^(?:(?:export )?(?:const|let|var|function|class|import)\\b[^;=(\\n]*\\b${name}\\b` +
        `|(?:import|const|let|var)\\b[^;=('"{]*\\{[^}='"]*\\b${name}\\b)`,
      'm',
    ).test(source);
  const names = [...GLOBALS.filter((name) => !isDeclared(name)), ENTER];
  return `import { ${names.join(', ')} } from '${SCHEME}${GLOBALS_MODULE}?${PARAMETER}=${machine}'; ${ENTER}(); `;
}

export async function load(url, context, next) {
  if (url.startsWith(SCHEME)) {
    const parsed = new URL(url);
    const specifier = decodeURIComponent(parsed.pathname);
    const machine = `const machine = globalThis[Symbol.for('ringlet.simulated.machines')].get(${Number(machineOf(url))});\n`;
    if (specifier === GLOBALS_MODULE) {
      const inner = GLOBALS.map((name) => `const own_${name} = machine.globals.${name};`);
      const outer = GLOBALS.map((name) => `own_${name} as ${name}`);
      const source = `${machine}${inner.join('\n')}
export const ${ENTER} = machine.enter;
export { ${outer.join(', ')} };`;
      return { format: 'module', source, shortCircuit: true };
    }
    const source = `${machine}const { host } = machine;
export default ${BUILT_IN[specifier]};
${NAMED[specifier] ?? ''}`;
    return { format: 'module', source, shortCircuit: true };
  }
  const machine = machineOf(url);
  if (url.startsWith('file:') && machine !== null) {
    const source = readFileSync(fileOf(url), 'utf8').replace(/^#!/, '//');
    return { format: 'module', source: prologueOf(source, machine) + source, shortCircuit: true };
  }
  return next(url, context);
}
