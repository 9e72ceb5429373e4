/**
 * `npm run memory:uplink`: what an uplink and its outbox take on XS, in the memory of the smallest devices. Prints one
 * JSON object; exits with 1 if a promise breaks, and with 3 where there is no C compiler.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { WebSocketServer } from 'ws';
import { setUp } from '../../tools/setup.mjs';
import { buildDesk, LIBRARY, programPath, root, runInDesk } from './desk.mjs';

const { records } = new Command('npm run memory:uplink --')
  .option('--records <count>', 'records a run', Number, 20_000)
  .parse()
  .opts();

/** Acknowledges as a gateway does, once for each record; says nothing to who speaks no subprotocol. */
function startGateway() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data) => {
      if (socket.protocol === '' || data[0] !== 2) return;
      socket.send(Buffer.concat([Buffer.from([3, 0, 0, 0]), data.subarray(4, 8)]));
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
    return { ...JSON.parse(output), stack: stats.stackPeak };
  };
  const bytecode = async (given) =>
    (await runInDesk(program, programPath('nothing'), [], { library: given })).stats.bytecode;
  const measured = {
    ram: await run('memory', 16, 0),
    bytecode: (await bytecode(library)) - (await bytecode(LIBRARY)),
    runs: [],
  };
  for (const octets of [16, 125])
    for (const args of [['send'], ['write'], ['post'], ['post', 'numbered']]) {
      const [work, how = 'plain'] = args;
      measured.runs.push({ work, how, octets, ...(await run(work, octets, records, how)) });
    }
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
  for (const { work, how, octets, slots, chunkBytes, collections } of measured.runs)
    if (slots !== 0 || chunkBytes !== 0 || collections !== 0) {
      process.stderr.write(
        `memory: ${work} ${how} of ${octets} octets: ${slots} slots, ${chunkBytes} octets of chunks, ${collections} collections, where all were promised to be 0\n`,
      );
      process.exitCode = 1;
    }
} catch (error) {
  process.stderr.write(`memory: ${error.message}\n`);
  process.exitCode = error.status ?? 1;
} finally {
  gateway?.close();
  for (const client of gateway?.clients ?? []) client.terminate();
}
