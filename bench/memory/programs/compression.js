/**
 * Receives or sends compressed messages and prints what that allocated once the connection had settled.
 * Arguments: port, work (`inflate`, `inflate and read`, `deflate`, or `connect` and `plain`, which tell what an open
 * connection holds with and without compression), messages, options of permessageDeflate as JSON.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import { permessageDeflate } from 'ringlet/deflate';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

const WARM_UP = 500;
const OCTETS = 200;
const NOTHING = new Uint8Array(0);
/* Milliseconds for all that was sent to be read by the other end. */
const CLOSE_TIME = 60_000;
const READING =
  '{"seq":1042,"t":1699999999.123,"load":[0.12,0.34,0.25],"mem":{"total":327680,"free":123456,"largest":65200},"temp":[21.5,21.8,20.31],"wifi":{"rssi":-61,"channel":6,"bssid":"a4:cf:12:6b:00:7f","n":11}}';

class Traffic {
  #left;
  #messages;
  #buffer = new Uint8Array(OCTETS);
  #received = 0;
  #slots = 0;
  #chunks = 0;
  #collections = 0;
  #computrons = 0;
  #atStart = 0;

  constructor(messages) {
    this.#messages = messages;
    this.#left = messages + WARM_UP;
    for (let i = 0; i < OCTETS; i++) this.#buffer[i] = READING.charCodeAt(i);
  }

  span(bytes, start, end, delivery) {
    this.#received += end - start;
    if (!delivery.more) this.#message();
  }

  readable(client, delivery) {
    for (let count = client.read(this.#buffer); count; count = client.read(this.#buffer))
      this.#received += count;
    if (!delivery.more) this.#message();
  }

  writable(client, count) {
    if (this.#left === 0) return;
    const buffer = this.#buffer;
    while (count >= OCTETS && this.#left > 0) {
      // A digit here and there, as readings differ.
      const turn = this.#left;
      buffer[10] = 48 + (turn % 10);
      buffer[29] = 48 + ((turn * 7) % 10);
      buffer[42] = 48 + ((turn * 3) % 10);
      buffer[89] = 48 + ((turn >> 3) % 10);
      count = client.write(buffer);
      this.#received += OCTETS;
      this.#message();
    }
    // The Close is answered behind everything that was sent; then onClose follows.
    if (this.#left === 0) client.write(NOTHING, { opcode: WebSocketClient.close });
  }

  #message() {
    this.#left--;
    if (this.#left === this.#messages) {
      counters.gc();
      this.#slots = counters.slots();
      this.#chunks = counters.chunks();
      this.#collections = counters.collections();
      this.#atStart = this.#received;
      this.#computrons = counters.computrons();
    } else if (this.#left === 0) this.#finish();
  }

  #finish() {
    this.#computrons = (counters.computrons() - this.#computrons) & 0x7fffffff;
    this.#slots = counters.slots() - this.#slots;
    this.#chunks = counters.chunks() - this.#chunks;
    this.#collections = counters.collections() - this.#collections;
    // From a turn of its own: the stack is to be the library's.
    if (args[1] !== 'deflate') Timer.set(() => this.end());
  }

  end() {
    const result = {
      slots: this.#slots,
      chunkBytes: this.#chunks,
      collections: this.#collections,
      computrons: this.#computrons,
      octets: this.#received - this.#atStart,
    };
    print(JSON.stringify(result));
    exit(0);
  }
}

let traffic;
let client;
let before = 0;

function holding() {
  counters.gc();
  return counters.slots() * counters.slotSize + counters.chunks();
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
  print(JSON.stringify({ error: error.id, message: error.message }));
  exit(1);
}
function onClose() {
  traffic.end();
}
function nothing() {}

function told() {
  const whole = holding() - before;
  print(JSON.stringify({ whole }));
  client.close();
  exit(0);
}

function opened() {
  Timer.set(told, 50);
}

export default function () {
  const [port, work, messages, settings] = args;
  const connects = work === 'connect' || work === 'plain';
  if (!connects) traffic = new Traffic(Number(messages));
  before = holding();
  const options = {
    /* With both windows, the default would not fit into the block. */
    transmitBuffer: 1024,
    host: '127.0.0.1',
    port: Number(port),
    path: work.startsWith('inflate') ? `/send?messages=${Number(messages) + WARM_UP}` : '/sink',
    socket: { io: TCP },
    closeTimeout: CLOSE_TIME,
    onError,
  };
  if (!connects) options.onClose = onClose;
  if (work !== 'plain') options.compression = permessageDeflate(JSON.parse(settings));
  if (connects) options.onWritable = opened;
  if (connects) options.onReadable = nothing;
  else if (work === 'deflate') options.onWritable = onWritable;
  else if (work === 'inflate and read') options.onReadable = onReadable;
  else options.onSpan = onSpan;
  client = new WebSocketClient(options);
}
