/*
 * Takes what one peer floods it with, and counts what that costs. Arguments: `client` or `server`, port, what its program does
 * (`reads`, `reads slowly`, or `reads nothing`), options as JSON, and `deflate` where it compresses. Prints one JSON object: what has come, how it ended,
 * and how many slots, octets of chunks and collections more there were when octets last came than when it was opened:
 * its end has a reason, and an error is an object.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import Listener from 'embedded:io/socket/listener';
import TCP from 'embedded:io/socket/tcp';
import { permessageDeflate } from 'ringlet/deflate';
import { serverHandshake } from 'ringlet/server-handshake';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

const [role, port, manner] = args;
// Where it is evaluated, a literal of a preloaded module is copied into a chunk.
const isReading = manner === 'reads';
/** Octets that a slow program reads, each millisecond. */
const SLOW = 256;

class Flood {
  #buffer = new Uint8Array(SLOW);
  #isOpen = false;
  #octets = 0;
  #messages = 0;
  #first = new Uint32Array(3);
  #last = new Uint32Array(3);

  opened() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    print('open');
    counters.gc();
    noteIn(this.#first);
  }

  readable(client, count, more) {
    if (!more) this.#messages++;
    this.#octets += count;
    if (isReading) while (client.read(this.#buffer));
    noteIn(this.#last);
  }

  read(client) {
    client.read(this.#buffer);
  }

  over(client, error) {
    const [slots, chunks, collections] = [0, 1, 2].map((i) => this.#last[i] - this.#first[i]);
    const { closeCode } = client;
    const [octets, messages] = [this.#octets, this.#messages];
    print(JSON.stringify({ octets, messages, error, closeCode, slots, chunks, collections }));
    exit(0);
  }
}

function noteIn(counts) {
  counts[0] = counters.slots();
  counts[1] = counters.chunks();
  counts[2] = counters.collections();
}

let flood;
let client;

function onWritable() {
  flood.opened();
}
function onReadable(count, { more }) {
  flood.readable(this, count, more);
}
function onClose() {
  flood.over(this, 0);
}
function onError(error) {
  flood.over(this, error.id);
}
function onTick() {
  if (client !== undefined) flood.read(client);
}

export default function () {
  flood = new Flood();
  const options = { ...JSON.parse(args[3]), onWritable, onReadable, onClose, onError };
  if (args[4] === 'deflate') options.compression = permessageDeflate();
  if (manner === 'reads slowly') Timer.repeat(onTick, 1);
  if (role === 'client') {
    const socket = { io: TCP };
    client = new WebSocketClient({
      ...options,
      socket,
      host: '127.0.0.1',
      port: Number(port),
      path: '/chat',
    });
  } else {
    const handshake = serverHandshake({});
    new Listener({
      address: '127.0.0.1',
      port: Number(port),
      onReadable() {
        client = new WebSocketClient({ ...options, attach: this.read(), handshake });
      },
    });
  }
  print('ready');
}
