/** Runs apps that were built for Linux, without Moddable's simulator and the display that it wants. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../setup.mjs';
import { output, run } from './sdk.mjs';

/** Compiles the program that runs them; resolves with its path. */
export async function buildHeadless(sdk) {
  const program = join(output, 'headless');
  const flags = (await run('pkg-config', ['--cflags', '--libs', 'glib-2.0'])).trim().split(/\s+/);
  const source = join(root, 'tools/moddable/headless.c');
  const includes = join(sdk.path, 'build/simulators/modules');
  const compiler = process.env.CC ?? 'cc';
  await run(compiler, ['-O1', '-DmxLinux=1', `-I${includes}`, source, '-o', program, ...flags, '-ldl']);
  return program;
}

/** Starts the app that was built into `folder`: `{ ended }` settles with how it ended, `stop()` ends it. */
export function start(program, folder) {
  const child = spawn(program, [join(folder, 'mc.so')], { stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (status, signal) => resolve(signal ?? `exit code ${status}`));
  });
  return {
    ended,
    stop: () => {
      child.kill();
      return ended;
    },
  };
}
