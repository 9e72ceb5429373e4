/**
 * Receives or sends messages over loopback and does as little as an app can with each, so that what is counted is
 * the library's. Prints bytecodes and collections up to the last message. Arguments: port, work (`spans`, `read`,
 * `send`), octets of a message, messages, kind (`binary`, `text`, `mixed`), ms after which the server sends.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import Resolver from 'embedded:network/dns/resolver/udp';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';

const NOTHING = new Uint8Array(0);
const BINARY = Object.freeze({ binary: true });
const TEXT = Object.freeze({ binary: false });
/* Milliseconds for all that was sent to be read by the other end. */
const CLOSE_TIME = 60_000;

let left = 0;
let octets = 0;
let buffer;
let kind;

function onSpan(bytes, start, end, delivery) {
  if (!delivery.more && --left === 0) report();
}

function onReadable(count, delivery) {
  this.read(buffer);
  if (!delivery.more && --left === 0) report();
}

function onWritable(count) {
  if (left === 0) return;
  while (count >= octets && left > 0) {
    count = this.write(buffer, kind);
    left--;
  }
  // The server answers the Close when it has every octet that was sent before it; then onClose follows.
  if (left === 0) this.write(NOTHING, { opcode: WebSocketClient.close });
}

function report() {
  print(JSON.stringify({ computrons: counters.computrons(), collections: counters.collections() }));
  exit(0);
}

function onError() {
  exit(1);
}

export default function () {
  const [port, work, size, messages, type, after] = args;
  left = Number(messages);
  octets = Number(size);
  buffer = new Uint8Array(octets);
  kind = type === 'text' ? TEXT : BINARY;
  const options = {
    host: '127.0.0.1',
    port: Number(port),
    path: `/${work === 'send' ? 'sink' : 'send'}?octets=${size}&messages=${messages}&kind=${type}&after=${after}`,
    dns: { io: Resolver },
    socket: { io: TCP },
    closeTimeout: CLOSE_TIME,
    onClose: report,
    onError,
  };
  if (work === 'send') options.onWritable = onWritable;
  else if (work === 'read') options.onReadable = onReadable;
  else options.onSpan = onSpan;
  new WebSocketClient(options);
}
