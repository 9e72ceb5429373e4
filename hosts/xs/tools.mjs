/** What the parts of the build share: where things are, running commands, and how a build says that it cannot go on. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
/** All that is built. */
export const out = join(root, 'build', 'xs');
/** XS, once its sources are there. */
export const xs = join(out, 'package', 'moddable', 'xs');
export const ownC = join(here, 'c');
/** The C that devices compile too. */
export const sharedC = join(root, 'manifests', 'natives');

export class BuildError extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

export function say(text) {
  process.stderr.write(`hosts/xs: ${text}\n`);
}

export function run(command, args, options) {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 1 << 26, ...options }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, missing: error?.code === 'ENOENT', stdout, stderr }),
    );
  });
}
