/**
 * Programs of Moddable run in a world as they are: those of the manifests, several at once, on the build for
 * devices; and from the command line.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, loadFirmware, MINUTE, SECOND, World } from '../../hosts/simulated/index.ts';
import { ErrorId } from '../../src/errors.ts';

const app = (name: string) => fileURLToPath(new URL(`../../manifests/${name}`, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ringlet-firmware-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A program of its own. */
function program(name: string, source: string): string {
  const file = join(directory, name);
  writeFileSync(file, source);
  return file;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

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

test('what another manifest has for a module of the machine is left out; its other modules are not', async () => {
  mkdirSync(join(directory, 'other'));
  const file = program(
    'other/main.js',
    `import TCP from 'embedded:io/socket/tcp';
import { name } from 'own';
trace(name, ' ', TCP === device.network.ws.socket.io, '\\n');
`,
  );
  program('other/own.js', "export const name = 'own';\n");
  program('other/tcp.js', "import 'module of the SDK';\n");
  const modules = { '*': './own', 'embedded:io/socket/tcp': './tcp' };
  const manifest = program(
    'other/manifest.json',
    JSON.stringify({ modules, preload: 'embedded:io/socket/tcp' }),
  );
  const world = new World();
  await loadFirmware(world.host('device'), file, { manifest });
  expect(told(world, 'device')).toEqual(['own true']);
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

test('the date, chance, timers and globals of a program are its machine’s, and the same for the same seed', async () => {
  const file = program(
    'globals.js',
    `globalThis.loads = (globalThis.loads ?? 0) + 1;
Object.defineProperty(globalThis, 'defined', { value: device.name, configurable: true });
export default function () {
  const timer = setInterval((text) => {
    trace(text, ' ', new Date().toISOString(), ' ', Date.now() - started, ' ', Math.random(), ' ', Math.max(1, 2));
    clearInterval(timer);
    clearInterval(undefined);
  }, 1500, 'tick');
  const started = Date.now();
  setTimeout(() => trace('timeout ', loads, ' ', defined, ' ', 'loads' in globalThis, ' ', new Date(5).getTime()), 500);
}
`,
  );
  const date = Date.UTC(2030, 0, 1);
  const play = async (seed: number) => {
    const world = new World({ seed, date });
    // At once: which module is evaluated when is the loader's business.
    await Promise.all(['a', 'b'].map((name) => loadFirmware(world.host(name, { device: { name } }), file)));
    world.run(3 * SECOND);
    return world;
  };
  const first = await play(3);
  for (const name of ['a', 'b']) {
    const [timeout, tick, ...others] = told(first, name);
    expect(timeout).toBe(`timeout 1 ${name} true 5`);
    expect(tick).toMatch(/^tick 2030-01-01T00:00:01\.500Z 1500 0\.\d+ 2$/);
    expect(others).toEqual([]);
  }
  expect(told(first, 'a')).not.toEqual(told(first, 'b'));
  expect((await play(3)).text()).toBe(first.text());
  expect(told(await play(4), 'a')).not.toEqual(told(first, 'a'));
  expect('loads' in globalThis && (globalThis as { loads?: unknown }).loads).not.toBe(3);
  expect(Math.abs(Date.now() - date)).toBeGreaterThan(DAY);
});

test('what a program imports of the library is what devices carry, also without a manifest', async () => {
  symlinkSync(root, join(mkdirSync(join(directory, 'node_modules'), { recursive: true })!, 'ringlet'));
  const file = program(
    'imports.js',
    `import { decodeText, encodeText } from 'ringlet/text';
import { Outbox, Uplink } from 'ringlet/uplink';
export default function () {
  const uplink = new Uplink({
    ...device.network.ws,
    host: 'gateway',
    outbox: new Outbox({ memory: 1024 }),
    onChange: ({ state }) => trace(state),
    onData: (bytes, start, end) => trace(decodeText(bytes, start, end)),
  });
  uplink.start();
  uplink.post(encodeText('21,5 °C'), { binary: false });
}
`,
  );
  const world = new World();
  world.host('gateway').serve({ onMessage: (peer, data) => peer.send(data) });
  await loadFirmware(world.host('device'), file);
  world.run(SECOND);
  expect(told(world, 'device')).toEqual(['connecting', 'open', '21,5 °C']);
});

test('a program has what XS has beside the language', async () => {
  const file = program(
    'built-ins.js',
    `export default function () {
  const buffer = ArrayBuffer.fromString('a°');
  trace(buffer.byteLength, ' ', String.fromArrayBuffer(buffer), ' ', String.fromArrayBuffer(buffer, 1, 2));
  trace(String.fromArrayBuffer(buffer.concat(ArrayBuffer.fromString('z'), new Uint8Array([33]))));
  for (const wrong of [[buffer, 4], [buffer, 0, 4], [new Uint8Array(2)]])
    try { String.fromArrayBuffer(...wrong); } catch (error) { trace(error.name); }
  const drawn = Array.from({ length: 100 }, () => Math.irandom(3, 6));
  trace(Math.min(...drawn), Math.max(...drawn), Number.isInteger(Math.irandom(10)));
}
`,
  );
  const world = new World();
  await loadFirmware(world.host('device'), file);
  world.run(1);
  expect(told(world, 'device')).toEqual([
    '3 a° °',
    'a°z!',
    'RangeError',
    'RangeError',
    'TypeError',
    '35true',
  ]);
});

test('a program that imports what no device has, or throws, is refused with the reason', async () => {
  const world = new World();
  await expect(
    loadFirmware(world.host('a'), program('bad.js', "import 'nowhere-to-be-found';\n")),
  ).rejects.toThrow('nowhere-to-be-found');
  await expect(
    loadFirmware(world.host('c'), program('pins.js', "import Digital from 'embedded:io/digital';\n")),
  ).rejects.toThrow(/^a simulated machine has no embedded:io\/digital, which .*pins\.js imports/);
  await expect(
    loadFirmware(world.host('d'), program('address.js', "import URL from 'url';\nnew URL('ws://a/');\n")),
  ).rejects.toThrow(/^a simulated machine has no url, which .*address\.js imports/);
  const standIn = program('driver.js', "import { sep } from 'path';\nexport const size = sep.length;\n");
  const user = program('user.js', "import { size } from 'driver';\ntrace(size);\n");
  await loadFirmware(world.host('e'), user, { modules: { driver: standIn } });
  expect(told(world, 'e')).toEqual(['1']);
  await expect(
    loadFirmware(world.host('b'), program('throws.js', "throw new Error('at load');\n")),
  ).rejects.toThrow('at load');
  for (const [name, specifier] of [
    ['drawing', 'commodetto/Poco'],
    ['beside', './is-not-there'],
    ['provider', 'embedded:io/digital'],
  ] as const)
    await expect(
      loadFirmware(world.host(name), program(`${name}.js`, `import x from '${specifier}';\ntrace(x);\n`)),
    ).rejects.toMatchObject({
      id: ErrorId.argumentInvalid,
      message: expect.stringMatching(
        new RegExp(`^a simulated machine has no ${specifier}, which .*${name}\\.js imports`),
      ),
    });
  await expect(loadFirmware(world.host('f'), join(directory, 'is-not-there.js'))).rejects.toMatchObject({
    id: ErrorId.argumentInvalid,
    message: expect.stringContaining('is-not-there.js'),
  });
});

test('what a program changes of Date and Math is changed on its machine only', async () => {
  const now = Object.getOwnPropertyDescriptor(Date, 'now');
  const file = program(
    'changes.js',
    `const first = Date.now();
if (device.name === 'a') {
  Date.now = () => 5;
  Date.mine = 1;
  Object.defineProperty(Date, 'yours', { value: 2, configurable: true });
  delete Date.UTC;
  Math.random = () => 0.25;
  Math.abs = () => -1;
}
export default function () {
  trace([Date.now() === first, Date.mine, Date.yours, Math.random() === 0.25, Math.abs(3), new Date() instanceof Date]);
}
`,
  );
  const world = new World({ date: 1000 });
  for (const name of ['a', 'b']) await loadFirmware(world.host(name, { device: { name } }), file);
  world.run(1);
  expect(told(world, 'a')).toEqual(['false,1,2,true,-1,true']);
  expect(told(world, 'b')).toEqual(['true,,,false,3,true']);
  expect(Object.getOwnPropertyDescriptor(Date, 'now')).toEqual(now);
  expect(['mine' in Date, 'yours' in Date, typeof Date.UTC, Math.abs(-3)]).toEqual([
    false,
    false,
    'function',
    3,
  ]);
});

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

test('a module that declares a name which each machine has for itself, over several lines, is its own', async () => {
  program('own-names.js', 'export const [setTimeout, other] = [5, 6];\n');
  const file = program(
    'declares.js',
    `import {
  setTimeout,
  other,
} from './own-names.js';
const {
  Date,
  rest = Math.max(1, 2),
} = { Date: 7 };
trace([setTimeout, other, Date, rest, typeof setInterval].join(' '));
`,
  );
  const world = new World();
  await loadFirmware(world.host('device'), file);
  expect(told(world, 'device')).toEqual(['5 6 7 2 function']);
});

/** Where this package is installed. */
beforeAll(() => {
  mkdirSync(join(directory, 'installed', 'node_modules'), { recursive: true });
  symlinkSync(root, join(directory, 'installed', 'node_modules', 'ringlet'));
});

test('from the command line a program is told by what its own modules import, too', async () => {
  program(
    'sensor.js',
    "import Timer from 'timer';\nexport default () => Timer.set(() => trace('read'), 5);\n",
  );
  const relative = program('relative.mjs', "import start from './sensor.js';\nstart();\n");
  expect((await run(relative, {})).stdout).toBe('read\n');
  const bare = program('bare.mjs', "import start from 'sensor';\nexport default start;\n");
  expect((await run(bare, {})).stdout).toBe('read\n');
  const socket = program(
    'installed/socket.mjs',
    `import { WebSocket } from 'ringlet/websocket';
const socket = new WebSocket('ws://nobody.example/');
socket.onopen = () => socket.send('in the world');
socket.onmessage = ({ data }) => globalThis.trace(data);
`,
  );
  expect((await run(socket, {})).stdout).toBe('in the world\n');
});

test('from the command line a program of Node is left alone, whatever its own modules import', async () => {
  program('installed/helper.mjs', "export { World } from 'ringlet/simulated';\n");
  const file = program(
    'installed/of-node.mjs',
    `import { World } from './helper.mjs';
import { WebSocket } from 'ringlet/websocket';
console.trace('not of a device');
console.log(typeof World, typeof WebSocket, typeof trace);
`,
  );
  expect((await run(file, {})).stdout).toBe('function function undefined\n');
});

test('from the command line a page that cannot be written is said at once', async () => {
  const file = program('page.mjs', "import Timer from 'timer';\nTimer.set(() => trace('ran'), 5);\n");
  await expect(run(file, { RINGLET_PAGE: join(directory, 'nowhere', 'page.html') })).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^RINGLET_PAGE: ENOENT/),
  });
  await expect(run(file, { RINGLET_PAGE: directory })).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: `RINGLET_PAGE: ${directory} is a folder\n`,
  });
});

test('from the command line what is no world is said in one line, and ends with 2', async () => {
  const file = program('waits.mjs', "import Timer from 'timer';\nTimer.set(() => {}, 5);\n");
  const wrong: readonly [string, RegExp][] = [
    [join(directory, 'nowhere.mjs'), /^RINGLET_WORLD: .*nowhere\.mjs: there is no such file\n$/],
    [
      program('no-world.mjs', 'export default 5;\n'),
      /: its default export is no function \(world, device\)\n$/,
    ],
  ];
  for (const [RINGLET_WORLD, stderr] of wrong)
    await expect(run(file, { RINGLET_WORLD })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(stderr),
    });
});
