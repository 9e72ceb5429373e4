/**
 * `npm run moddable:check`: with a Moddable SDK (MODDABLE set), links the apps of `manifests/` and `test/moddable/` for
 * devices, which compiles, preloads and freezes their modules (and builds the whole image where the platform's toolchain
 * is there), and builds them for Linux and runs them against servers of its own. Each line says what was checked, skipped
 * or failed. Exit status: 0 all that could be checked is right, 1 something failed, 2 nothing could be checked.
 */
import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { withAuthority } from './moddable/authority.mjs';
import { buildHeadless, start } from './moddable/headless.mjs';
import { build, findSdk, link, output, refuseWarnings, run, SdkError } from './moddable/sdk.mjs';
import { root, setUp } from './setup.mjs';

/** Milliseconds for an app to connect and do what it is for. */
const PATIENCE = 60_000;
/** Longer than any deadline of a connection that is lost: what a timer does after its end would be seen. */
const AFTERWARDS = 20_000;

const ESP32 = ['esp32', 'esp32/esp32c3', 'esp32/esp32s3'];
const app = (name) => join(root, name);

const counts = { checked: 0, skipped: 0, failed: 0 };

function say(kind, what, why) {
  counts[kind]++;
  process.stdout.write(`moddable:check: ${kind}: ${what}${why === undefined ? '' : ` (${why})`}\n`);
}

/** Runs `action`, and says what came of it; it may return why there was nothing to check. */
async function check(what, action) {
  try {
    const skipped = await action();
    if (skipped === undefined) say('checked', what);
    else say('skipped', what, skipped);
  } catch (error) {
    if (!(error instanceof SdkError)) throw error;
    say('failed', what, error.message);
  }
}

/** The certificate authorities that apps want. */
const AUTHORITIES = [
  'manifests/telemetry/certificates/gateway-ca.der',
  'examples/mqtt/certificates/broker-ca.der',
];

async function checkDevices(sdk) {
  const hasIdf = process.env.IDF_PATH !== undefined;
  for (const platform of ESP32)
    for (const name of [
      'manifests/echo',
      'manifests/telemetry',
      'examples/phone',
      'examples/mqtt',
      'test/moddable/both',
      'test/moddable/snippet',
    ])
      await check(`${name} for ${platform}, ${hasIdf ? 'the whole image' : 'linked'}`, async () => {
        await (hasIdf ? build : link)(sdk, app(name), platform, { host: 'gateway.local', port: 80 });
      });
  if (!hasIdf) say('skipped', 'C for the ESP32', 'IDF_PATH is not set');
  await check('manifests/echo for the ESP32-H2 is refused', async () => {
    const outcome = await link(sdk, app('manifests/echo'), 'esp32/esp32h2').catch((error) => error.message);
    if (!outcome.includes('no Wi-Fi')) throw new SdkError(outcome);
  });
}

/** A server whose `onPeer` is called with every connection, and `received` with every message. */
async function listen(onPeer) {
  const server = new WebSocketServer({ port: 0, perMessageDeflate: true });
  server.on('connection', onPeer);
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

/**
 * Builds `name` for Linux, runs it, and resolves when `onPeer` calls what it is given with the peer; throws if the app ends
 * or is not done in time. `afterwards` milliseconds it goes on, and may not end.
 */
async function runOnLinux(sdk, headless, name, onPeer, { afterwards = 0, builder = build } = {}) {
  let finish;
  const done = new Promise((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(new SdkError(error)));
  });
  // Told below, where it is waited for.
  done.catch(() => {});
  const server = await listen((peer) => onPeer(peer, finish));
  try {
    const folder = await builder(sdk, app(name), 'lin', { host: '127.0.0.1', port: server.address().port });
    const running = start(headless, folder);
    const stopping = new AbortController();
    const over = running.ended.then((how) => Promise.reject(new SdkError(`the app ended: ${how}`)));
    over.catch(() => {});
    try {
      const late = setTimeout(PATIENCE, null, { signal: stopping.signal, ref: false });
      late.catch(() => {});
      await Promise.race([done, over, late.then(() => Promise.reject(new SdkError('nothing came back')))]);
      await Promise.race([over, setTimeout(afterwards, null, { signal: stopping.signal })]);
    } finally {
      stopping.abort();
      await running.stop();
    }
  } finally {
    for (const peer of server.clients) peer.terminate();
    server.close();
  }
}

