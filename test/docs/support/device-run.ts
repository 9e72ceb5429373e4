/** Runs a program of a page in the desktop build of XS, with what a device has under its names. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, library } from '../../xs/support/desk.ts';
import { root } from './pages.ts';
import { type Outcome, runToItsEnd } from './run.ts';

const fixture = (name: string): string => join(root, 'test', 'xs', 'fixtures', 'apps', `${name}.js`);
const dist = (name: string): string => join(root, 'dist', 'moddable', `${name}.js`);

/** Names that a program may connect to: on the desk all of them are this machine. */
const NAMES = ['gateway.local', 'gateway.example', 'example.com', 'localhost'];

/**
 * The device's own class, to whatever port the program says at the one of the echo server. TLS is none here: the class
 * for it connects in the same way.
 */
const socketTo = (port: number): string => `
import TCP from 'embedded:io/socket/tcp';
export default class extends TCP {
  constructor(options) {
    super({ ...options, port: ${port} });
  }
}`;

/** What the program finds as \`device.network\`. */
const deviceWith = `
import 'ringlet/ws';
import Socket from 'ringlet:page/socket';
const { ws } = device.network;
const at = (options, port) => {
  const client = { ...options, socket: { ...options.socket, io: Socket }, port };
  return Object.freeze({ ...client, client: Object.freeze(client) });
};
globalThis.device = Object.freeze({
  ...device,
  network: Object.freeze({ ...device.network, ws: at(ws, 80), wss: at(ws, 443) }),
});
`;

/** The SDK's module `Resource`, which is no global. */
const RESOURCE = `
export default class extends ArrayBuffer {
  constructor(name) {
    super(4);
  }
}`;

/** Modules that a device has if its manifest says so. */
const FACES = ['deflate', 'text', 'uplink', 'websocket'];

/** All of them are there at once, and the program is not in flash. */
const MEMORY = ['--memory', '65536', '--stack', '640'];

/** What programs import as `mc/config`. */
const CONFIGURATION = { host: 'gateway.local', port: '9002' };

/** Runs a program for a device in a simulated world, from the command line; it ends by itself. */
export function runInWorld(
  { code, folder }: Omit<DeviceProgram, 'port'>,
  shows: readonly string[],
): Promise<Outcome> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'simulated.js'), code);
  const env = { ...process.env, RINGLET_CONFIG: JSON.stringify(CONFIGURATION), RINGLET_RUN: '5000' };
  const args = ['--import', 'ringlet/simulated/register', 'simulated.js'];
  return runToItsEnd({ command: process.execPath, args, cwd: folder, env }, shows);
}

export interface DeviceProgram {
  readonly code: string;
  readonly folder: string;
  readonly port: number;
}

/** Ends by itself, or when all of `shows` has come. */
export async function runOnDevice(
  { code, folder, port }: DeviceProgram,
  shows: readonly string[],
): Promise<Outcome> {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, text: string): string => {
    const path = join(folder, `${name}.js`);
    writeFileSync(path, text);
    return path;
  };
  const preloads: Record<string, string> = {
    ...library,
    system: fixture('system'),
    'embedded:io/socket/udp': fixture('udp'),
    'ringlet/ws': dist('ws'),
    ...Object.fromEntries(FACES.map((name) => [`ringlet/${name}`, dist(name)])),
    'mc/config': file('config', `export default Object.freeze(${JSON.stringify(CONFIGURATION)});`),
    Resource: file('resource', RESOURCE),
    'ringlet:page/socket': file('socket', socketTo(port)),
    'ringlet:page/device': file('device', deviceWith),
  };
  const args = [
    ...MEMORY,
    ...NAMES.flatMap((name) => ['--host', `${name}=127.0.0.1`]),
    ...Object.entries(preloads).flatMap(([name, path]) => ['--preload', `${name}=${path}`]),
    // Not preloaded: what stands at the top of the program runs when the device starts.
    file('main', code),
  ];
  return runToItsEnd({ command: built.stdout.trim(), args, cwd: folder, env: process.env }, shows);
}
