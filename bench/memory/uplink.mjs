/**
 * `npm run memory:uplink`: what an uplink and its outbox take on XS, in the memory of the smallest devices, and how many
 * bytecodes a record costs compared with a message that the plain client writes. Prints one JSON object; exits with 1 if a
 * promise breaks, and with 3 where there is no C compiler.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { WebSocketServer } from 'ws';
import { whole } from '../../tools/arguments.mjs';
import { setUp } from '../../tools/setup.mjs';
import { buildDesk, LIBRARY, programPath, root, runInDesk } from './desk.mjs';

const { records } = new Command('npm run memory:uplink --')
  .option('--records <count>', 'records a run', whole(1), 20_000)
  .parse()
  .opts();

/** Octets that an uplink takes at most beside its connection and its outbox, in 32 bits. */
const MOST_RAM = 600;
/**
 * Bytecodes of a posted record at most. How many acknowledgements come in one read is the network's: with one for each record
 * that makes a twentieth. What the plain client takes for a message is printed beside them: a bound on the ratio would forbid
 * that one to become quicker.
 */
const MOST = { plain: 780, numbered: 910, each: 1900 };

/**
 * Acknowledges as `ringlet gateway` does, once for all that a turn has brought; to the path `/each` once for each record.
 * Says nothing to who speaks no subprotocol.
 */
function startGateway() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket, { url }) => {
    let last;
    const acknowledge = () => {
      socket.send(Buffer.concat([Buffer.from([3, 0, 0, 0]), last]));
      last = undefined;
    };
    socket.on('error', () => {});
    socket.on('message', (data) => {
      if (socket.protocol === '' || data[0] !== 2) return;
      const isFirst = last === undefined;
      last = data.subarray(4, 8);
      if (url === '/each') acknowledge();
      else if (isFirst) setImmediate(acknowledge);
    });
  });
  return new Promise((resolve) => server.once('listening', () => resolve(server)));
}

await setUp();
const library = { ...LIBRARY, 'ringlet/uplink': join(root, 'dist/moddable/uplink.js') };
let gateway;
try {
  const program = buildDesk();
  gateway = await startGateway();
  const { port } = gateway.address();
  const run = async (...args) => {
    const { status, output, errors, stats } = await runInDesk(
      program,
      programPath('uplink'),
      [port, ...args],
      {
        library,
        block: args[0] === 'memory' ? 65536 : 32768,
      },
    );
    if (status !== 0)
      throw new Error(`${args.join(' ')} ended with status ${status}: ${(errors || output).trim()}`);
    return { ...JSON.parse(output), stack: stats.stackPeak, bits: stats.engine.bits };
  };
  const bytecode = async (given) =>
    (await runInDesk(program, programPath('nothing'), [], { library: given })).stats.bytecode;
  const measured = {
    ram: await run('memory', 16, 0),
    bytecode: (await bytecode(library)) - (await bytecode(LIBRARY)),
    runs: [],
  };
  // With the eight octets of the gateway's protocol the last one has a longer header than without.
  for (const octets of [16, 100, 120])
    for (const [work, how] of [
      ['send', 'plain'],
      ['write', 'plain'],
      ['post', 'plain'],
      ['post', 'numbered'],
      ['post', 'each'],
    ]) {
      const found = { work, how, octets, ...(await run(work, octets, records, how)) };
      const written = measured.runs.find((other) => other.work === 'write' && other.octets === octets);
      if (work === 'post')
        found.comparedWithWrite = Number((found.computrons / written.computrons).toFixed(3));
      measured.runs.push(found);
    }
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  const fail = (sentence) => {
    process.stderr.write(`memory: ${sentence}\n`);
    process.exitCode = 1;
  };
  // Slots of a build for 64 bits are twice as large.
  const most = (MOST_RAM * measured.ram.bits) / 32;
  if (measured.ram.uplink > most)
    fail(
      `an uplink takes ${measured.ram.uplink} octets more than its connection, where ${most} were promised`,
    );
  for (const { work, how, octets, computrons } of measured.runs)
    if (work === 'post' && computrons > MOST[how])
      fail(
        `a record of ${octets} octets, ${how}, costs ${computrons} bytecodes, where ${MOST[how]} were promised`,
      );
  for (const { work, how, octets, slots, chunkBytes, collections } of measured.runs)
    if (slots !== 0 || chunkBytes !== 0 || collections !== 0)
      fail(
        `${work} ${how} of ${octets} octets: ${slots} slots, ${chunkBytes} octets of chunks, ${collections} collections, where all were promised to be 0`,
      );
} catch (error) {
  process.stderr.write(`memory: ${error.message}\n`);
  process.exitCode = error.status ?? 1;
} finally {
  gateway?.close();
  for (const client of gateway?.clients ?? []) client.terminate();
}
