/**
 * What of an app lies in a device's flash for JavaScript: the image of its modules, the natives they name, and as much of XS
 * as these use. It is compiled for the instruction set of the ESP32-C3 (RV32IMC) or else for 32-bit x86, and linked as on the
 * device, with what nobody uses left out. The SDK leaves out built-ins by their names, and a linker whole engines, as that
 * for regular expressions, behind them. Nothing of it is ever run, and what the system has is not linked.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../setup.mjs';
import { run, SdkError } from './sdk.mjs';

/** The compilers that can make it, the first that is there. */
const COMPILERS = [
  {
    command: 'riscv64-unknown-elf-gcc',
    size: 'riscv64-unknown-elf-size',
    flags: ['--specs=picolibc.specs', '-march=rv32imc', '-mabi=ilp32'],
    // Room for all of it: where it would lie does not matter.
    place: ['flash=0x10000000', 'flash_size=0x1000000', 'ram=0x20000000', 'ram_size=0x1000000'].map(
      (place) => `-Wl,--defsym=__${place}`,
    ),
    target: 'RV32IMC',
  },
  { command: 'cc', size: 'size', flags: ['-m32', '-fno-pie'], place: ['-no-pie'], target: '32-bit x86' },
];

/** XS's platform, as far as sizes go. */
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

/** What a device calls to make its machine from the image and to run it. */
const ENTRIES = [
  'xsPreparationAndCreation',
  'fxCloneMachine',
  'fxDeleteMachine',
  'fxRunModule',
  'fxAwaitImport',
  'fxCollectGarbage',
  'fxRunPromiseJobs',
];

const START = `
${ENTRIES.map((name) => `extern void ${name}(void);`).join('\n')}
void (*const entries[])(void) = { ${ENTRIES.join(', ')} };
void _start(void) {
  for (unsigned i = 0; i < sizeof entries / sizeof *entries; i++) entries[i]();
}
`;

/** A compiler, with all that it makes in `folder`; throws an SdkError where there is none. */
export async function findCompiler(folder) {
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

/** Compiles `source` into `folder` with what the app that was linked into `app` defines; resolves with the object's path. */
async function compile({ command, flags }, { path }, app, folder, source) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'measured.h'), PLATFORM_HEADER);
  const object = join(folder, `${basename(source)}.o`);
  const own = readFileSync(join(app, 'makefile'), 'utf8').match(/^\t-I\S+?(?=\\?$)/gm) ?? [];
  const includes = [
    folder,
    app,
    ...['platforms', 'includes', 'sources'].map((name) => join(path, 'xs', name)),
  ];
  await run(command, [
    ...flags,
    ...['-Os', '-w', '-ffunction-sections', '-fdata-sections', '-c', source, '-o', object],
    ...['-DINCLUDE_XSPLATFORM=1', '-DXSPLATFORM="measured.h"', '-DmxRun=1', '-DESP32=1'],
    ...includes.map((name) => `-I${name}`),
    ...own.map((option) => option.trim()),
  ]);
  return object;
}

/** Octets of flash in each of `objects`, and in all of them. */
async function octetsOf({ size }, ...objects) {
  const lines = (await run(size, objects)).trim().split('\n').slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .reduce((sum, [text, data]) => sum + Number(text) + Number(data), 0);
}

/** XS without its defaults, which come with an app's image. */
const engineOf = ({ path }) => {
  const folder = join(path, 'xs', 'sources');
  const names = readdirSync(folder).filter((name) => /^xs\w+\.c$/.test(name));
  return names
    .filter((name) => name !== 'xsDefaults.c' && name !== 'xsum.c')
    .map((name) => join(folder, name));
};

/** The files of C that the app in `app` compiles beside XS and the platform. */
const nativesOf = (app) =>
  [...readFileSync(join(app, 'makefile'), 'utf8').matchAll(/^\$\(TMP_DIR\)\/\S+\.c\.o: (\S+\.c) /gm)].map(
    ([, source]) => source,
  );

/**
 * Natives of the SDK for a device's hardware need headers that are not here: they are left out, with and without the library.
 * One of ours that cannot be compiled would make a figure too small.
 */
async function compileNative(compiler, sdk, app, folder, source) {
  try {
    return await compile(compiler, sdk, app, folder, source);
  } catch (error) {
    if (!(error instanceof SdkError) || source.startsWith(root)) throw error;
    return undefined;
  }
}

/**
 * Octets of flash of the app whose image lies in `app`: `all` of it as linked, of which `image` is mc.xs.c, and how many `slots`
 * and `symbols` are in that.
 */
export async function imageOf(compiler, sdk, app) {
  const folder = join(app, 'measured');
  const engine = join(app, '..', 'engine');
  const objects = [];
  for (const source of engineOf(sdk)) {
    const object = join(engine, `${basename(source)}.o`);
    objects.push(existsSync(object) ? object : await compile(compiler, sdk, app, engine, source));
  }
  for (const source of nativesOf(app)) objects.push(await compileNative(compiler, sdk, app, folder, source));
  const source = join(app, 'mc.xs.c');
  const image = await compile(compiler, sdk, app, folder, source);
  const start = join(folder, 'start.c');
  writeFileSync(start, START);
  objects.push(image, await compile(compiler, sdk, app, folder, start));
  const linked = join(folder, 'app.elf');
  await run(compiler.command, [
    ...compiler.flags,
    ...compiler.place,
    ...['-nostartfiles', '-Wl,--gc-sections', '-Wl,--unresolved-symbols=ignore-all', '-o', linked],
    ...objects.filter((object) => object !== undefined),
    ...['-lm', '-lc', '-lgcc'],
  ]);
  const text = readFileSync(source, 'utf8');
  const count = (name) => Number(new RegExp(`^#define ${name} (\\d+)`, 'm').exec(text)[1]);
  return {
    all: await octetsOf(compiler, linked),
    image: await octetsOf(compiler, image),
    slots: count('mxHeapCount'),
    symbols: count('mxKeysCount'),
  };
}
