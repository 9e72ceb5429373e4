// Opening handshakes of a client, one after the other: connect, be open, drop. Options: port.
import faye from 'faye-websocket';
import * as undici from 'undici';
import websocket from 'websocket';
import { WebSocket } from 'ws';
import { connect } from '../lib/ringlet.mjs';

const nothing = () => {};

const events = Object.freeze({
  onOpen(target) {
    target.endpoint.drop();
    target.done();
  },
  onData: nothing,
  onControl: nothing,
  onWritable: nothing,
  onClose: nothing,
});

const dom = (make) => (url, done) => {
  const socket = make(url);
  socket.onerror = nothing;
  socket.onopen = () => {
    socket.close();
    done();
  };
};

const clients = {
  ringlet(url, done) {
    const target = { done };
    target.endpoint = connect(url, { events, target });
  },
  ws(url, done) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('open', () => {
      socket.terminate();
      done();
    });
  },
  undici: dom((url) => new undici.WebSocket(url)),
  websocket: dom((url) => new websocket.w3cwebsocket(url)),
  'faye-websocket': dom((url) => new faye.Client(url)),
};

export function prepare(peer, { port }) {
  const open = clients[peer];
  const url = `ws://127.0.0.1:${port}/sink`;
  return {
    async run(count, meter) {
      meter.start();
      for (let i = 0; i < count; i++) await new Promise((done) => open(url, done));
      meter.stop();
      return { value: meter.result.cpu / count };
    },
  };
}
