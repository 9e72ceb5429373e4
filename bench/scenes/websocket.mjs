// A client that has the shape of the web's WebSocket takes a flood of messages, as strings and ArrayBuffers, or sends one.
// Options: port, way ('receive' or 'send'), kind, size, batch (messages sent in a turn).
import * as undici from 'undici';
import { WebSocket as WsWebSocket } from 'ws';
import { WebSocket } from '../lib/ringlet.mjs';
import { payload } from '../../tools/peer/payloads.mjs';

/** A peer: how to make it, and how it is told of messages. */
const dom = (make) => ({
  make(url) {
    const socket = make(url);
    socket.binaryType = 'arraybuffer';
    return socket;
  },
  listen(socket, take) {
    socket.onmessage = ({ data }) => take(data);
  },
});

const makeWs = (url) => new WsWebSocket(url, { perMessageDeflate: false, maxPayload: 0 });

const peers = {
  ringlet: dom((url) => new WebSocket(url)),
  ws: {
    ...dom(makeWs),
    listen(socket, take) {
      socket.on('message', (data, isBinary) => take(isBinary ? data : data.toString()));
    },
  },
  'ws, onmessage': dom(makeWs),
  undici: dom((url) => new undici.WebSocket(url)),
};

/** Receives messages; the handshake is not measured. */
function receive({ make, listen }, { port, kind, size }) {
  return (count, meter) =>
    new Promise((resolve) => {
      const socket = make(`ws://127.0.0.1:${port}/flood/${kind}/${size}/${count}/1`);
      let left = count;
      let sum = 0;
      socket.onopen = () => meter.start();
      listen(socket, (data) => {
        sum += data.length ?? data.byteLength;
        if (--left > 0) return;
        meter.stop();
        if (sum !== count * size) throw new Error(`${sum} of ${count * size} octets came`);
        socket.close();
        resolve();
      });
    });
}

/** Sends `batch` messages a turn, until all have been taken. */
async function send({ make }, { port, kind, size, batch }) {
  const octets = payload(kind, size);
  const data =
    kind === 'binary' ? octets.buffer.slice(octets.byteOffset, octets.byteOffset + size) : octets.toString();
  const socket = make(`ws://127.0.0.1:${port}/sink`);
  await new Promise((resolve) => (socket.onopen = resolve));
  return (count, meter) =>
    new Promise((resolve) => {
      let left = count;
      const turn = () => {
        const { bufferedAmount } = socket;
        if (left === 0 && bufferedAmount === 0) {
          meter.stop();
          resolve();
          return;
        }
        if (bufferedAmount <= 1 << 20) {
          const now = Math.min(left, batch);
          left -= now;
          for (let i = 0; i < now; i++) socket.send(data);
        }
        setImmediate(turn);
      };
      meter.start();
      turn();
    });
}

export async function prepare(peer, options) {
  const run = await (options.way === 'send' ? send : receive)(peers[peer], options);
  return { run };
}
