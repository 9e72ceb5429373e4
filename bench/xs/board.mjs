/**
 * `npm run bench:rv32`: instructions a message on an emulated board with the instruction set of the ESP32-C3, exact, and the same
 * in every run. Compares them with board.json, which holds for the compiler that is named there: to the last instruction.
 * `--update` writes it; `--json` prints one line. Exit status: 0, 1 if a number differs, 3 without the toolchain.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setUp } from '../../tools/setup.mjs';
import { BLOCK } from '../memory/desk.mjs';
import { startServer } from '../../tools/peer/server.mjs';
import { buildBoard, compilerOfBoard, count, MESSAGES, workOnBoard as work } from './on-board.mjs';

const EXPECTED = fileURLToPath(new URL('board.json', import.meta.url));

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

await setUp();
buildBoard();
const options = process.argv.slice(2);
const compiler = compilerOfBoard();
const server = await startServer();
const instructions = {};
for (const one of WORKS) {
  const counted = await count(one, server.port, { block: BLOCK });
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