const MESSAGES = ['h\u00e4llo', 'x'.repeat(300), '\u20ac'.repeat(2000)];

/** Sends messages, whose echo has to be the same; then loses the connection, so that the app makes another. */
function echoTo(rounds) {
  let left = rounds;
  return (peer, finish) => {
    let at = 0;
    peer.on('message', (data, isBinary) => {
      if (isBinary || String(data) !== MESSAGES[at]) finish('what came back is not what was sent');
      if (++at < MESSAGES.length) return;
      if (--left > 0) peer.terminate();
      else {
        peer.close(1000);
        finish();
      }
    });
    for (const message of MESSAGES) peer.send(message);
  };
}

/** The first message has to be `expected`. */
const expectMessage = (expected) => (peer, finish) =>
  peer.once('message', (data) =>
    finish(String(data) === expected ? undefined : `it said ${data}, and not ${expected}`),
  );

/** Puts the package, as it would be published, beside an app that depends on it, and builds that with mcpack. */
async function buildPackage(sdk, folder, platform, config) {
  const name = `ringlet-${basename(folder)}`;
  const copy = join(output, name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  const modules = join(copy, 'node_modules');
  mkdirSync(modules);
  const packed = await run('npm', [
    'pack',
    '--json',
    '--silent',
    '--ignore-scripts',
    '--pack-destination',
    copy,
  ]);
  // As npm does, with the time of now: make goes by it, and a packed file's is that of 1985.
  await run('tar', ['-xzmf', join(copy, JSON.parse(packed)[0].filename), '-C', modules]);
  renameSync(join(modules, 'package'), join(modules, 'ringlet'));
  const settings = Object.entries(config).map(([key, value]) => `${key}=${value}`);
  const args = ['mcconfig', '-m', '-p', platform, '-t', 'build', '-o', output, ...settings];
  refuseWarnings(await run('mcpack', args, { cwd: copy, env: sdk.env }));
  return join(output, 'bin', platform, 'mc/release', name);
}

/** An app with records in files, in a folder that is empty. */
async function buildWithRecords(sdk, folder, platform, config) {
  const records = join(output, 'records');
  rmSync(records, { recursive: true, force: true });
  mkdirSync(records);
  return buildPackage(sdk, folder, platform, { ...config, records: join(records, 'outbox') });
}

async function checkLinux(sdk) {
  if (process.platform !== 'linux') {
    say('skipped', 'Linux', `this is ${process.platform}`);
    return;
  }
  let headless;
  try {
    headless = await buildHeadless(sdk);
  } catch (error) {
    say('skipped', 'Linux', `no C compiler or no glib-2.0: ${error.message.split('\n')[0]}`);
    return;
  }
  const linux = (what, name, onPeer, options) =>
    check(what, () => runOnLinux(sdk, headless, name, onPeer, options));
  await linux('manifests/echo on Linux echoes, and outlives lost connections', 'manifests/echo', echoTo(2), {
    afterwards: AFTERWARDS,
  });
  await linux(
    'an app whose package.json names ringlet, built by mcpack',
    'test/moddable/mcpack',
    (peer, finish) => (peer.extensions === '' ? finish('nothing is compressed') : echoTo(1)(peer, finish)),
    { builder: buildPackage },
  );
  await linux(
    'an app built by mcpack sends what its outbox before kept in files',
    'test/moddable/mcpack-outbox',
    expectMessage('{"temperature":21.5}'),
    { builder: buildWithRecords },
  );
  const ours = JSON.stringify({ shared: true, provided: true });
  for (const name of ['test/moddable/both', 'test/moddable/both/reverse'])
    await linux(`${name}, with Moddable's own client in the manifest`, name, expectMessage(ours));
  await linux("the guide's program", 'test/moddable/snippet', expectMessage('{"temperature":21.5}'));
}

try {
  const sdk = findSdk();
  await setUp();
  const checkAll = AUTHORITIES.reduce(
    (action, name) => () => withAuthority(app(name), action),
    () => checkDevices(sdk),
  );
  await checkAll();
  await checkLinux(sdk);
} catch (error) {
  if (!(error instanceof SdkError)) throw error;
  say('skipped', 'everything', error.message);
}
const { checked, skipped, failed } = counts;
process.stdout.write(`moddable:check: ${checked} checked, ${skipped} skipped, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : checked > 0 ? 0 : 2;
