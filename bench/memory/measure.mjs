/**
 * The measurements of `npm run memory`, each a number that repeats.
 */
import { isAbsolute, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import terser from '@rollup/plugin-terser';
import { rollup } from 'rollup';
import { BLOCK, LIBRARY, programPath, root, runInDesk } from './desk.mjs';
import { startServer } from '../../tools/peer/server.mjs';

export const WORKS = [
  { work: 'spans', title: 'received by spans' },
  { work: 'read', title: 'received by read(buffer)' },
  { work: 'send', title: 'sent' },
];
export const SIZES = [16, 125, 1000];

function resultOf({ status, output, errors }, what) {
  if (status !== 0) throw new Error(`${what} ended with status ${status}: ${(errors || output).trim()}`);
  return JSON.parse(output);
}

/** What `messages` messages cost, for every work and size. */
export async function measureTraffic(program, messages, allocates = false) {
  const server = await startServer();
  const runs = [];
  try {
    for (const { work } of WORKS)
      for (const octets of SIZES) {
        const args = [server.port, work, octets, messages, 'binary', 0, ...(allocates ? ['allocate'] : [])];
        const outcome = await runInDesk(program, programPath('traffic'), args);
        const { intact, computrons, ...counts } = resultOf(outcome, `${work} of ${octets} octets`);
        if (!intact) throw new Error(`${work} of ${octets} octets: the octets do not add up`);
        runs.push({
          work,
          octets,
          messages,
          ...counts,
          computrons: Math.round(computrons / messages),
          stack: outcome.stats.stackPeak,
        });
      }
  } finally {
    server.close();
  }
  return runs;
}

/** Octets that an open connection takes beside its buffers and the bare socket, and the octets of its buffers. */
export async function measureConnection(program) {
  const server = await startServer();
  try {
    const outcome = await runInDesk(program, programPath('connection'), [server.port], { block: 2 * BLOCK });
    const { bare, whole, buffers } = resultOf(outcome, 'connecting');
    return { engine: outcome.stats.engine, ramPerConnection: whole - bare - buffers, buffers };
  } finally {
    server.close();
  }
}

/** Octets to which the smallest block is found. */
const GRAIN = 256;

/** The smallest block in which the echo app echoes 500 messages of 100 octets and ends in good order. */
export async function measureSmallestBlock(program) {
  const server = await startServer();
  const app = join(root, 'dist/xs/echo.js');
  const args = ['127.0.0.1', server.port, '/echo?octets=100&messages=500'];
  const works = async (block) => (await runInDesk(program, app, args, { block })).status === 0;
  try {
    let least = 8192;
    let most = BLOCK;
    if (!(await works(most))) throw new Error(`the echo app does not run in ${BLOCK} octets`);
    while (most - least > GRAIN) {
      const middle = (most + least) >> 1;
      if (await works(middle)) most = middle;
      else least = middle;
    }
    return most;
  } finally {
    server.close();
  }
}

const TERSE = { ecma: 2022, module: true, compress: { passes: 3 } };

/** Octets of the device bundle minified, and of that compressed. */
export async function measureBundle() {
  const bundle = await rollup({
    input: LIBRARY['embedded:network/websocket/client'],
    external: (id) => !isAbsolute(id),
  });
  const { output } = await bundle.generate({ format: 'es', plugins: [terser(TERSE)] });
  const { code } = output[0];
  return { minified: Buffer.byteLength(code), gzip: gzipSync(code, { level: 9 }).length };
}

/** Octets of the device bundle's bytecode. */
export async function measureBytecode(program) {
  const empty = await runInDesk(program, programPath('nothing'), [], { library: {} });
  const loaded = await runInDesk(program, programPath('nothing'));
  return loaded.stats.bytecode - empty.stats.bytecode;
}

/** Bytecodes that a message executes: `{ spans: { 16: … }, … }`. */
export function bytecodesOf(runs) {
  const bytecodes = {};
  for (const { work, octets, computrons } of runs) (bytecodes[work] ??= {})[octets] = computrons;
  return bytecodes;
}
