/**
 * Receives or sends messages over loopback and prints what that allocated once the connection had settled.
 * Arguments: port, work (`spans`, `read`, `send`), octets of a message, messages, kind (`binary`, `text`, `mixed`), ms
 * after which the server sends, and `allocate` to make a view for every message, so that the promise is seen to break.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

const WARM_UP = 500;
const NOTHING = new Uint8Array(0);
const BINARY = Object.freeze({ binary: true });
const TEXT = Object.freeze({ binary: false });
/* Milliseconds for all that was sent to be read by the other end. */
const CLOSE_TIME = 60_000;

class Traffic {
  #octets;
  #left;
  #messages;
  #allocates;
  #kind;
  #buffer;
  #made = 0;
  #received = 0;
  #slots = 0;
  #chunks = 0;
  #collections = 0;
  #computrons = 0;

  constructor(octets, messages, isText, allocates) {
    this.#octets = octets;
    this.#messages = messages;
    this.#left = messages + WARM_UP;
    this.#allocates = allocates;
    this.#kind = isText ? TEXT : BINARY;
    this.#buffer = new Uint8Array(octets);
    for (let i = 0; i < octets; i++) this.#buffer[i] = isText ? i & 127 : i;
  }

  span(bytes, start, end, delivery) {
    this.#received += end - start;
    if (this.#allocates) this.#made += bytes.subarray(start, end).length;
    if (!delivery.more) this.#message();
  }

  readable(client, delivery) {
    for (let count = client.read(this.#buffer); count; count = client.read(this.#buffer)) {
      this.#received += count;
      if (this.#allocates) this.#made += this.#buffer.subarray(0, count).length;
    }
    if (!delivery.more) this.#message();
  }

  writable(client, count) {
    if (this.#left === 0) return;
    while (count >= this.#octets && this.#left > 0) {
      const data = this.#allocates ? this.#buffer.subarray(0) : this.#buffer;
      count = client.write(data, this.#kind);
      this.#received += this.#octets;
      this.#message();
    }
    // The server answers the Close when it has every octet that was sent before it; then onClose follows.
    if (this.#left === 0) client.write(NOTHING, { opcode: WebSocketClient.close });
  }

  #message() {
    this.#left--;
    if (this.#left === this.#messages) {
      counters.gc();
      this.#slots = counters.slots();
      this.#chunks = counters.chunks();
      this.#collections = counters.collections();
      this.#computrons = counters.computrons();
    } else if (this.#left === 0) {
      // Not in a method of its own, and what follows in a turn of its own: the stack is to be the library's.
      this.#computrons = (counters.computrons() - this.#computrons) & 0x7fffffff;
      this.#slots = counters.slots() - this.#slots;
      this.#chunks = counters.chunks() - this.#chunks;
      this.#collections = counters.collections() - this.#collections;
      if (args[1] !== 'send') Timer.set(() => this.end());
    }
  }

  end() {
    const result = {
      slots: this.#slots,
      chunkBytes: this.#chunks,
      collections: this.#collections,
      computrons: this.#computrons,
      intact: this.#received === this.#octets * (this.#messages + WARM_UP),
    };
    print(JSON.stringify(result));
    exit(0);
  }
}

let traffic;

function onClose() {
  traffic.end();
}

function onSpan(bytes, start, end, delivery) {
  traffic.span(bytes, start, end, delivery);
}
function onReadable(count, delivery) {
  traffic.readable(this, delivery);
}
function onWritable(count) {
  traffic.writable(this, count);
}
function onError(error) {
  print(JSON.stringify({ error: error.id }));
  exit(1);
}

export default function () {
  const [port, work, octets, messages, kind = 'binary', after = '0', allocate] = args;
  traffic = new Traffic(Number(octets), Number(messages), kind === 'text', allocate === 'allocate');
  const all = Number(messages) + WARM_UP;
  const options = {
    host: '127.0.0.1',
    port: Number(port),
    path: `/${work === 'send' ? 'sink' : 'send'}?octets=${octets}&messages=${all}&kind=${kind}&after=${after}`,
    socket: { io: TCP },
    closeTimeout: CLOSE_TIME,
    onClose,
    onError,
  };
  if (work === 'send') options.onWritable = onWritable;
  else if (work === 'read') options.onReadable = onReadable;
  else options.onSpan = onSpan;
  new WebSocketClient(options);
}
