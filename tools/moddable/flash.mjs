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

/** Octets of flash that a file of C takes when it is compiled. */
async function octetsOf(compiler, { path }, folder, source) {
  const object = join(folder, `${basename(source)}.o`);
  const includes = [
    folder,
    join(folder, '..'),
    ...['platforms', 'includes', 'sources'].map((name) => join(path, 'xs', name)),
  ];
  const defines = ['-DINCLUDE_XSPLATFORM=1', '-DXSPLATFORM="measured.h"', '-DmxRun=1', '-DESP32=1'];
  await run(compiler.command, [
    ...compiler.flags,
    ...['-Os', '-w', '-c', source, '-o', object],
    ...defines,
    ...includes.map((name) => `-I${name}`),
  ]);
  const [text, data] = (await run(compiler.size, [object])).split('\n')[1].trim().split(/\s+/);
  return Number(text) + Number(data);
}

/** The files of C that the makefile in `folder` compiles. */
const nativesOf = (folder) =>
  [...readFileSync(join(folder, 'makefile'), 'utf8').matchAll(/^\$\(TMP_DIR\)\/\S+\.c\.o: (\S+\.c) /gm)].map(
    ([, source]) => source,
  );

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
  return link(sdk, app, PLATFORM);
}

/**
 * Measures: `{ target, clients: { moddable, ringlet, deflate } }`, each `{ image, natives, flash }` in octets that the app with
 * it has more than the app that has the network only; `deflate` includes the client. Throws an SdkError where nothing can
 * be measured.
 */
export async function measureFlash() {
  const sdk = findSdk();
  const linked = {};
  for (const [name, includes] of Object.entries(APPS)) linked[name] = await linkApp(sdk, name, includes);
  const scratch = join(output, 'measured');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  const compiler = await findCompiler(scratch);
  const images = {};
  for (const [name, folder] of Object.entries(linked)) {
    const measured = join(folder, 'measured');
    mkdirSync(measured, { recursive: true });
    writeFileSync(join(measured, 'measured.h'), PLATFORM_HEADER);
    images[name] = await octetsOf(compiler, sdk, measured, join(folder, 'mc.xs.c'));
  }
  const network = new Set(nativesOf(linked.network));
  const clients = {};
  for (const name of Object.keys(APPS).filter((one) => one !== 'network')) {
    let natives = 0;
    for (const source of nativesOf(linked[name]).filter((one) => !network.has(one)))
      natives += await octetsOf(compiler, sdk, join(linked[name], 'measured'), source);
    const image = images[name] - images.network;
    clients[name] = { image, natives, flash: image + natives };
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
      const line = (name, { image, natives, flash }) =>
        `${name.padEnd(34)}${[image, natives, flash].map(kilobytes).join('  ')}\n`;
      const { moddable, ringlet, deflate } = measured.clients;
      process.stdout.write(
        `What an app pays for (${measured.target})      image    natives    in all\n` +
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
