// A client takes a flood of messages. Options: port, kind, size, fragments.
import { connect as connectTcp } from 'node:net';
import faye from 'faye-websocket';
import * as undici from 'undici';
import websocket from 'websocket';
import { WebSocket } from 'ws';
import { connect, decodeText } from '../lib/ringlet.mjs';
import { message } from '../../tools/peer/frames.mjs';
import { request } from '../../tools/peer/handshake.mjs';

const nothing = () => {};

/** Counts messages, and calls `done` at the last one. */
class Count {
  constructor(wanted, start, done) {
    this.left = wanted;
    this.start = start;
    this.done = done;
    /** Something that is made of each message, so that nothing is optimised away. */
    this.sum = 0;
  }

  one() {
    if (--this.left === 0) this.done();
  }
}

const spans = Object.freeze({
  onOpen: (count) => count.start(),
  onData(count, bytes, start, end, span) {
    count.sum += end - start;
    if ((span & 2) === 0) count.one();
  },
  onControl: nothing,
  onWritable: nothing,
  onClose: nothing,
});

const strings = Object.freeze({
  ...spans,
  onData(count, bytes, start, end, span) {
    count.sum += decodeText(bytes, start, end).length;
    if ((span & 2) === 0) count.one();
  },
});

function ringlet(events) {
  return (url, count) => {
    const endpoint = connect(url, { events, target: count });
    return () => endpoint.drop();
  };
}

function ws(take) {
  return (url, count) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 0 });
    socket.on('open', count.start);
    socket.on('message', (data) => {
      count.sum += take(data);
      count.one();
    });
    return () => socket.terminate();
  };
}

function dom(make, close) {
  return (url, count) => {
    const socket = make(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = count.start;
    socket.onmessage = ({ data }) => {
      count.sum += data.length ?? data.byteLength;
      count.one();
    };
    return () => close(socket);
  };
}

/** The octets without a WebSocket: what Node's sockets take at the least. */
function raw(options, listen) {
  return (url, count, port, length) => {
    const { pathname } = new URL(url);
    let wanted = count.left * length;
    let head = '';
    const take = (size, bytes) => {
      if (head !== undefined) {
        head += Buffer.from(bytes.buffer, bytes.byteOffset, size).latin1Slice();
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return true;
        size = head.length - end - 4;
        head = undefined;
        count.start();
      }
      wanted -= size;
      if (wanted <= 0) count.done();
      return true;
    };
    const socket = connectTcp({ host: '127.0.0.1', port, ...options(take) });
    listen(socket, take);
    socket.write(request(pathname, port));
    return () => socket.destroy();
  };
}

const clients = {
  ringlet: ringlet(spans),
  'ringlet, strings': ringlet(strings),
  ws: ws((data) => data.length),
  'ws, strings': ws((data) => data.toString().length),
  undici: dom(
    (url) => new undici.WebSocket(url),
    (socket) => socket.close(),
  ),
  websocket: dom(
    (url) =>
      new websocket.w3cwebsocket(url, undefined, undefined, undefined, undefined, {
        maxReceivedFrameSize: 2 ** 31,
      }),
    (socket) => socket.close(),
  ),
  'faye-websocket': dom(
    (url) => new faye.Client(url),
    (socket) => socket.close(),
  ),
  onread: raw((callback) => ({ onread: { buffer: new Uint8Array(65536), callback } }), nothing),
  data: raw(
    () => ({}),
    (socket, take) => socket.on('data', (data) => take(data.length, data)),
  ),
};

export function prepare(peer, { port, kind, size, fragments = 1 }) {
  const open = clients[peer];
  const { length } = message({ kind, size, fragments });
  return {
    run: (wanted, meter) =>
      new Promise((resolve) => {
        const count = new Count(
          wanted,
          () => meter.start(),
          () => {
            meter.stop();
            close();
            resolve();
          },
        );
        const url = `ws://127.0.0.1:${port}/flood/${kind}/${size}/${wanted}/${fragments}`;
        const close = open(url, count, port, length);
      }),
  };
}
