import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const folder = pathOf('../../build/bench/');

/** Where `compile(name)` puts its program. */
export const programPath = (name) => `${folder}${name}`;

/** Compiles `bench/c/<name>.c`. Returns why that is not possible here, or undefined. */
export function compile(name, ...libraries) {
  mkdirSync(folder, { recursive: true });
  const source = pathOf(`../c/${name}.c`);
  const { error, status, stderr } = spawnSync('gcc', ['-O2', '-o', programPath(name), source, ...libraries]);
  if (error !== undefined) return 'there is no gcc';
  if (status === 0) return undefined;
  return /wslay\.h/.test(String(stderr)) ? 'libwslay-dev is not installed' : `gcc says ${stderr}`;
}
