// Hooks for Node's module loader: what a Moddable program imports leads to the machine of a simulated world that it runs
// on. Modules are loaded anew for each machine: `?ringlet-machine=NUMBER` in a URL says whose it is.
import { existsSync, readFileSync, statSync } from 'node:fs';
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
};

/** Natives: a manifest's own would need what Node does not have. */
const NATIVE = new Set(['ringlet/random', 'ringlet/natives', 'ringlet/deflate-natives']);

/** Names that a module exports beside its default. */
const NAMED = {
  'embedded:network/websocket/client':
    'export const { WebSocketClient, ConnectionError, RingletError } = machine.library;',
  ringlet: 'export const { WebSocketClient, ConnectionError, RingletError } = machine.library;',
  'ringlet/deflate': 'export const { permessageDeflate } = machine.library;',
  'ringlet/random': 'export const { word } = machine.natives;',
  'ringlet/natives':
    'export const { validate, mask, copyFitting, faultOfHeader, lengthAt, frameLength, writeHeader, putMessage, startDeadline, elapse, nextTick, headText, trim, hasToken, statusOf, isWireCloseCode, closeCodeOf, decodeUtf8, wellFormed, keyOf, acceptOf } = machine.natives.octets;',
  'ringlet/deflate-natives':
    'export const { inflateStart, inflate, inflateEnd, deflateStart, deflate, deflateEnd, deflateBound } = machine.natives.deflate;',
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

export async function resolve(specifier, context, next) {
  if (specifier.includes(`${PARAMETER}=`)) return { url: specifier, format: 'module', shortCircuit: true };
  const machine = machineOf(context.parentURL);
  if (machine === null) return next(specifier, context);
  const found = NATIVE.has(specifier) ? undefined : ownModule(specifier, context.parentURL, machine);
  if (found !== undefined) return { url: withMachine(found, machine), format: 'module', shortCircuit: true };
  if (specifier in BUILT_IN)
    return {
      url: `${SCHEME}${encodeURIComponent(specifier)}?${PARAMETER}=${machine}`,
      format: 'module',
      shortCircuit: true,
    };
  const result = await next(specifier, context);
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

export async function load(url, context, next) {
  if (url.startsWith(SCHEME)) {
    const parsed = new URL(url);
    const specifier = decodeURIComponent(parsed.pathname);
    const source = `const machine = globalThis[Symbol.for('ringlet.simulated.machines')].get(${Number(machineOf(url))});
const { host } = machine;
export default ${BUILT_IN[specifier]};
${NAMED[specifier] ?? ''}`;
    return { format: 'module', source, shortCircuit: true };
  }
  if (url.startsWith('file:') && machineOf(url) !== null)
    return { format: 'module', source: readFileSync(fileOf(url)), shortCircuit: true };
  return next(url, context);
}
