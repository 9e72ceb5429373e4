/**
 * `npm run slow-line`: a download by a device over a line of 76 KB/s, 10 MB in one frame, with the keepalive's defaults. The peer
 * is inside that frame all the time, where RFC 6455 §5.4 allows it no Pong: what comes has to do as a sign of life. Takes 132 s;
 * `--scale 20` makes the line 20 times as fast and all times a twentieth. Prints what came, Pings included. Exit status: 0, 1
 * if the connection was cut, 3 where there is no C compiler.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { above0, whole } from '../../tools/arguments.mjs';
import { setUp } from '../../tools/setup.mjs';
import { buildDesk, runInDesk } from '../memory/desk.mjs';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const APP = fileURLToPath(new URL('programs/download.js', import.meta.url));
/** Milliseconds between two pieces of the line. */
const PIECE = 20;
/** The first octet of a Ping. */
const PING = 0x89;

const options = new Command('npm run slow-line --')
  .addOption(
    new Option('--engine <name>', 'XS on this machine, or on an emulated board')
      .choices(['xs', 'rv32'])
      .default('xs'),
  )
  .option('--octets <count>', 'octets of the one message', whole(1), 10_000_000)
  .option('--rate <octets>', 'what the line carries in a second', whole(1), 76_000)
  .option('--scale <factor>', 'how many times as fast all of it passes', above0, 1)
  .option('--json', 'print one JSON object')
  .parse()
  .opts();

/** Octets of the client's Pings that came: 6 of header, then the payload whose length stands in the second. */
function pingCounter() {
  let left = 0;
  const counter = { pings: 0, others: 0 };
  return {
    counter,
    take(octets) {
      for (let at = 0; at < octets.length;) {
        if (left > 0) {
          const count = Math.min(left, octets.length - at);
          left -= count;
          at += count;
        } else if (at + 1 < octets.length) {
          if (octets[at] === PING) counter.pings++;
          else counter.others++;
          left = 6 + (octets[at + 1] & 0x7f);
        } else return;
      }
    },
  };
}

/** Sends one binary frame of so many octets at the rate of the line, then a Close. */
function send(socket, octets, perPiece, counter) {
  const header = Buffer.alloc(10);
  header[0] = 0x82;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(octets), 2);
  socket.write(header);
  const piece = Buffer.alloc(perPiece, 0xa5);
  let sent = 0;
  const began = performance.now();
  const timer = setInterval(() => {
    // A timer that is late makes up for it.
    const due = Math.min(octets, Math.ceil(((performance.now() - began) / PIECE) * perPiece));
    for (; sent < due && !socket.destroyed; sent += Math.min(perPiece, octets - sent))
      socket.write(octets - sent < perPiece ? piece.subarray(0, octets - sent) : piece);
    if (sent < octets && !socket.destroyed) return;
    clearInterval(timer);
    counter.seconds = (performance.now() - began) / 1000;
    socket.write(Buffer.from([0x88, 2, 0x03, 0xe8]));
  }, PIECE);
}

await setUp();
let program;
try {
  program = buildDesk(options.engine);
} catch (error) {
  process.stderr.write(`slow-line: ${error.message}\n`);
  process.exit(error.status ?? 1);
}
const { octets, rate, scale } = options;
const { counter, take } = pingCounter();
const server = createServer();
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1')
    .update(request.headers['sec-websocket-key'] + GUID)
    .digest('base64');
  socket.on('error', () => undefined);
  socket.on('data', take);
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  send(socket, octets, Math.ceil((rate * scale * PIECE) / 1000), counter);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const times = [30_000 / scale, 15_000 / scale].map(Math.round);
const { status, output, errors } = await runInDesk(program, APP, [server.address().port, ...times]);
server.closeAllConnections();
server.close();
const told = status === 0 ? JSON.parse(output) : undefined;
const isWhole = told?.octets === octets && told.closeCode === 1000 && told.errorId === 0;
const figures = { ...told, status, seconds: counter.seconds, pings: counter.pings, rate, scale, isWhole };
if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else if (isWhole)
  process.stdout.write(
    `${octets.toLocaleString('en')} octets in one frame came whole in ${counter.seconds?.toFixed(1)} s, with ${counter.pings} Pings inside it that nobody could answer\n`,
  );
if (!isWhole) {
  process.stderr.write(`slow-line: cut: ${JSON.stringify(told ?? errors.trim())}\n`);
  process.exitCode = 1;
}
