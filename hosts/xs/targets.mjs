/**
 * What the desk XS can be built for: `desk`, a program of this machine, and `rv32`, an image for a bare board with the
 * instruction set of the ESP32-C3, which QEMU emulates (rv32/README.md); `sdk` and `rv32-sdk` are the same with the XS of the
 * Moddable SDK that MODDABLE names, which is newer than the pinned one. A target tells its compiler, what it is given, where
 * XS is, and where its C is, in the order in which headers are looked for.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchSources, PACKAGE } from './sources.mjs';
import { BuildError, here, out, ownC, run, say, sharedC, xs } from './tools.mjs';

const SPECS = '/usr/lib/picolibc/riscv64-unknown-elf/picolibc.specs';

/** Code from where the board's memory begins, then what is RAM, up to the memory that stands for flash. */
const MAP = {
  flash: 0x80000000,
  flash_size: 0x200000,
  ram: 0x80200000,
  ram_size: 0xfe00000,
  stack_size: 0x100000,
};

/** The pinned XS that everybody can have. */
const PINNED = { xs, origin: PACKAGE, fetch: fetchSources };

async function versionOf(compiler, missing) {
  const { failed, stdout } = await run(compiler, ['--version']);
  if (failed) throw new BuildError(missing, 3);
  return stdout.split('\n')[0];
}

/**
 * 32 bits need the compiler's support, the 32-bit C library and a kernel that runs such programs: only linking and
 * running tells. Resolves with the flags, or with none and `without`, the reason.
 */
async function findMachineFlags(compiler) {
  const probe = join(out, 'probe');
  const source =
    '#include <math.h>\n#include <stdio.h>\nint main(int c, char **v) { return (int)sin(c - 1); }\n';
  const flags = ['-m32', '-msse2', '-mfpmath=sse'];
  writeFileSync(`${probe}.c`, source);
  const { failed } = await run(compiler, [...flags, `${probe}.c`, '-o', probe, '-lm']);
  const runs = !failed && spawnSync(probe).status === 0;
  rmSync(`${probe}.c`);
  rmSync(probe, { force: true });
  if (failed) return { flags: [], without: 'the C compiler cannot make 32-bit programs (gcc-multilib?)' };
  if (!runs) return { flags: [], without: 'this machine does not run 32-bit programs' };
  return { flags };
}

async function desk() {
  const compiler = process.env.CC ?? 'cc';
  const version = await versionOf(compiler, `no C compiler ("${compiler}"); install gcc, or name one in CC.`);
  const { flags, without } = await findMachineFlags(compiler);
  if (without !== undefined)
    say(`${without}: building for 64 bits, where slots, and with them the block, are twice as large.`);
  return {
    ...PINNED,
    compiler,
    version,
    flags,
    defines: [],
    folders: [ownC, sharedC],
    headers: [],
    flagsFor: () => [],
    link: ['-lm', '-lpthread'],
    program: join(out, 'ringlet-xs'),
    what: `for ${flags.length ? 32 : 64} bits`,
  };
}

async function rv32() {
  const compiler = 'riscv64-unknown-elf-gcc';
  const version = await versionOf(
    compiler,
    `no ${compiler}; install gcc-riscv64-unknown-elf, picolibc-riscv64-unknown-elf and qemu-system-misc.`,
  );
  const board = join(here, 'rv32');
  // Of these files only: one reads the board's registers, one has the function that the board begins with.
  const special = { 'board.c': ['-march=rv32imc_zicsr'], 'main.c': ['-Dmain=deskMain'] };
  return {
    ...PINNED,
    compiler,
    version,
    // An int32_t is a long there, and formatted as an int: the two are the same.
    flags: [
      `--specs=${SPECS}`,
      '-march=rv32imc',
      '-mabi=ilp32',
      '-ffunction-sections',
      '-fdata-sections',
      '-Wno-format',
    ],
    defines: ['_POSIX_TIMERS', '_POSIX_MONOTONIC_CLOCK'],
    folders: [join(board, 'c'), ownC, sharedC],
    headers: [join(board, 'include')],
    flagsFor: (file) => special[file] ?? [],
    link: [
      ...['--oslib=semihost', '-Wl,--wrap=loopCall', '-Wl,--gc-sections', '-lm'],
      ...Object.entries(MAP).map(([name, value]) => `-Wl,--defsym=__${name}=${value}`),
    ],
    program: join(out, 'ringlet-xs-rv32.elf'),
    what: 'for RV32IMC',
  };
}

/** The target `made`, with the XS of the SDK. */
async function withSdk(made, program) {
  const { MODDABLE } = process.env;
  if (!MODDABLE) throw new BuildError('MODDABLE does not name an SDK.', 3);
  const sources = join(MODDABLE, 'xs');
  const header = join(sources, 'includes', 'xs.h');
  if (!existsSync(header)) throw new BuildError(`there is no ${header}: MODDABLE does not name an SDK.`, 3);
  const target = await made();
  return {
    ...target,
    xs: sources,
    // The SDK is no package: its version and its header stand for what is compiled.
    origin: readFileSync(join(MODDABLE, 'tools', 'VERSION'), 'utf8') + readFileSync(header, 'utf8'),
    fetch: () => undefined,
    program: join(out, program),
    what: `${target.what}, with the XS of the SDK`,
  };
}

export const TARGETS = {
  desk,
  rv32,
  sdk: () => withSdk(desk, 'ringlet-xs-sdk'),
  'rv32-sdk': () => withSdk(rv32, 'ringlet-xs-rv32-sdk.elf'),
};
