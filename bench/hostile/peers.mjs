/** Peers that do a server harm: each resolves when it is gone, with whether the server let it go before its time. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const REQUEST =
  'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

const PAYLOAD = 60_000;

/** A binary frame under a masking key of zeros. */
const FRAME = Buffer.alloc(8 + PAYLOAD);
FRAME[0] = 0x82;
FRAME[1] = 0xfe;
FRAME.writeUInt16BE(PAYLOAD, 2);

/** More than a server echoes into kernels that nobody reads from. */
const FLOOD = 200;

/** Milliseconds for a flood to have filled what there is to be filled. */
const FILLED = 150;

const hold = (port) => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const gone = new Promise((resolve) => {
    socket.once('close', resolve);
    socket.once('end', resolve);
  });
  socket.on('error', () => {});
  return { socket, gone };
};

/** Opens a connection and floods it, reading nothing but the response. */
async function flood({ socket, gone }) {
  socket.write(REQUEST);
  await Promise.race([new Promise((resolve) => socket.once('data', resolve)), gone]);
  socket.pause();
  for (let i = 0; i < FLOOD && !socket.destroyed; i++) {
    if (socket.write(FRAME)) continue;
    const drained = new Promise((resolve) => socket.once('drain', resolve));
    if (await Promise.race([drained.then(() => false), gone.then(() => true), delay(FILLED, true)])) break;
  }
}

/** Floods, never reads, and resets. */
async function resetting({ ws }) {
  const peer = hold(ws);
  await flood(peer);
  peer.socket.resetAndDestroy();
  return true;
}

/** Floods, never reads, and stays, for `patience` milliseconds at most. */
async function taking({ ws }, patience) {
  const peer = hold(ws);
  await flood(peer);
  // Only a write tells it of a reset; reading would be taking.
  const writing = setInterval(() => peer.socket.write(Buffer.of(0)), 1000);
  const wasLetGo = await Promise.race([peer.gone.then(() => true), delay(patience, false)]);
  clearInterval(writing);
  peer.socket.resetAndDestroy();
  return wasLetGo;
}

/** Never finishes a TLS handshake: sends a few octets of it or none, and ends its side, or stays. */
async function unfinished({ wss }, patience, number) {
  const peer = hold(wss);
  if (number % 2 === 1) peer.socket.write(Buffer.from([22, 3, 1, 0, 200]));
  if (number % 4 < 2) peer.socket.end();
  peer.socket.resume();
  const wasLetGo = await Promise.race([peer.gone.then(() => true), delay(patience, false)]);
  peer.socket.destroy();
  return wasLetGo;
}

export const KINDS = [
  { name: 'floods, never reads, resets', run: resetting },
  { name: 'floods, never reads, stays', run: taking },
  { name: 'never finishes its TLS handshake', run: unfinished },
];
