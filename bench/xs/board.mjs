/**
 * `npm run bench:rv32`: instructions a message on an emulated board with the instruction set of the ESP32-C3, exact. Compares them
 * with board.json, which holds for the compiler that is named there: what is received to the last instruction, what is sent
 * within 2 %, since how much is sent at once depends on when the other side has taken what went before. What differs is counted
 * again, twice at most: a machine that is busy may cut a stream elsewhere.
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
const expected = JSON.parse(readFileSync(EXPECTED, 'utf8'));
const isCompared = expected.compiler === compiler && !options.includes('--update');
const TRIES = 3;

/** Whether a message took as many instructions as it has to. */
function isAsExpected(id, instructions) {
  const wanted = expected.instructions[id];
  return id.startsWith('send') ? Math.abs(instructions / wanted - 1) < 0.02 : instructions === wanted;
}

const instructions = {};
for (const one of WORKS) {
  let counted;
  for (let tries = 0; tries < TRIES; tries++) {
    counted = await count(one, server.port, { block: BLOCK });
    if (!isCompared || isAsExpected(one.id, counted.instructions / MESSAGES)) break;
  }
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
else if (!isCompared)
  process.stderr.write(`bench:rv32: not compared: the numbers are those of ${expected.compiler}\n`);
else
  for (const [id, value] of Object.entries(expected.instructions))
    if (!isAsExpected(id, instructions[id])) {
      process.stderr.write(`bench:rv32: ${id}: ${instructions[id]} instead of ${value}\n`);
      process.exitCode = 1;
    }
