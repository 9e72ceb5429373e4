/**
 * As messages.js, for a board that counts instructions itself: prints what the messages after the first 500 took. Arguments:
 * port, work (`spans`, `read`, `send`), octets of a message, messages, kind (`binary`, `text`), ms after
 * which the server sends.
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

/* Messages before what is counted. */
const WARM_UP = 500;

let left = 0;
let total = 0;
let before;
let after;
let octets = 0;
let buffer;
let kind;
let sends = false;

function onSpan(bytes, start, end, delivery) {
  if (!delivery.more) messageDone();
}

function onReadable(count, delivery) {
  this.read(buffer);
  if (!delivery.more) messageDone();
}

function onWritable(count) {
  if (left === 0) return;
  while (count >= octets && left > 0) {
    count = this.write(buffer, kind);
    messageDone();
  }
  // The server answers the Close when it has every octet that was sent before it; then onClose follows.
  if (left === 0) this.write(NOTHING, { opcode: WebSocketClient.close });
}

/* Makes nothing: what it keeps is there already. */
function mark(counts) {
  counts[0] = counters.slots();
  counts[1] = counters.chunks();
  counts[2] = counters.collections();
  counts[3] = counters.computrons();
  counts[4] = counters.instructions();
}

function messageDone() {
  left--;
  if (left === total) mark(before);
  else if (left === 0) {
    mark(after);
    if (!sends) report();
  }
}

function report() {
  const [slots, chunks, collections, computrons, instructions] = after.map((count, i) => count - before[i]);
  print(JSON.stringify({ slots, chunks, collections, computrons, instructions }));
  exit(0);
}

function onError() {
  exit(1);
}

export default function () {
  const [port, work, size, messages, type, pause] = args;
  total = Number(messages);
  left = total + WARM_UP;
  before = [0, 0, 0, 0, 0];
  after = [0, 0, 0, 0, 0];
  sends = work === 'send';
  octets = Number(size);
  buffer = new Uint8Array(octets);
  kind = type === 'text' ? TEXT : BINARY;
  const options = {
    host: '127.0.0.1',
    port: Number(port),
    path: `/${sends ? 'sink' : 'send'}?octets=${size}&messages=${left}&kind=${type}&after=${pause}`,
    dns: { io: Resolver },
    socket: { io: TCP },
    closeTimeout: CLOSE_TIME,
    onClose: report,
    onError,
  };
  if (sends) options.onWritable = onWritable;
  else if (work === 'read') options.onReadable = onReadable;
  else options.onSpan = onSpan;
  new WebSocketClient(options);
}
