/**
 * The other end of the measurements: answers the opening handshake, then pumps prepared messages
 * (`/send?octets=N&messages=M`, with `&kind=text` or `mixed` other than binary, with `&after=T` T ms later), or counts that many (`/sink?…`), or sends some and closes when their echo is back (`/echo?octets=N&messages=M`),
 * or loses the connection in one of its phases (`/lose?phase=N`), or discards what comes (any other path).
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { message } from './frames.mjs';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const BATCH = 65536;

const messageOf = (size, kind = 'binary') => message({ kind, size });

function pump(socket, message, count) {
  const perBatch = Math.max(1, Math.floor(BATCH / message.length));
  const batch = Buffer.concat(Array.from({ length: perBatch }, () => message));
  let left = count;
  const write = () => {
    while (left > 0 && !socket.destroyed) {
      const now = Math.min(left, perBatch);
      left -= now;
      if (!socket.write(now === perBatch ? batch : batch.subarray(0, now * message.length))) {
        socket.once('drain', write);
        return;
      }
    }
  };
  write();
}

/** Octets of a client's frame, and of its Close without a code. */
const frameLength = (octets) => octets + (octets < 126 ? 6 : 8);
const CLOSE_LENGTH = 6;
const CLOSE = Buffer.from([0x88, 0]);

function echo(socket, octets, messages, onEchoed) {
  let awaited = messages * frameLength(octets);
  socket.on('data', ({ length }) => {
    awaited -= length;
    if (awaited > 0 || awaited + length <= 0) return;
    socket.end(CLOSE);
    onEchoed();
  });
  pump(socket, messageOf(octets), messages);
}

/** Answers the client's Close when it and all messages before it have come, to the octet. */
function sink(socket, octets, messages) {
  let awaited = messages * frameLength(octets) + CLOSE_LENGTH;
  socket.on('data', ({ length }) => {
    awaited -= length;
    if (awaited === 0) socket.end(CLOSE);
  });
}

/** How to lose a connection: what is sent of the answer and after it, and how it ends. */
const LOSSES = [
  (socket) => socket.resetAndDestroy(),
  (socket, answer) => socket.end(answer.slice(0, 40)),
  (socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n'),
  (socket, answer) => socket.end(answer),
  // In the middle of the second message.
  (socket, answer) =>
    socket.end(Buffer.concat([Buffer.from(answer), messageOf(300), messageOf(300).subarray(0, 99)])),
  (socket, answer) => socket.end(Buffer.concat([Buffer.from(answer), messageOf(2000), CLOSE])),
];

function begin(socket, head, onEchoed) {
  const key = /sec-websocket-key: *(\S+)/i.exec(head)[1];
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  const answer = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
  const url = new URL(head.split(' ')[1], 'http://localhost');
  if (url.pathname === '/lose') {
    LOSSES[Number(url.searchParams.get('phase'))](socket, answer);
    return;
  }
  socket.write(answer);
  const octets = Number(url.searchParams.get('octets'));
  const messages = Number(url.searchParams.get('messages'));
  const kind = url.searchParams.get('kind') ?? 'binary';
  const after = Number(url.searchParams.get('after') ?? 0);
  const send = () => pump(socket, messageOf(octets, kind), messages);
  if (url.pathname === '/send') setTimeout(send, after);
  else if (url.pathname === '/sink') sink(socket, octets, messages);
  else if (url.pathname === '/echo') echo(socket, octets, messages, onEchoed);
}

/** Listens on a free loopback port; calls `onEchoed` whenever the messages of `/echo` are back. */
export async function startServer(onEchoed = () => {}) {
  const server = createServer((socket) => {
    let head = '';
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', function read(data) {
      head += data.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      socket.resume();
      begin(socket, head, onEchoed);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close: () => server.close() };
}
