/**
 * The measurements of `npm run memory`, each a number that repeats.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BLOCK, LIBRARY, programPath, root, runInDesk } from './desk.mjs';
import { startServer } from '../../tools/peer/server.mjs';

export const WORKS = [
  { work: 'spans', title: 'received by spans' },
  { work: 'read', title: 'received by read(buffer)' },
  { work: 'send', title: 'sent' },
  // A socket that takes less than there is splits what was sent: frames go out in parts.
  { work: 'send in parts', title: 'sent, in parts', options: ['--send-window', '1180'] },
];
const CLIENT = 'embedded:network/websocket/client';
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
    for (const { work, options } of WORKS)
      for (const octets of SIZES) {
        const task = work.split(' ')[0];
        const args = [server.port, task, octets, messages, 'binary', 0, ...(allocates ? ['allocate'] : [])];
        const outcome = await runInDesk(program, programPath('traffic'), args, { options });
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

/** A connection may hold two slots more where the clock or the network was slower: so often it is looked at. */
const CONNECTIONS = 5;

/**
 * The most that an open connection was seen to take without its buffers and the bare socket, octets; the octets of its
 * buffers; and how high the stack was while it opened, slots.
 */
export async function measureConnection(program) {
  const server = await startServer();
  try {
    const seen = [];
    for (let time = 0; time < CONNECTIONS; time++) {
      const outcome = await runInDesk(program, programPath('connection'), [server.port], {
        block: 2 * BLOCK,
      });
      const { bare, whole, buffers } = resultOf(outcome, 'connecting');
      const { engine, stackPeak } = outcome.stats;
      seen.push({ engine, ramPerConnection: whole - bare - buffers, buffers, stack: stackPeak });
    }
    const most = (key) => Math.max(...seen.map((one) => one[key]));
    return { ...seen[0], ramPerConnection: most('ramPerConnection'), stack: most('stack') };
  } finally {
    server.close();
  }
}

/**
 * How high the stack was, slots, when a connection opened, received and sent, with compression and without. Each figure
 * is of a whole program: what it did before, opening included, may have been what went highest.
 */
export function stackOf(connection, runs, compressed) {
  const highest = (...works) =>
    Math.max(...runs.filter(({ work }) => works.includes(work)).map(({ stack }) => stack));
  return {
    connect: connection.stack,
    receive: highest('spans', 'read'),
    send: highest('send', 'send in parts'),
    deflate: {
      connect: compressed.stack,
      receive: highest('inflate', 'inflate and read'),
      send: highest('deflate'),
    },
  };
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

/** Octets of the bundle that devices get, which is the one that runs here, and of that compressed. */
export function measureBundle() {
  const octets = readFileSync(LIBRARY[CLIENT]);
  return { minified: octets.length, gzip: gzipSync(octets, { level: 9 }).length };
}

/** Octets of the device bundle's bytecode. It is loaded once, whatever names apps import it by. */
export async function measureBytecode(program) {
  const { 'ringlet/random': random, [CLIENT]: client } = LIBRARY;
  const bytecodeWith = async (library) =>
    (await runInDesk(program, programPath('nothing'), [], { library })).stats.bytecode;
  const empty = await bytecodeWith({ 'ringlet/random': random });
  const loaded = await bytecodeWith({ 'ringlet/random': random, [CLIENT]: client });
  return loaded - empty;
}

/** Bytecodes that a message executes: `{ spans: { 16: … }, … }`. How many the parts are, chance decides. */
export function bytecodesOf(runs) {
  const bytecodes = {};
  for (const { work, octets, computrons } of runs)
    if (work !== 'send in parts') (bytecodes[work] ??= {})[octets] = computrons;
  return bytecodes;
}
