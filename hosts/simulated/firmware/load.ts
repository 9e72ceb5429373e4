import { existsSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { checkOption } from '../../../src/connection/check-options.ts';
import { ConnectionError, ErrorId, RingletError } from '../../../src/errors.ts';
import { permessageDeflate } from '../../../src/deflate/permessage-deflate.ts';
import { checkedText } from '../check.ts';
import { checkFirmwareOptions } from '../check-options.ts';
import type { SimulatedDevice } from '../device.ts';
import { SimulatedHost } from '../host.ts';
import { present } from '../present.ts';
import { defineBuiltIns } from './built-ins.ts';
import { type Globals, globalsOf } from './globals.ts';
import { readManifest } from './manifest.ts';
import { type Natives, nativesOf, Resource } from './natives.ts';

/** What there is besides the program itself. */
export interface FirmwareOptions {
  /** The program's `mc/config`; what a manifest says comes before it. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** A manifest of Moddable's: its modules are used, and evaluated in its order. */
  readonly manifest?: string | undefined;
  /** For which platform a manifest is read. Default `lin`. */
  readonly platform?: string | undefined;
  /** Files of further modules, by specifier. */
  readonly modules?: Readonly<Record<string, string>> | undefined;
}

/** What modules made for a machine are made from. */
interface Machine {
  readonly host: SimulatedHost;
  readonly config: Readonly<Record<string, unknown>>;
  readonly Resource: typeof Resource;
  readonly natives: Natives;
  readonly library: object;
  readonly globals: Globals;
  /** Makes this the machine whose code runs: each of its modules calls it first, for others may be loaded meanwhile. */
  readonly enter: () => void;
}

/** Shared by all copies of this module in a process: the hooks find machines here. */
const MACHINES = Symbol.for('ringlet.simulated.machines');
const scope = globalThis as unknown as { [MACHINES]?: Map<number, Machine> };

let hooks: MessagePort | undefined;

/** A file of this folder, from the source and from the bundle in `dist/`. */
function beside(name: string): URL {
  const here = new URL(`./${name}`, import.meta.url);
  return existsSync(here) ? here : new URL(`../hosts/simulated/firmware/${name}`, import.meta.url);
}

/** Makes Node's loader know the modules of devices; once. */
function installHooks(): MessagePort {
  if (hooks !== undefined) return hooks;
  const { port1, port2 } = new MessageChannel();
  register(beside('hooks.mjs').href, { data: { port: port2 }, transferList: [port2] });
  port1.unref();
  defineGlobals();
  defineBuiltIns();
  return (hooks = port1);
}

/** The globals of Moddable, each the present machine's. What a program sets is its machine's, too. */
function defineGlobals(): void {
  const before = Reflect.get(globalThis, 'device') as unknown;
  Object.defineProperty(globalThis, 'device', {
    configurable: true,
    get: () => present.host?.device ?? before,
    set(device: SimulatedDevice) {
      if (present.host !== undefined) present.host.device = device;
    },
  });
  Object.defineProperty(globalThis, 'trace', {
    configurable: true,
    writable: true,
    value: (...texts: unknown[]) => present.host?.say(texts.join('').replace(/\n$/, '')),
  });
}

/** Tells the hooks where the modules of a machine are; they know it when this returns. */
function tellModules(port: MessagePort, machine: number, modules: Readonly<Record<string, string>>): void {
  const stored = new Int32Array(new SharedArrayBuffer(4));
  port.postMessage({ machine, modules, stored });
  Atomics.wait(stored, 0, 0, 10_000);
}

/**
 * Loads the Moddable program `main`, unmodified, onto `host`: its imports (`embedded:…`, `timer`, `time`, `mc/config`,
 * `ringlet`, `device`) and globals (`device`, `trace`, `Date`, `Math.random`, what it sets on `globalThis`) are those of this
 * machine, whatever others run the same program. Then calls what it exports by default, as Moddable does, now and whenever the machine starts again; modules are evaluated once.
 * Rejects with what a module throws or cannot find. Lives in Node, and in test runners that run in Node.
 */
export async function loadFirmware(
  host: SimulatedHost,
  main: string | URL,
  options: FirmwareOptions = {},
): Promise<Record<string, unknown>> {
  checkOption(host instanceof SimulatedHost, 'host', 'a host of a World');
  if (!(main instanceof URL)) checkedText(main, 'main');
  checkFirmwareOptions(options);
  const program = last.then(() => load(host, main, options));
  last = program.catch(() => {});
  return program;
}

/** The load that was asked for last: one after the other, so that machines start in the order of the calls. */
let last: Promise<unknown> = Promise.resolve();

/** What the hooks say of an import that leads nowhere. */
const isMissing = (error: unknown): error is Error =>
  error instanceof Error && error.message.startsWith('a simulated machine has no ');

async function load(
  host: SimulatedHost,
  main: string | URL,
  options: FirmwareOptions,
): Promise<Record<string, unknown>> {
  const url = main instanceof URL ? main : pathToFileURL(resolve(main));
  if (url.protocol !== 'file:' || !existsSync(url))
    throw new RingletError(ErrorId.argumentInvalid, `there is no program ${url.href}`);
  const { manifest, platform = 'lin' } = options;
  const build =
    manifest === undefined ? { modules: {}, preload: [], config: {} } : readManifest(manifest, platform);
  const modules = { ...build.modules };
  for (const [specifier, file] of Object.entries(options.modules ?? {}))
    modules[specifier] = pathToFileURL(resolve(file)).href;
  const port = installHooks();
  const machines = (scope[MACHINES] ??= new Map());
  const number = machines.size + 1;
  machines.set(number, {
    host,
    config: Object.freeze({ ...build.config, ...options.config }),
    Resource,
    natives: nativesOf(host),
    library: { ConnectionError, RingletError, WebSocketClient: host.WebSocketClient, permessageDeflate },
    globals: globalsOf(host),
    enter: () => {
      present.host = host;
    },
  });
  tellModules(port, number, modules);
  const importFile = createRequire(import.meta.url)(fileURLToPath(beside('import.cjs'))) as (
    url: string,
  ) => Promise<Record<string, unknown>>;
  const importAnew = (address: string): Promise<Record<string, unknown>> =>
    importFile(address).catch((error: unknown) => {
      throw isMissing(error) ? new RingletError(ErrorId.argumentInvalid, error.message) : error;
    });
  const withMachine = (of: string): string => `${of}${of.includes('?') ? '&' : '?'}ringlet-machine=${number}`;
  present.host = host;
  for (const specifier of build.preload) {
    const file = modules[specifier];
    if (file !== undefined && existsSync(fileURLToPath(file)) && !specifier.startsWith('ringlet/random'))
      await importAnew(withMachine(file));
  }
  present.host = host;
  const program = await importAnew(withMachine(url.href));
  const start = program.default;
  if (typeof start === 'function') host.run(() => void (start as () => void)());
  return program;
}
