// Round trips, one after the other. Options: port, size, and `own` for a server of the same library.
import { WebSocket } from 'ws';
import * as undici from 'undici';
import { connect as connectTcp } from 'node:net';
import { connect } from '../lib/ringlet.mjs';
import { message } from '../../tools/peer/frames.mjs';
import { request } from '../../tools/peer/handshake.mjs';
import { payload } from '../../tools/peer/payloads.mjs';

const nothing = () => {};

const events = Object.freeze({
  onOpen: (target) => target.opened(),
  onData(target, bytes, start, end, span) {
    if ((span & 2) === 0) target.received();
  },
  onControl: nothing,
  onWritable: nothing,
  onClose: nothing,
});

const clients = {
  ringlet: (url, octets, target) => {
    const endpoint = connect(url, { events, target });
    return () => endpoint.send(octets, 0, octets.length, 1);
  },
  ws: (url, octets, target) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('open', () => target.opened());
    socket.on('message', () => target.received());
    return () => socket.send(octets);
  },
  undici: (url, octets, target) => {
    const socket = new undici.WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => target.opened();
    socket.onmessage = () => target.received();
    return () => socket.send(octets);
  },
  raw: (url, octets, target) => {
    const { port, pathname } = new URL(url);
    const wanted = message({ kind: 'binary', size: octets.length }).length;
    const bytes = message({ kind: 'binary', size: octets.length, key: Buffer.from('mask') });
    let received = -1;
    const callback = (count) => {
      if (received < 0) {
        received = 0;
        target.opened();
      } else if ((received += count) === wanted) {
        received = 0;
        target.received();
      }
      return true;
    };
    const onread = { buffer: new Uint8Array(65536), callback };
    const socket = connectTcp({ host: '127.0.0.1', port: Number(port), noDelay: true, onread });
    socket.write(request(pathname, port));
    return () => socket.write(bytes);
  },
};

export async function prepare(peer, { port, ports, size }) {
  const target = {};
  const opened = new Promise((resolve) => (target.opened = resolve));
  const url = `ws://127.0.0.1:${ports?.[peer] ?? port}/echo/${size}`;
  const send = clients[peer](url, payload('binary', size), target);
  await opened;
  return {
    async run(count, meter) {
      const times = new Float64Array(count);
      let trip = 0;
      let since;
      meter.start();
      await new Promise((resolve) => {
        target.received = () => {
          times[trip++] = performance.now() - since;
          if (trip === count) return resolve();
          since = performance.now();
          send();
        };
        since = performance.now();
        send();
      });
      meter.stop();
      times.sort();
      return { value: times[count >> 1] * 1000, p99: times[Math.floor(count * 0.99)] * 1000 };
    },
  };
}
