/** What a message costs by the WebSocket of the web, which makes a string or a buffer of each, in the desk XS. */
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { LIBRARY, programPath, root, runInDesk } from './desk.mjs';

const MODULES = {
  ...LIBRARY,
  'ringlet/text': join(root, 'dist/moddable/text.js'),
  'ringlet/websocket': join(root, 'dist/moddable/websocket.js'),
};
/** What an app with this face has to have. */
const BLOCK = 49_152;
const MESSAGES = 21;

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];

function startEcho() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  return new Promise((resolve) => server.once('listening', () => resolve(server)));
}

/** For each kind and length: slots, octets of chunks and bytecodes that a message takes, sent and received again. */
export async function measureWebSocket(program) {
  const server = await startEcho();
  try {
    const measured = {};
    for (const kind of ['text', 'binary'])
      for (const octets of [16, 125, 1000]) {
        const args = [server.address().port, octets, MESSAGES, kind];
        const settings = { library: MODULES, block: BLOCK };
        const { status, output, errors } = await runInDesk(
          program,
          programPath('web-socket'),
          args,
          settings,
        );
        if (status !== 0)
          throw new Error(`WebSocket ended with status ${status}: ${(errors || output).trim()}`);
        const costs = JSON.parse(output).filter(([, , , collections]) => collections === 0);
        if (costs.length === 0) throw new Error('WebSocket: the block was too small to count in');
        const of = (column) => median(costs.map((cost) => cost[column]));
        (measured[kind] ??= {})[octets] = { slots: of(0), chunkBytes: of(1), computrons: of(2) };
      }
    return measured;
  } finally {
    for (const client of server.clients) client.terminate();
    server.close();
  }
}
