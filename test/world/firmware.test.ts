/**
 * Programs of Moddable run in a world as they are: those of the manifests, several at once, on the build for
 * devices; and from the command line.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { loadFirmware, MINUTE, SECOND, World } from '../../hosts/simulated/index.ts';

const app = (name: string) => fileURLToPath(new URL(`../../manifests/${name}`, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ringlet-firmware-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A program of its own. */
function program(name: string, source: string): string {
  const file = join(directory, name);
  writeFileSync(file, source);
  return file;
}

const told = (world: World, host: string) =>
  world
    .events('trace')
    .filter(({ from }) => from === host)
    .map(({ text }) => text);

test('the echo app echoes, and connects again when it is closed', async () => {
  const world = new World({ seed: 1 });
  const echoed: unknown[] = [];
  const gateway = world.host('gateway', { runtime: 'node' });
  gateway.serve({
    port: 9002,
    onOpen: (peer) => peer.send('hello'),
    onMessage(peer, data) {
      echoed.push(data);
      peer.close(1000);
    },
  });
  const device = world.host('device', { link: { latency: 30 } });
  const config = { host: 'gateway' };
  await loadFirmware(device, app('echo/main.js'), { manifest: app('echo/manifest.json'), config });
  world.run(12 * SECOND);
  // Closed at once, and tried again after 5 seconds.
  expect(echoed).toEqual(['hello', 'hello', 'hello']);
  expect(told(world, 'device')).toEqual(['closed', 'closed', 'closed']);
  expect(world.connections(device, gateway)).toHaveLength(3);
});

test('the telemetry app streams over TLS, and goes on after its network was lost', async () => {
  const world = new World({ seed: 2 });
  const gateway = world.host('gateway', { runtime: 'node' });
  gateway.serve({ certificate: { names: ['gateway.local'] }, onMessage: (peer, data) => peer.send(data) });
  const device = world.host('device');
  await loadFirmware(device, app('telemetry/main.js'), { manifest: app('telemetry/manifest.json') });
  world.at(MINUTE, () => device.online(false));
  world.at(3 * MINUTE, () => device.online(true));
  world.run(6 * MINUTE);
  const texts = world.delivered('gateway').filter(({ data }) => typeof data === 'string');
  const samples = texts.map(({ data }) => JSON.parse(data as string) as { uptime: number });
  // One a second, as config says, while there is a network; some more were under way when it was lost.
  expect(samples.length).toBeGreaterThan(60 + 2 * 60);
  expect(samples.length).toBeLessThan(6 * 60);
  expect(told(world, 'device')[0]).toBe('connected');
  expect(told(world, 'device').at(-1)).toBe('connected');
  expect(told(world, 'device').some((line) => line.startsWith('lost'))).toBe(true);
});

test('machines that run the same program have modules, configuration and globals of their own', async () => {
  const file = program(
    'main.js',
    `import config from 'mc/config';
import Timer from 'timer';
import Time from 'time';
import WebSocketClient from 'embedded:network/websocket/client';
import { twice } from './beside';
let count = 0;
export default function () {
  Timer.repeat(() => trace(config.name, ' ', twice(++count), ' ', Time.ticks, '\\n'), config.every);
  let isSent = false;
  new WebSocketClient({
    ...device.network.ws,
    host: 'server',
    onWritable() {
      if (!isSent) this.write(new Uint8Array([config.every & 255]));
      isSent = true;
    },
  });
}
`,
  );
  program('beside.js', 'export const twice = (value) => value * 2;\n');
  const world = new World();
  world.host('server').serve();
  for (const [name, every] of [
    ['one', 1000],
    ['two', 2000],
  ] as const) {
    await loadFirmware(world.host(name), file, { config: { name, every } });
  }
  world.run(4 * SECOND);
  expect(told(world, 'one')).toEqual(['one 2 1000', 'one 4 2000', 'one 6 3000', 'one 8 4000']);
  expect(told(world, 'two')).toEqual(['two 2 2000', 'two 4 4000']);
  expect(world.delivered().map(({ data }) => (data as Uint8Array)[0])).toEqual([1000 & 255, 2000 & 255]);
});

test('a program that imports what no device has, or throws, is refused with the reason', async () => {
  const world = new World();
  await expect(
    loadFirmware(world.host('a'), program('bad.js', "import 'nowhere-to-be-found';\n")),
  ).rejects.toThrow('nowhere-to-be-found');
  await expect(
    loadFirmware(world.host('b'), program('throws.js', "throw new Error('at load');\n")),
  ).rejects.toThrow('at load');
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (file: string, env: object) =>
  promisify(execFile)(process.execPath, ['--import', 'ringlet/simulated/register', file], {
    cwd: root,
    env: { ...process.env, ...env },
  });

test('from the command line a program runs against an echo server, for an hour that takes a moment', async () => {
  const file = program(
    'app.mjs',
    `import Timer from 'timer';
import config from 'mc/config';
import WebSocketClient from 'embedded:network/websocket/client';
export default function () {
  const client = new WebSocketClient({
    ...device.network.ws,
    host: 'anything.example',
    onReadable(count) { trace(config.name, ' got ', String.fromCharCode(...new Uint8Array(this.read(count)))); },
  });
  Timer.repeat(() => client.write(new Uint8Array([104, 105]), { binary: false }), 600000);
}
`,
  );
  const page = join(directory, 'page.html');
  const { stdout, stderr } = await run(file, { RINGLET_CONFIG: '{"name":"it"}', RINGLET_PAGE: page });
  expect(stdout).toBe('it got hi\n'.repeat(5));
  expect(stderr).toMatch(/^simulated 1 h: 1 connections, 5 messages delivered/m);
  expect(readFileSync(page, 'utf8')).toContain('text 2 &#34;hi&#34;');
});

test('from the command line a program that throws ends with 1, and one that is none of a device is left alone', async () => {
  const throws = program(
    'fails.mjs',
    "import Timer from 'timer';\nTimer.set(() => { throw new Error('later'); });\n",
  );
  await expect(run(throws, {})).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('later') });
  const plain = program('plain.mjs', "console.log('as ever', typeof trace);\n");
  expect((await run(plain, {})).stdout).toBe('as ever undefined\n');
});
