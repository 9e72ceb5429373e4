// The other side of every client that is measured: a server on a raw socket in a process of its own, so that the
// client is the bottleneck. The path of the request tells what to do:
//
//   /flood/<kind>/<size>/<count>/<fragments>   send so many messages, written from one prepared block
//   /echo/<size>                               answer each masked frame of that size with a prepared one
//   /sink                                      take everything, say nothing
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { block, message } from '../../tools/peer/frames.mjs';
import { response } from '../../tools/peer/handshake.mjs';
import { programPath } from '../run/compile.mjs';

const BLOCK = 1 << 20;
const blocks = new Map();

function blockFor(kind, size, fragments) {
  const name = `${kind} ${size} ${fragments}`;
  if (!blocks.has(name)) blocks.set(name, block({ kind, size, fragments }, BLOCK));
  return blocks.get(name);
}

function flood(socket, [kind, size, count, fragments]) {
  const prepared = blockFor(kind, Number(size), Number(fragments ?? 1));
  let left = Number(count);
  const write = () => {
    while (left > 0) {
      const now = Math.min(left, prepared.count);
      left -= now;
      if (
        !socket.write(
          now === prepared.count ? prepared.bytes : prepared.bytes.subarray(0, now * prepared.length),
        )
      ) {
        return;
      }
    }
  };
  socket.on('drain', write);
  write();
}

/** By a program in C where there is one, so that next to all of a round trip is the client's. */
function echo(socket, [size]) {
  const wanted = message({ kind: 'binary', size: Number(size) }).length + 4;
  if (!existsSync(programPath('echo'))) return echoHere(socket, wanted, size);
  socket.pause();
  // Node reads no more; the other process has the socket from here on.
  spawn(programPath('echo'), [wanted, size].map(String), { stdio: [socket, 'ignore', 'inherit'] });
  socket.destroy();
}

function echoHere(socket, wanted, size) {
  const bytes = message({ kind: 'binary', size: Number(size) });
  let received = 0;
  socket.on('data', (data) => {
    for (received += data.length; received >= wanted; received -= wanted) socket.write(bytes);
  });
}

const acts = { flood, echo, sink: (socket) => socket.resume() };

const server = createServer({ noDelay: true, highWaterMark: 4 * BLOCK }, (socket) => {
  socket.on('error', () => socket.destroy());
  let head = '';
  const onHead = (data) => {
    head += data.latin1Slice();
    if (!head.endsWith('\r\n\r\n')) return;
    socket.off('data', onHead);
    const [, act, ...rest] = head.split(' ', 2)[1].split('/');
    socket.on('end', () => socket.end());
    socket.write(response(head), () => acts[act](socket, rest));
  };
  socket.on('data', onHead);
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
