import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CommandError } from '../arguments.ts';

/** Of the repository, from `dist/`, where this runs. */
const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** `hosts/xs/build.mjs` found no C compiler. */
const NO_COMPILER = 3;

/** XS in the memory of a microcontroller: built for this machine, or for an emulated RV32IMC board. */
export type DeskEngine = 'xs' | 'rv32';

/** Builds the desktop build of XS if it is not there; resolves with the command that runs it. */
function buildDesk(engine: DeskEngine): Promise<readonly [string, ...string[]]> {
  const build = at('hosts/xs/build.mjs');
  if (!existsSync(build)) {
    return Promise.reject(
      new CommandError('the desktop build of XS comes with the repository, not with the package'),
    );
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [build, ...(engine === 'rv32' ? [engine] : [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let path = '';
    child.stdout.on('data', (text) => (path += text));
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0)
        resolve(engine === 'rv32' ? [process.execPath, at('hosts/xs/rv32/run.mjs')] : [path.trim()]);
      else if (status === NO_COMPILER) reject(new CommandError(MISSING[engine]));
      else reject(new CommandError('the desktop build of XS cannot be built'));
    });
  });
}

const MISSING: Readonly<Record<DeskEngine, string>> = {
  xs: 'the desktop build of XS needs a C compiler',
  rv32: 'the emulated board needs gcc and picolibc for riscv64-unknown-elf',
};

/** The memory of the smallest devices, octets. */
export const BLOCK = 32768;

/** Slots of the stack, which lies in the block. */
export const STACK = 512;

/** Where it is not this machine's, with the memory of the smallest devices. */
export interface DeskMemory {
  readonly engine?: DeskEngine;
  readonly block?: number;
  readonly stack?: number;
}

export interface DeskProgram {
  readonly child: ChildProcess;
  /** Settles when the program is over; fails if that was with an error. */
  readonly end: Promise<void>;
}

/**
 * Runs `dist/xs/NAME.js` in the desktop build of XS, with what devices get: the built bundle in read-only memory, and one
 * static block for everything else. `onLine` is called for every line that it prints.
 */
export async function runInDesk(
  name: string,
  args: readonly string[],
  onLine: (line: string) => void,
  { engine = 'xs', block = BLOCK, stack = STACK }: DeskMemory = {},
): Promise<DeskProgram> {
  const [program, ...before] = await buildDesk(engine);
  const preloads = {
    'ringlet/random': at('hosts/xs/random.js'),
    ringlet: at('dist/moddable/ringlet.js'),
    'embedded:network/websocket/client': at('dist/moddable/ringlet.js'),
    'ringlet/deflate': at('dist/moddable/deflate.js'),
    'ringlet/uplink': at('dist/moddable/uplink.js'),
    app: at(`dist/xs/${name}.js`),
  };
  const options = Object.entries(preloads).flatMap(([specifier, path]) => [
    '--preload',
    `${specifier}=${path}`,
  ]);
  const child = spawn(
    program,
    [...before, '--memory', String(block), '--stack', String(stack), ...options, 'app', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  createInterface({ input: child.stdout }).on('line', onLine);
  const end = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve();
      else reject(new CommandError(`the program in the desktop build of XS ended with status ${status}`));
    });
  });
  return { child, end };
}
