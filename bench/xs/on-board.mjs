/**
 * Counts what a message costs on the emulated RV32IMC board, to the last instruction: a turn gives the app so many octets, and no
 * clock of this machine has a part in it.
 */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../tools/setup.mjs';
import { LIBRARY, STACK } from '../memory/desk.mjs';

export const MESSAGES = 1000;
/** Octets that a turn gives the app, where messages come in a stream. */
const STREAM = 8192;
/** Milliseconds by which what answers the opening handshake has been read, so that a turn gives whole messages. */
const SETTLED = 3000;
const APP = fileURLToPath(new URL('programs/counted.js', import.meta.url));

/** Octets of a frame that a server sends. */
export const frameLength = (octets) => octets + (octets < 126 ? 2 : 4);

/** A work, and how much of it a turn gives the app: a stream, or one message. */
export const workOnBoard = (name, octets, kind = 'binary', isSingle = false) => ({
  id: [name, kind, octets, ...(isSingle ? ['single'] : [])].join('.'),
  name,
  octets,
  kind,
  segment: isSingle ? frameLength(octets) : STREAM,
});

/** A stream that turns give the app in whole messages, for a client whose `read(buffer)` takes no part of one. */
export const inWholeMessages = (work) => ({
  ...work,
  segment: Math.floor(STREAM / frameLength(work.octets)) * frameLength(work.octets),
});

/** Builds the image `target` of hosts/xs; ends this program, with the builder's exit status, if there is none. */
export function buildBoard(target = 'rv32') {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'hosts/xs/build.mjs'), target], {
    encoding: 'utf8',
  });
  process.stderr.write(stderr);
  if (status !== 0) process.exit(status);
}

/** What the image was compiled with. */
export const compilerOfBoard = () =>
  spawnSync('riscv64-unknown-elf-gcc', ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];

/**
 * What `MESSAGES` messages of a work took, `{ slots, chunks, collections, computrons, instructions }`, in a block of so many
 * octets. `library` may name another client; with `sdk` the engine is the SDK's; `options` are more of the desk's.
 */
export function count(
  { name, octets, kind, segment },
  port,
  { block, library = LIBRARY, sdk = false, options = [] },
) {
  const board = [
    join(root, 'hosts/xs/rv32/run.mjs'),
    ...(sdk ? ['--sdk'] : []),
    '--exact',
    `--segment=${segment}`,
  ];
  const sizes = ['--memory', String(block), '--stack', String(STACK), ...options];
  const preloads = Object.entries({ ...library, app: APP }).flatMap(([specifier, file]) => [
    '--preload',
    `${specifier}=${file}`,
  ]);
  const args = [port, name, octets, MESSAGES, kind, SETTLED].map(String);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...board, ...sizes, ...preloads, 'app', ...args], (error, stdout, stderr) => {
      if (error !== null) reject(new Error(`${name} ${octets}: ${stderr.trim() || error.message}`));
      else resolve(JSON.parse(stdout));
    });
  });
}
