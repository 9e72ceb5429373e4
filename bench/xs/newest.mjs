/**
 * `npm run bench:newest`: what a message costs Moddable's own client and ours in the newest engine, that of the SDK which MODDABLE
 * names, on an emulated board with the instruction set of the ESP32-C3: the same app, the same messages, exact instructions.
 * Both have a block so large that nothing is collected, which is kind to the one that allocates. `--update` writes the figures
 * into moddable.json, of which `npm run docs:numbers` makes a table. Exit status: 0, 1 if a work fails, 3 without the SDK or
 * the toolchain.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { setUp } from '../../tools/setup.mjs';
import { startServer } from '../../tools/peer/server.mjs';
import { LIBRARY } from '../memory/desk.mjs';
import { buildBoard, compilerOfBoard, count, inWholeMessages, MESSAGES, workOnBoard } from './on-board.mjs';

const RECORD = fileURLToPath(new URL('moddable.json', import.meta.url));
/** Octets of a block in which neither collects. */
const BLOCK = 16 << 20;
const NEVER_FULL = ['--slots', '300000', '--chunks', '4000000'];

const stream = (...args) => inWholeMessages(workOnBoard(...args));

const WORKS = [
  stream('read', 16),
  stream('read', 125),
  stream('read', 1000),
  stream('read', 125, 'text'),
  stream('read', 1000, 'text'),
  workOnBoard('read', 16, 'binary', true),
  workOnBoard('read', 125, 'binary', true),
  workOnBoard('read', 1000, 'binary', true),
  workOnBoard('read', 125, 'text', true),
  workOnBoard('read', 1000, 'text', true),
  workOnBoard('send', 16),
  workOnBoard('send', 100),
  workOnBoard('send', 1000),
];
/** What only ours has; it is compared with what Moddable's takes by `read(buffer)`. */
const SPANS = [stream('spans', 16), stream('spans', 125), workOnBoard('spans', 16, 'binary', true)];

await setUp();
buildBoard('rv32-sdk');
const { MODDABLE } = process.env;
const client = join(MODDABLE, 'examples/io/tcp/websocketclient/websocketclient.js');
const CLIENTS = { moddable: { 'embedded:network/websocket/client': client }, ours: LIBRARY };

const server = await startServer();
const figures = { moddable: {}, ours: {} };
for (const [name, library] of Object.entries(CLIENTS))
  for (const work of name === 'ours' ? [...WORKS, ...SPANS] : WORKS)
    try {
      const counted = await count(work, server.port, {
        block: BLOCK,
        library,
        sdk: true,
        options: NEVER_FULL,
      });
      const { instructions, collections } = counted;
      figures[name][work.id] = Math.round(instructions / MESSAGES);
      process.stdout.write(
        `${name.padEnd(10)}${work.id.padEnd(26)}${String(Math.round(instructions / MESSAGES)).padStart(9)} instructions${collections > 0 ? `, ${collections} collections` : ''}\n`,
      );
    } catch (error) {
      process.stderr.write(`bench:newest: ${name}, ${error.message}\n`);
      process.exitCode = 1;
    }
server.close();

if (process.argv.includes('--update')) {
  const record = JSON.parse(readFileSync(RECORD, 'utf8'));
  record.newest.onBoard = {
    sdk: `Moddable SDK ${readFileSync(join(MODDABLE, 'tools/VERSION'), 'utf8').trim()}`,
    date: new Date().toISOString().slice(0, 10),
    compiler: compilerOfBoard(),
    how: [
      'npm run bench:newest -- --update: both clients in the XS of that SDK, compiled for RV32IMC, on the emulated board: the same app, the same messages, exact instructions. A turn gives the app one message where the id says single, else as many whole messages as 8,192 octets hold.',
    ],
    ...figures,
  };
  writeFileSync(
    RECORD,
    await format(JSON.stringify(record, null, 2), { ...(await resolveConfig(RECORD)), filepath: RECORD }),
  );
}
