// A client sends many messages, as many in one turn of the event loop as its fastest mode likes. Options: port,
// kind, size, batch (messages a turn, for those that queue without a bound), offset (ours: what is sent begins so far
// into a larger buffer).
import { connect as connectTcp } from 'node:net';
import faye from 'faye-websocket';
import * as undici from 'undici';
import websocket from 'websocket';
import { WebSocket } from 'ws';
import { connect } from '../lib/ringlet.mjs';
import { message } from '../../tools/peer/frames.mjs';
import { request } from '../../tools/peer/handshake.mjs';
import { payload } from '../../tools/peer/payloads.mjs';

const nothing = () => {};

/** Sends while there is room; goes on when there is more. */
class Sender {
  constructor(octets, span, offset) {
    this.octets = octets;
    this.offset = offset;
    this.span = span;
    this.left = 0;
    this.done = nothing;
  }

  send() {
    const { endpoint, octets, span, offset } = this;
    const size = octets.length;
    while (this.left > 0) {
      if (endpoint.send(octets, offset, size, span) !== 0) return;
      this.left -= 1;
    }
    // Where nothing is held back, nothing becomes writable.
    if (this.endpoint.bufferedAmount === 0) setImmediate(() => this.done());
  }
}

const events = Object.freeze({
  onOpen: (sender) => sender.opened(),
  onData: nothing,
  onControl: nothing,
  onWritable(sender) {
    if (sender.left > 0) sender.send();
    else if (sender.endpoint.bufferedAmount === 0) sender.done();
  },
  onClose: nothing,
});

function ringlet(url, octets, isBinary, batch, offset) {
  const whole = offset === 0 ? octets : Buffer.concat([Buffer.alloc(offset), octets]);
  const sender = new Sender(whole, isBinary ? 1 : 0, offset);
  return new Promise((resolve) => {
    sender.opened = () =>
      resolve(
        (count) =>
          new Promise((done) => {
            sender.left = count;
            sender.done = done;
            sender.send();
          }),
      );
    sender.endpoint = connect(url, { events, target: sender });
  });
}

/** Sends `batch` messages a turn by `send`, held together by `cork`, until all are taken. */
function inBatches({ send, cork, uncork, buffered }, batch) {
  return (count) =>
    new Promise((resolve) => {
      let left = count;
      const turn = () => {
        if (buffered() > 1 << 20) return setImmediate(turn);
        if (left === 0) return buffered() === 0 ? resolve() : setImmediate(turn);
        const now = Math.min(left, batch);
        left -= now;
        cork();
        for (let i = 0; i < now; i++) send();
        uncork();
        setImmediate(turn);
      };
      turn();
    });
}

function ws(isCorked) {
  return (url, octets, isBinary, batch) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const options = { binary: isBinary };
    return new Promise((resolve) => {
      socket.on('open', () =>
        resolve(
          inBatches(
            {
              send: () => socket.send(octets, options),
              cork: () => isCorked && socket._socket.cork(),
              uncork: () => isCorked && socket._socket.uncork(),
              buffered: () => socket.bufferedAmount,
            },
            batch,
          ),
        ),
      );
    });
  };
}

function dom(make) {
  return (url, octets, isBinary, batch) => {
    const socket = make(url);
    const data = isBinary ? octets : octets.toString();
    return new Promise((resolve) => {
      socket.onopen = () =>
        resolve(
          inBatches(
            {
              send: () => socket.send(data),
              cork: nothing,
              uncork: nothing,
              buffered: () => socket.bufferedAmount ?? 0,
            },
            batch,
          ),
        );
    });
  };
}

/** The octets without a WebSocket, made beforehand: one write a turn. */
function raw(url, octets, isBinary, batch) {
  const { port, pathname } = new URL(url);
  const one = message({ kind: isBinary ? 'binary' : 'text', size: octets.length, key: Buffer.from('mask') });
  const bytes = Buffer.alloc(one.length * batch, one);
  const socket = connectTcp({ host: '127.0.0.1', port: Number(port), noDelay: true });
  socket.write(request(pathname, port));
  return new Promise((resolve) => {
    socket.once('data', () =>
      resolve(
        (count) =>
          new Promise((done) => {
            let left = count;
            const turn = () => {
              if (left <= 0) return done();
              left -= batch;
              if (socket.write(bytes)) setImmediate(turn);
              else socket.once('drain', turn);
            };
            turn();
          }),
      ),
    );
  });
}

const clients = {
  ringlet,
  ws: ws(false),
  'ws, corked': ws(true),
  undici: dom((url) => new undici.WebSocket(url)),
  websocket: dom((url) => new websocket.w3cwebsocket(url)),
  'faye-websocket': dom((url) => new faye.Client(url)),
  raw,
};

export async function prepare(peer, { port, kind, size, batch, offset = 0 }) {
  const url = `ws://127.0.0.1:${port}/sink`;
  const send = await clients[peer](url, payload(kind, size), kind === 'binary', batch, offset);
  return {
    async run(count, meter) {
      meter.start();
      await send(count);
      meter.stop();
    },
  };
}
