/**
 * `npm run moddable:flash`: the flash that an app on an ESP32 pays for the library, as linked by Moddable's SDK (MODDABLE set):
 * the octets that its preloaded image and its natives have more than those of the same app without. The image is mc.xs.c,
 * compiled for the instruction set of the ESP32-C3 (RV32IMC) or else for 32-bit x86; natives are the C that the manifests add.
 * With --json one line of JSON.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, setUp } from '../setup.mjs';
import { findSdk, link, output, run, SdkError } from './sdk.mjs';

const PLATFORM = 'esp32/esp32c3';

const CLIENT = '$(MODDABLE)/examples/io/tcp/websocketclient/manifest_websocketclient.json';
const DNS = '$(MODDABLE)/examples/io/udp/dns/manifest_dns.json';

/** What is linked: manifests of the SDK, or of ours. Each is compared with `network`, which every client needs. */
const APPS = {
  network: [DNS],
  moddable: [CLIENT],
  ringlet: ['manifests/manifest.json'],
  deflate: ['manifests/manifest_deflate.json'],
};

/** The compilers that can make what is measured, the first that is there. */
const COMPILERS = [
  {
    command: 'riscv64-unknown-elf-gcc',
    size: 'riscv64-unknown-elf-size',
    flags: ['--specs=picolibc.specs', '-march=rv32imc', '-mabi=ilp32'],
    target: 'RV32IMC',
  },
  { command: 'cc', size: 'size', flags: ['-m32'], target: '32-bit x86' },
];

/** XS's platform, as far as the size of what is linked goes: nothing of this is ever run. */
const PLATFORM_HEADER = `
#undef mxLittleEndian
#define mxLittleEndian 1
#define mxExport extern
#define mxImport extern
#define XS_FUNCTION_NORETURN __attribute__((noreturn))
${[
  'ctype',
  'errno',
  'float',
  'math',
  'setjmp',
  'stdarg',
  'stdint',
  'stdio',
  'stdlib',
  'string',
  'time',
  'unistd',
]
  .map((name) => `#include <${name}.h>`)
  .join('\n')}
#define mxMachinePlatform void *host;
`;

async function findCompiler(folder) {
  const source = join(folder, 'probe.c');
  writeFileSync(source, '#include <stdio.h>\n');
  for (const compiler of COMPILERS)
    try {
      await run(compiler.command, [...compiler.flags, '-c', source, '-o', join(folder, 'probe.o')]);
      return compiler;
    } catch (error) {
      if (!(error instanceof SdkError)) throw error;
    }
  throw new SdkError('there is no compiler for RV32IMC or for 32-bit x86');
}

/** Octets of flash that a file of C takes when it is compiled beside the app that was linked into `folder`. */
async function octetsOf(compiler, { path }, folder, source) {
  const measured = join(folder, 'measured');
  mkdirSync(measured, { recursive: true });
  writeFileSync(join(measured, 'measured.h'), PLATFORM_HEADER);
  const object = join(measured, `${basename(source)}.o`);
  const own = readFileSync(join(folder, 'makefile'), 'utf8').match(/^\t-I\S+?(?=\\?$)/gm) ?? [];
  const includes = [
    measured,
    folder,
    ...['platforms', 'includes', 'sources'].map((name) => join(path, 'xs', name)),
  ];
  await run(compiler.command, [
    ...compiler.flags,
    ...['-Os', '-w', '-c', source, '-o', object],
    ...['-DINCLUDE_XSPLATFORM=1', '-DXSPLATFORM="measured.h"', '-DmxRun=1', '-DESP32=1'],
    ...includes.map((name) => `-I${name}`),
    ...own.map((option) => option.trim()),
  ]);
  const [text, data] = (await run(compiler.size, [object])).split('\n')[1].trim().split(/\s+/);
  return Number(text) + Number(data);
}

/** The files of C that the makefile in `folder` compiles. */
const nativesOf = (folder) =>
  [...readFileSync(join(folder, 'makefile'), 'utf8').matchAll(/^\$\(TMP_DIR\)\/\S+\.c\.o: (\S+\.c) /gm)].map(
    ([, source]) => source,
  );

/** The image that was linked into `folder`: octets, and how many slots and symbols are in it. */
async function imageOf(compiler, sdk, folder) {
  const source = join(folder, 'mc.xs.c');
  const text = readFileSync(source, 'utf8');
  const count = (name) => Number(new RegExp(`^#define ${name} (\\d+)`, 'm').exec(text)[1]);
  return {
    image: await octetsOf(compiler, sdk, folder, source),
    slots: count('mxHeapCount'),
    symbols: count('mxKeysCount'),
  };
}

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
 * Measures: `{ target, clients: { moddable, ringlet, deflate } }`, each what the app with it has more than the app that has the
 * network only: octets of `flash`, which are those of its `image` and its `natives`, and how many `slots` (16 octets each) and
 * `symbols` (4 octets, a slot of those, and its text) are in the image. `deflate` includes the client. Throws an SdkError
 * where nothing can be measured.
 */
export async function measureFlash() {
  const sdk = findSdk();
  const compiler = await findCompiler(output);
  const network = await linkApp(sdk, 'network', APPS.network);
  const base = await imageOf(compiler, sdk, network);
  const others = new Set(nativesOf(network));
  const clients = {};
  for (const name of Object.keys(APPS).slice(1)) {
    const folder = await linkApp(sdk, name, APPS[name]);
    const linked = await imageOf(compiler, sdk, folder);
    let natives = 0;
    for (const source of nativesOf(folder).filter((one) => !others.has(one)))
      natives += await octetsOf(compiler, sdk, folder, source);
    const image = linked.image - base.image;
    clients[name] = {
      flash: image + natives,
      image,
      natives,
      slots: linked.slots - base.slots,
      symbols: linked.symbols - base.symbols,
    };
  }
  return { target: compiler.target, clients };
}

const kilobytes = (octets) => `${(octets / 1000).toFixed(1)} KB`.padStart(9);

if (existsSync(process.argv[1]) && process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setUp();
    const measured = await measureFlash();
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(measured)}\n`);
    else {
      const line = (name, { flash, image, natives, slots, symbols }) =>
        [
          name.padEnd(30),
          ...[flash, image, natives].map(kilobytes),
          ...[slots, symbols].map((count) => String(count).padStart(9)),
          '\n',
        ].join('');
      const { moddable, ringlet, deflate } = measured.clients;
      process.stdout.write(
        `${`An app pays for (${measured.target})`.padEnd(30)}    flash = image + natives   slots  symbols\n` +
          line("Moddable's client", moddable) +
          line('ringlet', ringlet) +
          line('ringlet and ringlet/deflate', deflate),
      );
    }
  } catch (error) {
    if (!(error instanceof SdkError)) throw error;
    process.stderr.write(`moddable:flash: ${error.message}\n`);
    process.exitCode = 2;
  }
}
