/**
 * `npm run soak:xs`: connects, streams and loses the connection in every phase, 10,000 times in the desk XS, and
 * exits with 1 if the block does not hold afterwards what it held before, with 3 where there is no C compiler.
 */
import { createServer } from 'node:net';
import { Command } from 'commander';
import { whole } from '../../tools/arguments.mjs';
import { setUp } from '../../tools/setup.mjs';
import { buildDesk, programPath, runInDesk } from './desk.mjs';
import { startServer } from '../../tools/peer/server.mjs';

const { rounds } = new Command('npm run soak:xs --')
  .option('--rounds <count>', 'connections', whole(1), 10_000)
  .parse()
  .opts();

/** A port where nobody listens. */
async function closedPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

await setUp();
const server = await startServer();
try {
  const args = [server.port, await closedPort(), rounds];
  const { status, output, errors } = await runInDesk(buildDesk(), programPath('soak'), args);
  if (status !== 0) throw new Error(`the program ended with status ${status}: ${(errors || output).trim()}`);
  process.stdout.write(output);
  const { ends, slots, chunkBytes } = JSON.parse(output);
  if (ends !== rounds || slots !== 0 || chunkBytes !== 0)
    throw new Error(`after ${ends} connections ${slots} slots and ${chunkBytes} octets of chunks are lost`);
} catch (error) {
  process.stderr.write(`soak: ${error.message}\n`);
  process.exitCode = error.status ?? 1;
} finally {
  server.close();
}
