/**
 * `npm run bench:rv32`: instructions a message on an emulated board with the instruction set of the ESP32-C3, exact, and the same
 * in every run. Compares them with board.json, which holds for the compiler that is named there: to the last instruction.
 * `--update` writes it; `--json` prints one line. Exit status: 0, 1 if a number differs, 3 without the toolchain.
 */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, setUp } from '../../tools/setup.mjs';
import { LIBRARY } from '../memory/desk.mjs';
import { startServer } from '../../tools/peer/server.mjs';

const MESSAGES = 1000;
/** Octets that a turn gives the app, where messages come in a stream. */
const STREAM = 8192;
/** Milliseconds by which what answers the opening handshake has been read, so that a turn gives whole messages. */
const SETTLED = 400;
const EXPECTED = fileURLToPath(new URL('board.json', import.meta.url));
const APP = fileURLToPath(new URL('programs/counted.js', import.meta.url));

/** A work, and how much of it a turn gives the app: a stream, or one message. */
const work = (name, octets, kind = 'binary', isSingle = false) => ({
  id: [name, kind, octets, ...(isSingle ? ['single'] : [])].join('.'),
  name,
  octets,
  kind,
  segment: isSingle ? octets + (octets < 126 ? 2 : 4) : STREAM,
});

const WORKS = [
  work('spans', 16),
  work('spans', 125),
  work('spans', 125, 'text'),
  work('spans', 16, 'binary', true),
  work('read', 16),
  work('read', 125),
  work('read', 1000),
  work('read', 16, 'binary', true),
  work('read', 125, 'binary', true),
  work('read', 125, 'text', true),
  work('send', 16),
  work('send', 100),
  work('send', 1000),
];

function count({ name, octets, kind, segment }, port) {
  const board = [join(root, 'hosts/xs/rv32/run.mjs'), '--exact', `--segment=${segment}`];
  const sizes = ['--memory', '32768', '--stack', '512'];
  const preloads = Object.entries({ ...LIBRARY, app: APP }).flatMap(([specifier, file]) => [
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

await setUp();
const built = spawnSync(process.execPath, [join(root, 'hosts/xs/build.mjs'), 'rv32'], { encoding: 'utf8' });
process.stderr.write(built.stderr);
if (built.status !== 0) process.exit(built.status);
const options = process.argv.slice(2);
const compiler = spawnSync('riscv64-unknown-elf-gcc', ['--version'], { encoding: 'utf8' }).stdout.split(
  '\n',
)[0];
const server = await startServer();
const instructions = {};
for (const one of WORKS) {
  const counted = await count(one, server.port);
  instructions[one.id] = counted.instructions / MESSAGES;
  const { slots, chunks, collections } = counted;
  if (!options.includes('--json'))
    process.stdout.write(
      `${one.id.padEnd(26)}${String(Math.round(counted.instructions / MESSAGES)).padStart(9)} instructions${String(Math.round(counted.computrons / MESSAGES)).padStart(7)} bytecodes${slots || chunks || collections ? `, ${slots} slots, ${chunks} octets of chunks, ${collections} collections` : ''}\n`,
    );
}
server.close();
if (options.includes('--json')) process.stdout.write(`${JSON.stringify({ compiler, instructions })}\n`);
if (options.includes('--update'))
  writeFileSync(EXPECTED, `${JSON.stringify({ compiler, instructions }, null, 2)}\n`);
else {
  const expected = JSON.parse(readFileSync(EXPECTED, 'utf8'));
  if (expected.compiler !== compiler)
    process.stderr.write(`bench:rv32: not compared: the numbers are those of ${expected.compiler}\n`);
  else
    for (const [id, value] of Object.entries(expected.instructions))
      if (instructions[id] !== value) {
        process.stderr.write(`bench:rv32: ${id}: ${instructions[id]} instead of ${value}\n`);
        process.exitCode = 1;
      }
}
