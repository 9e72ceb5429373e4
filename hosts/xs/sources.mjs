/** The XS sources: a pinned package, fetched with `npm pack` and checked against its digest. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BuildError, out, run, say, xs } from './tools.mjs';

export const PACKAGE = '@agoric/xsnap@0.15.0';
const INTEGRITY =
  'sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==';

const packageDirectory = join(out, 'package');

/** Puts the sources into `xs`, if they are not there yet. */
export async function fetchSources() {
  if (existsSync(xs)) return;
  say(`fetching ${PACKAGE}`);
  const { failed, stdout, stderr, missing } = await run(
    'npm',
    ['pack', PACKAGE, '--json', '--silent', '--pack-destination', out],
    { cwd: out },
  );
  if (missing) throw new BuildError('npm is needed to fetch the XS sources, and was not found.');
  if (failed)
    throw new BuildError(`could not fetch ${PACKAGE} with npm pack: ${stderr.trim() || 'no reason given'}`);
  const tarball = join(out, basename(JSON.parse(stdout)[0].filename));
  const digest = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (digest !== INTEGRITY) {
    rmSync(tarball);
    throw new BuildError(`${PACKAGE} is not what was expected: its digest is ${digest}.`);
  }
  const unpacked = `${packageDirectory}.new`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  const tar = await run('tar', [
    '-xzf',
    tarball,
    '-C',
    unpacked,
    '--strip-components=1',
    'package/moddable/xs',
    'package/LICENSE',
  ]);
  rmSync(tarball);
  if (tar.failed) throw new BuildError(`could not unpack ${PACKAGE}: ${tar.stderr.trim()}`);
  renameSync(unpacked, packageDirectory);
}
