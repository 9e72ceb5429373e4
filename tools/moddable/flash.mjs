/**
 * `npm run moddable:flash`: the flash that an app on an ESP32 pays for the library, as linked with Moddable's SDK (MODDABLE
 * set): what the app with it has more than the same app without. With --json one line of JSON; with --update it is recorded
 * in bench/memory/flash.json, for those who have no SDK.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, setUp } from '../setup.mjs';
import { findCompiler, imageOf } from './image.mjs';
import { findSdk, link, output, SdkError } from './sdk.mjs';

const PLATFORM = 'esp32/esp32c3';
const RECORD = join(root, 'bench', 'memory', 'flash.json');

const CLIENT = '$(MODDABLE)/examples/io/tcp/websocketclient/manifest_websocketclient.json';
const DNS = '$(MODDABLE)/examples/io/udp/dns/manifest_dns.json';

/** What is linked: manifests of the SDK, or of ours. Each is compared with `network`, which every client needs. */
const APPS = {
  network: [DNS],
  moddable: [CLIENT],
  ringlet: ['manifests/manifest.json'],
  deflate: ['manifests/manifest_deflate.json'],
  uplink: ['manifests/manifest_uplink.json'],
};

/** Links an app with the manifests `includes`; resolves with the folder of that. */
async function linkApp(sdk, name, includes) {
  const app = join(output, 'apps', `flash-${name}`);
  mkdirSync(app, { recursive: true });
  const ours = (file) => (file.startsWith('$') ? file : relative(app, join(root, file)));
  const manifest = {
    include: ['$(MODDABLE)/examples/manifest_base.json', '$(MODDABLE)/examples/manifest_net.json'].concat(
      includes.map(ours),
    ),
    modules: { '*': './main' },
  };
  writeFileSync(join(app, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(app, 'main.js'), 'export default function () {}\n');
  // What an earlier run left there would be linked, too.
  rmSync(join(output, 'tmp', PLATFORM, 'release', basename(app)), { recursive: true, force: true });
  return link(sdk, app, PLATFORM);
}

/**
 * Measures: `{ sdk, target, clients: { moddable, ringlet, deflate, uplink } }`, each what the app with it has more than the app that has
 * the network only: octets of `flash`, which are those of its `image` and of the C behind it, ours and XS's (`c`), and how many
 * `slots` (16 octets each) and `symbols` (a slot of those, 4 octets and its text) are in the image. `deflate` and `uplink`
 * include the client. An app that uses more of XS has some of `c` already. Throws an SdkError where nothing can be measured.
 */
export async function measureFlash() {
  const sdk = findSdk();
  const compiler = await findCompiler(output);
  // Objects of another SDK or compiler would be linked.
  rmSync(join(output, 'tmp', PLATFORM, 'release', 'engine'), { recursive: true, force: true });
  let base;
  const clients = {};
  for (const [name, includes] of Object.entries(APPS)) {
    const linked = await imageOf(compiler, sdk, await linkApp(sdk, name, includes));
    base ??= linked;
    const more = (part) => linked[part] - base[part];
    const flash = more('all');
    const image = more('image');
    clients[name] = { flash, image, c: flash - image, slots: more('slots'), symbols: more('symbols') };
  }
  const { network: _, ...measured } = clients;
  const version = readFileSync(join(sdk.path, 'tools', 'VERSION'), 'utf8').trim();
  return { sdk: `Moddable SDK ${version}`, target: compiler.target, clients: measured };
}

/** What was recorded, `{ date, sdk, target, clients }`, or what is measured now where there is an SDK. */
export async function flashHere() {
  if (process.env.MODDABLE) return measureFlash();
  return JSON.parse(readFileSync(RECORD, 'utf8'));
}

const kilobytes = (octets) => `${(octets / 1000).toFixed(1)} KB`.padStart(9);

const TITLES = {
  moddable: "Moddable's client",
  ringlet: 'ringlet',
  deflate: 'ringlet and ringlet/deflate',
  uplink: 'ringlet and ringlet/uplink',
};

/** The table of what `measureFlash` or `flashHere` resolves with. */
export function flashTable({ date, sdk, target, clients }) {
  const lines = Object.entries(clients).map(([name, { flash, image, c, slots, symbols }]) =>
    [
      TITLES[name].padEnd(30),
      ...[flash, image, c].map(kilobytes),
      ...[slots, symbols].map((count) => String(count).padStart(9)),
    ].join(''),
  );
  const head = 'An app pays for'.padEnd(30);
  const how = `${sdk}, ${target}${date === undefined ? '' : `, recorded ${date}`}`;
  return `${how}\n${head}${'flash ='.padStart(9)}${'image +'.padStart(9)}${'C'.padStart(9)}${'slots'.padStart(9)}${'symbols'.padStart(9)}\n${lines.join('\n')}\n`;
}

if (existsSync(process.argv[1]) && process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setUp();
    const measured = await measureFlash();
    if (process.argv.includes('--update')) {
      const date = new Date().toISOString().slice(0, 10);
      writeFileSync(RECORD, `${JSON.stringify({ date, ...measured }, null, 2)}\n`);
    }
    process.stdout.write(
      process.argv.includes('--json') ? `${JSON.stringify(measured)}\n` : flashTable(measured),
    );
  } catch (error) {
    if (!(error instanceof SdkError)) throw error;
    process.stderr.write(`moddable:flash: ${error.message}\n`);
    process.exitCode = 2;
  }
}
