// Many clients on raw sockets, in a process of their own: they do the opening handshake and then, if asked, send
// masked messages. Asked { port, connections, messages, size }; answers when all are open, or all has been written.
import { connect } from 'node:net';
import { block } from '../../tools/peer/frames.mjs';
import { request } from '../../tools/peer/handshake.mjs';

const open = new Map();

function openOne(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let head = '';
    socket.on('error', reject);
    socket.write(request('/', port));
    socket.on('data', (data) => {
      if (head.endsWith('\r\n\r\n')) return;
      head += data.latin1Slice();
      if (head.endsWith('\r\n\r\n')) resolve(socket);
    });
  });
}

/** Opens until there are so many, no more than 50 at a time. */
async function openAll(port, connections) {
  const sockets = open.get(port) ?? [];
  open.set(port, sockets);
  while (sockets.length < connections) {
    const some = Math.min(50, connections - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: some }, () => openOne(port)))));
  }
  return sockets;
}

process.on('message', async ({ port, connections, messages = 0, size = 0 }) => {
  const sockets = await openAll(port, connections);
  if (messages > 0) {
    const { bytes } = block({ kind: 'binary', size, key: Buffer.from('mask') }, 0);
    const each = Math.ceil(messages / connections);
    for (let i = 0; i < each; i++) {
      for (let k = 0; k < connections; k++) sockets[k].write(bytes);
      await new Promise(setImmediate);
    }
  }
  process.send({ sent: connections * Math.ceil(messages / connections) });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
