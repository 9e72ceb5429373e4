/**
 * `npm run memory`: what Ringlet takes on XS, in the memory of the smallest devices. Prints a table, or with
 * --json one object; exits with 1 if a promise breaks or a number leaves its tolerance in expected.json, and
 * with 3 where there is no C compiler. `--update` writes what was measured into expected.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { whole } from '../../tools/arguments.mjs';
import { setUp } from '../../tools/setup.mjs';
import { measureCompressed, measureWindows } from './compression.mjs';
import { brokenPromises, differences, withMeasured } from './compare.mjs';
import { BLOCK, buildDesk } from './desk.mjs';
import { flashOrReason } from './flash.mjs';
import {
  bytecodesOf,
  measureBundle,
  measureBytecode,
  measureConnection,
  measureSmallestBlock,
  measureTraffic,
  stackOf,
} from './measure.mjs';
import { tableOf } from './table.mjs';
import { measureWebSocket } from './web-socket.mjs';

const EXPECTED = fileURLToPath(new URL('expected.json', import.meta.url));
const options = new Command('npm run memory --')
  .option('--messages <count>', 'messages a run', whole(1), 100_000)
  .addOption(
    new Option('--engine <name>', 'XS on this machine, or on an emulated RV32IMC board')
      .choices(['xs', 'rv32'])
      .default('xs'),
  )
  .option('--allocate', 'make a view for every message, to see the promises break')
  .option('--no-expected', 'look at the promises only, not at expected.json')
  .option('--update', 'write what was measured into expected.json')
  .option('--json', 'print one JSON object')
  .parse()
  .opts();

await setUp();
try {
  const program = buildDesk(options.engine);
  const connection = await measureConnection(program);
  const { engine, ramPerConnection, buffers } = connection;
  // A 64-bit build takes twice the block that it is told, as its slots are twice as large.
  const scale = engine.bits / 32;
  const traffic = await measureTraffic(program, options.messages, options.allocate);
  const runs = [...traffic, ...(await measureCompressed(program, Math.ceil(options.messages / 10)))];
  const compressed = await measureWindows(program);
  const measured = {
    engine,
    block: BLOCK * scale,
    runs,
    windows: compressed.windows,
    stack: stackOf(connection, runs, compressed),
    ramPerConnection,
    buffers,
    smallestBlock: (await measureSmallestBlock(program)) * scale,
    bundle: measureBundle(),
    bytecode: await measureBytecode(program),
    bytecodes: bytecodesOf(traffic),
    webSocket: await measureWebSocket(program),
    flash: await flashOrReason(),
  };
  process.stdout.write(options.json ? `${JSON.stringify(measured)}\n` : tableOf(measured));
  const expected = options.expected ? JSON.parse(readFileSync(EXPECTED, 'utf8')) : {};
  if (options.update && engine.bits !== 32)
    throw new Error('the numbers of a device need a 32-bit build: nothing was written');
  if (options.update)
    writeFileSync(EXPECTED, `${JSON.stringify(withMeasured(expected, measured), null, 2)}\n`);
  const faults = [...brokenPromises(measured), ...(options.update ? [] : differences(expected, measured))];
  for (const fault of faults) process.stderr.write(`memory: ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`memory: ${error.message}\n`);
  process.exitCode = error.status ?? 1;
}
