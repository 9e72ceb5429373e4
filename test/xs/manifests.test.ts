/**
 * The apps of `manifests/`, put together as their manifests say and run in the desk XS: every module of ours is there
 * under its specifier, preloaded, and the app does what it is for. Modules of the SDK are stood in for.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { buildOf } from '../moddable/support/manifest.ts';
import { isMissing, library, runInDesk } from './support/desk.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const fixture = (name: string): string => path(`fixtures/apps/${name}.js`);

/** Modules that are put in here by another way: the app, those that the desk XS has itself, and what needs TLS. */
const ELSEWHERE = ['main', 'ringlet/natives', 'ringlet/random', 'ringlet/wss'];

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
    const build = buildOf(path(`../../manifests/${app}/manifest.json`), 'lin');
    const file = join(directory, 'config.js');
    const all = { ...build.config, host: '127.0.0.1', port, ...config };
    writeFileSync(file, `export default Object.freeze(${JSON.stringify(all)});`);
    const own = [...build.modules]
      .filter(([name, source]) => existsSync(`${source}.js`) && !ELSEWHERE.includes(name))
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
