/**
 * The apps of `manifests/`, put together as their manifests say and run in the desk XS: every module of ours is there
 * under its specifier, preloaded, and the app does what it is for. Modules of the SDK are stood in for.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { isMissing, library, runInDesk } from './support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const fixture = (name: string): string => path(`fixtures/apps/${name}.js`);

interface Manifest {
  readonly include?: string | string[];
  readonly modules?: Record<string, string | string[]>;
  readonly preload?: string | string[];
  readonly config?: Record<string, unknown>;
  readonly platforms?: Record<string, Manifest>;
}

interface Build {
  readonly modules: Map<string, string>;
  readonly preload: Set<string>;
  readonly fromSdk: Set<string>;
  readonly included: Set<string>;
  readonly config: Record<string, unknown>;
}

const listOf = (value: string | string[] | undefined): string[] => [value ?? []].flat();

/** What a manifest and those that it includes come to for `platform`; those of the SDK are named only. */
function read(file: string, platform: string, build: Build): Build {
  const merge = ({ include, modules = {}, preload, config, platforms = {} }: Manifest): void => {
    for (const other of listOf(include))
      if (other.startsWith('$')) build.included.add(other);
      else read(join(dirname(file), other), platform, build);
    for (const [specifier, sources] of Object.entries(modules))
      for (const source of listOf(sources)) {
        // A module of the SDK, by the name of its folder.
        if (source.startsWith('$')) {
          build.fromSdk.add(source.split('/').at(-2)!);
          continue;
        }
        const name = specifier === '*' ? source.slice(source.lastIndexOf('/') + 1) : specifier;
        build.modules.set(name, join(dirname(file), source));
      }
    for (const specifier of listOf(preload)) build.preload.add(specifier);
    Object.assign(build.config, config);
    const own = platforms[platform] ?? platforms['...'];
    if (own !== undefined) merge(own);
  };
  merge(JSON.parse(readFileSync(file, 'utf8')) as Manifest);
  return build;
}

/** Modules of the SDK that the library imports, and the SDK's manifest that brings each along. */
const BROUGHT: Readonly<Record<string, string>> = {
  crypt: '$(MODULES)/crypt/digest/manifest.json',
  'embedded:io/socket/tcp': '$(MODDABLE)/modules/io/manifest.json',
};
/** Those that every app has, from its `manifest_base.json`. */
const BASE = ['time', 'timer'];

const buildOf = (app: string, platform: string): Build =>
  read(path(`../../manifests/${app}/manifest.json`), platform, {
    modules: new Map(),
    preload: new Set(),
    fromSdk: new Set(),
    included: new Set(),
    config: {},
  });

/** Modules in the order in which they import each other. */
const ORDER = [
  'ringlet',
  'embedded:network/websocket/client',
  'embedded:network/ws/client',
  'ringlet/ws',
  'ringlet/uplink',
];
const orderOf = (specifier: string): number =>
  (ORDER.indexOf(specifier) + ORDER.length + 1) % (ORDER.length + 1);

describe('the manifests', () => {
  test.each(['echo', 'telemetry'].flatMap((app) => ['esp32', 'esp', 'pico', 'lin'].map((on) => [app, on])))(
    '%s for %s: every module and every preload is there',
    (app, platform) => {
      const { modules, preload, fromSdk, included } = buildOf(app, platform);
      for (const source of modules.values())
        expect([`${source}.js`, `${source}.c`].filter(existsSync), source).toHaveLength(1);
      for (const specifier of preload) expect([...modules.keys(), ...fromSdk]).toContain(specifier);
      const source = readFileSync(`${modules.get('ringlet')}.js`, 'utf8');
      for (const [, specifier] of source.matchAll(/^import .*'(.*)';$/gm)) {
        if (specifier in BROUGHT) expect([...included]).toContain(BROUGHT[specifier]);
        else expect([...modules.keys(), ...fromSdk, ...BASE]).toContain(specifier);
      }
      expect([...modules.keys()]).toEqual(expect.arrayContaining(['main', 'ringlet', 'ringlet/random']));
    },
  );
});

describe.skipIf(isMissing)('the apps', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-manifests-'));
  let server: WebSocketServer;
  let onPeer: (peer: WebSocket) => void;
  let port: number;

  beforeAll(async () => {
    server = new WebSocketServer({ port: 0 });
    server.on('connection', (peer) => onPeer(peer));
    await new Promise((resolve) => server.once('listening', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterAll(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
    rmSync(directory, { recursive: true });
  });

  /** Runs an app with `config` until its output matches; it would go on for ever. */
  async function run(app: string, config: object, until: RegExp): Promise<string> {
    const build = buildOf(app, 'lin');
    const file = join(directory, 'config.js');
    const all = { ...build.config, host: '127.0.0.1', port, ...config };
    writeFileSync(file, `export default Object.freeze(${JSON.stringify(all)});`);
    const own = [...build.modules]
      .filter(([name]) => !['main', 'random', 'ringlet/random', 'ringlet/wss'].includes(name))
      .sort(([a], [b]) => orderOf(a) - orderOf(b));
    const ended = await runInDesk({
      modules: {
        'mc/config': file,
        'ringlet/random': library['ringlet/random'],
        Resource: fixture('udp'),
        system: fixture('system'),
        'embedded:io/socket/udp': fixture('udp'),
        ...Object.fromEntries(own.map(([name, source]) => [name, `${source}.js`])),
        app: `${build.modules.get('main')}.js`,
      },
      until,
    });
    expect(ended.stderr).toBe('');
    return ended.stdout;
  }

  test('echo echoes, and connects again', async () => {
    const echoed: string[] = [];
    let connections = 0;
    onPeer = (peer) => {
      connections++;
      peer.on('message', (data) => {
        echoed.push(String(data));
        if (echoed.length === 2) peer.close(1000);
        if (echoed.length === 4) peer.terminate();
      });
      peer.send('first');
      peer.send('second '.repeat(500));
    };
    const traced = await run('echo', {}, /error/);
    expect(traced).toMatch(/^closed\nerror 50\d\n$/);
    expect(echoed).toEqual(['first', 'second '.repeat(500), 'first', 'second '.repeat(500)]);
    expect(connections).toBe(2);
  });

  test('telemetry streams its sensors', async () => {
    const samples: { uptime: number }[] = [];
    onPeer = (peer) =>
      peer.on('message', (data, isBinary) => {
        peer.send(data, { binary: isBinary });
        if (!isBinary) samples.push(JSON.parse(String(data)) as { uptime: number });
        if (samples.length === 5) peer.terminate();
      });
    const traced = await run('telemetry', { network: 'ws', rate: 20 }, /lost/);
    expect(traced).toMatch(/^connected\nlost \(50\d\), again in \d+ ms\n/);
    expect(samples[4].uptime).toBeGreaterThan(samples[0].uptime);
  });
});
