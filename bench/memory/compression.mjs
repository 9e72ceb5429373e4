/**
 * What compressed messages cost in the desk XS. The other end is `ws`, which compresses by zlib.
 */
import { WebSocketServer } from 'ws';
import { sensorMessages } from '../deflate-data.mjs';
import { BLOCK, LIBRARY, programPath, root, runInDesk } from './desk.mjs';

const MODULES = { ...LIBRARY, 'ringlet/deflate': `${root}/dist/moddable/deflate.js` };
/** Slots of stack: decoding a block with codes of its own goes deep. */
const STACK = 640;
/** The windows that the RAM table has, log2 of their octets. */
export const WINDOW_BITS = [8, 9, 10, 11, 12];

export const COMPRESSED_WORKS = [
  { work: 'inflate', title: 'inflated, received by spans' },
  { work: 'inflate and read', title: 'inflated, received by read(buffer)' },
  { work: 'deflate', title: 'deflated and sent' },
];

/** Sends readings of a sensor (`/send?messages=M`), and reads what comes: `received` counts it. */
async function startServer(windowBits) {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate: { threshold: 0, serverMaxWindowBits: windowBits },
  });
  const readings = sensorMessages(500);
  const counts = { received: 0, compressed: 0 };
  server.on('connection', async (socket, { url }) => {
    if (socket.extensions === 'permessage-deflate') counts.compressed++;
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      JSON.parse(data);
      counts.received++;
    });
    const messages = Number(new URL(url, 'http://localhost').searchParams.get('messages'));
    for (let i = 0; i < messages && socket.readyState === socket.OPEN; i++)
      await new Promise((resolve) => socket.send(readings[i % readings.length], resolve));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const close = () => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  };
  return { port: server.address().port, counts, close };
}

async function run(program, server, work, messages, settings, block) {
  const args = [server.port, work, messages, JSON.stringify(settings)];
  const outcome = await runInDesk(program, programPath('compression'), args, {
    block,
    stack: STACK,
    library: MODULES,
  });
  const { status, output, errors, stats } = outcome;
  if (status !== 0) throw new Error(`${work} ended with status ${status}: ${(errors || output).trim()}`);
  return { ...JSON.parse(output), stack: stats.stackPeak };
}

/** What `messages` compressed messages cost with the device profile, for every work. */
export async function measureCompressed(program, messages) {
  const runs = [];
  for (const { work } of COMPRESSED_WORKS) {
    const server = await startServer(10);
    try {
      const { octets, computrons, ...counts } = await run(program, server, work, messages, {}, BLOCK);
      if (server.counts.compressed !== 1) throw new Error(`${work}: compression was not agreed`);
      if (work === 'deflate' && server.counts.received < messages)
        throw new Error(`${work}: ${server.counts.received} of ${messages} messages came`);
      const each = octets / messages;
      const perMessage = Math.round(computrons / messages);
      runs.push({ work, octets: Math.round(each), messages, ...counts, computrons: perMessage });
    } finally {
      server.close();
    }
  }
  return runs;
}

/**
 * Octets that compression adds to a connection, for every size of each window beside the other's default, and how high
 * the stack was while such a connection opened, slots.
 */
export async function measureWindows(program) {
  const server = await startServer(8);
  let highest = 0;
  const holding = async (work, settings) => {
    const { whole, stack } = await run(program, server, work, 0, settings, 4 * BLOCK);
    if (work === 'connect') highest = Math.max(highest, stack);
    return whole;
  };
  try {
    const plain = await holding('plain', {});
    const windows = [];
    for (const bits of WINDOW_BITS) {
      const receive = (await holding('connect', { receiveWindowBits: bits })) - plain;
      const transmit = (await holding('connect', { transmitWindowBits: bits })) - plain;
      windows.push({ bits, receive, transmit });
    }
    return { windows, stack: highest };
  } finally {
    server.close();
  }
}
