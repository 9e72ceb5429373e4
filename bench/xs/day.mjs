/**
 * `npm run board:day`: a board's whole day in minutes. On the emulated RV32IMC board, in a block of 32 KB, an app echoes 100,000
 * messages, loses its connection 1,000 times, and is kept alive by Pings for 48 hours, of which the waiting is skipped
 * (`--skip`). Nothing may grow and nothing may abort: at the end of each part slots and octets of chunks in use are those of its
 * beginning.
 * Exit status: 0; 1 if something grew or ended early; 3 without the toolchain. `--engine xs` takes the desk XS of this machine.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { WebSocketServer } from 'ws';
import { whole } from '../../tools/arguments.mjs';
import { setUp } from '../../tools/setup.mjs';
import { BLOCK, buildDesk, LIBRARY, STACK } from '../memory/desk.mjs';

const options = new Command('npm run board:day --')
  .addOption(
    new Option('--engine <name>', 'the emulated board, or XS on this machine')
      .choices(['rv32', 'xs'])
      .default('rv32'),
  )
  .option('--messages <count>', 'messages to be echoed', whole(1), 100_000)
  .option('--connections <count>', 'connections that are lost', whole(1), 1000)
  .option('--hours <count>', 'hours of keepalives', whole(1), 48)
  .option('--skip <milliseconds>', 'silence after which the rest of a wait is skipped', whole(1), 5)
  .option('--json', 'end with one JSON object')
  .parse()
  .opts();

/** What may be in use beside what was at the beginning of a part: what a callback that is just running holds. */
const SLACK = { slots: 8, chunks: 64 };
/** Milliseconds between two Pings of a connection, by default. */
const KEEPALIVE = 30_000;

/** A peer that echoes, closes, resets, or answers Pings, by the path. */
async function startPeer() {
  const peer = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  peer.on('connection', (socket, request) => {
    socket.on('error', () => undefined);
    if (request.url === '/echo') socket.on('message', (data) => socket.send(data));
    else if (request.url === '/close') socket.close(1000);
    else if (request.url === '/reset') request.socket.resetAndDestroy();
  });
  await new Promise((resolve) => peer.once('listening', resolve));
  return peer;
}

async function run(program, port) {
  const sizes = ['--memory', String(BLOCK), '--stack', String(STACK), '--skip', String(options.skip)];
  const app = fileURLToPath(new URL('programs/day.js', import.meta.url));
  const preloads = Object.entries({ ...LIBRARY, app }).flatMap(([name, path]) => [
    '--preload',
    `${name}=${path}`,
  ]);
  const { messages, connections, hours } = options;
  const args = [...sizes, ...preloads, 'app', ...[port, messages, connections, hours].map(String)];
  const isBoard = program.endsWith('.mjs');
  const child = spawn(isBoard ? process.execPath : program, isBoard ? [program, ...args] : args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parts = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    parts.push(JSON.parse(line));
    if (!options.json) process.stdout.write(`${sentenceOf(parts.at(-1))}\n`);
  });
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { status, parts };
}

const sentenceOf = ({ part, count, slots, chunks, collections }) =>
  `${part.padEnd(12)}${count.toLocaleString('en').padStart(9)}   ${slots} slots, ${chunks} octets of chunks in use, ${collections} collections so far`;

/** What is wrong, in sentences. */
function faultsOf({ status, parts }) {
  const faults = [];
  if (status !== 0) faults.push(`the app ended with status ${status}`);
  for (const { part, slots, chunks } of parts) {
    const first = parts.find((other) => other.part === part);
    if (slots > first.slots + SLACK.slots)
      faults.push(`${part}: ${slots - first.slots} slots more are in use`);
    if (chunks > first.chunks + SLACK.chunks)
      faults.push(`${part}: ${chunks - first.chunks} octets of chunks more are in use`);
  }
  const kept = parts.findLast(({ part }) => part === 'keepalives');
  const pings = Math.floor((options.hours * 3_600_000) / KEEPALIVE);
  if (kept === undefined) faults.push('the day did not end');
  else if (kept.count < 0.99 * pings) faults.push(`${kept.count} Pings were answered instead of ${pings}`);
  return faults;
}

await setUp();
let program;
try {
  program = buildDesk(options.engine);
} catch (error) {
  process.stderr.write(`board:day: ${error.message}\n`);
  process.exit(error.status ?? 1);
}
const peer = await startPeer();
const outcome = await run(program, peer.address().port);
for (const client of peer.clients) client.terminate();
peer.close();
const faults = faultsOf(outcome);
if (options.json) process.stdout.write(`${JSON.stringify({ ...outcome, faults })}\n`);
for (const fault of faults) process.stderr.write(`board:day: ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
