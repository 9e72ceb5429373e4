/**
 * Posts records to an outbox whose uplink is open, over loopback, and prints what that allocated and executed once the
 * connection had settled; or what an uplink takes beside its outbox. Arguments: port, work (`post`, `send` for the plain
 * client inside `onWritable`, `write` for it outside, `memory`), octets of a record, records, and how they are let go: `plain` when they
 * are written, `numbered` when the gateway has acknowledged all that came in a turn, `each` when it has acknowledged each.
 */
import TCP from 'embedded:io/socket/tcp';
import WebSocketClient from 'embedded:network/websocket/client';
import { Outbox, SUBPROTOCOL, Uplink } from 'ringlet/uplink';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

const WARM_UP = 500;
const [port, work, octets, records, how] = args;
const isNumbered = how === 'numbered' || how === 'each';

function fail() {
  print(JSON.stringify({ error: 1 }));
  exit(1);
}

const path = how === 'each' ? '/each' : '/gateway';
const place = { host: '127.0.0.1', port: Number(port), path, socket: { io: TCP } };

class Run {
  #left = Number(records) + WARM_UP;
  #bytes = new Uint8Array(Number(octets)).fill(7);
  #slots = 0;
  #chunks = 0;
  #collections = 0;
  #computrons = 0;
  #isOver = false;

  get bytes() {
    return this.#bytes;
  }
  get left() {
    return this.#left;
  }

  count() {
    this.#left--;
    if (this.#left === Number(records)) {
      counters.gc();
      this.#slots = counters.slots();
      this.#chunks = counters.chunks();
      this.#collections = counters.collections();
      this.#computrons = counters.computrons();
    }
  }

  finish(kept) {
    if (this.#isOver) return;
    this.#isOver = true;
    const computrons = (counters.computrons() - this.#computrons) & 0x7fffffff;
    const slots = counters.slots() - this.#slots;
    const chunkBytes = counters.chunks() - this.#chunks;
    const collections = counters.collections() - this.#collections;
    print(
      JSON.stringify({
        slots,
        chunkBytes,
        collections,
        computrons: Math.round(computrons / Number(records)),
        kept,
      }),
    );
    exit(0);
  }
}

let run;
let uplink;
let outbox;
let timer;

/* Posts while the connection takes it; the rest follows when the timer comes again. */
function pump() {
  let n = 64;
  while (run.left > 0 && outbox.kept < (isNumbered ? 8 : 1) && n-- > 0) {
    uplink.post(run.bytes);
    run.count();
  }
  if (run.left === 0 && outbox.kept === 0) run.finish(0);
}

function onChange({ state }) {
  if (state === 'waiting' || state === 'stopped') fail();
  if (state === 'open') timer = Timer.repeat(pump, 1);
}

function onAcknowledged() {
  pump();
}

let client;

let room = Infinity;

/* The same with the plain client. */
function write() {
  let n = 64;
  while (run.left > 0 && n-- > 0 && room >= run.bytes.length) {
    room = client.write(run.bytes);
    run.count();
    if (room < run.bytes.length) return;
  }
  if (run.left === 0) run.finish(0);
}

function onOpen(count) {
  room = count;
  if (timer !== undefined) return;
  timer = Timer.repeat(write, 1);
}

function onWritable(count) {
  while (run.left > 0 && count >= run.bytes.length) {
    count = this.write(run.bytes);
    run.count();
  }
  if (run.left === 0) run.finish(0);
}

function holding() {
  counters.gc();
  return counters.chunks() + counters.slots() * counters.slotSize;
}

function measure() {
  const before = holding();
  let client = new WebSocketClient({
    ...place,
    receiveBuffer: 1024,
    transmitBuffer: 1024,
    onWritable: opened,
    onError: fail,
  });
  let isOpen = false;
  function opened() {
    if (isOpen) return;
    isOpen = true;
    Timer.set(() => {
      const plain = holding() - before;
      client.close();
      client = undefined;
      Timer.set(() => {
        const again = holding();
        outbox = new Outbox({ memory: 1024 });
        const box = holding() - again;
        uplink = new Uplink({
          ...place,
          receiveBuffer: 1024,
          transmitBuffer: 1024,
          outbox,
          onChange: ({ state }) => {
            if (state !== 'open') return;
            Timer.set(() => {
              print(JSON.stringify({ plain, outbox: box, uplink: holding() - again - box - plain }));
              exit(0);
            }, 20);
          },
        });
        uplink.start();
      }, 20);
    }, 20);
  }
}

export default function () {
  if (work === 'memory') {
    Timer.set(measure, 10);
    return;
  }
  run = new Run();
  if (work === 'send') {
    new WebSocketClient({ ...place, onWritable, onError: fail });
    return;
  }
  if (work === 'write') {
    client = new WebSocketClient({ ...place, onWritable: onOpen, onError: fail });
    return;
  }
  outbox = new Outbox({ memory: 4096, keep: isNumbered ? 'acknowledged' : 'written' });
  uplink = new Uplink({
    ...place,
    protocol: isNumbered ? SUBPROTOCOL : undefined,
    outbox,
    onChange,
    onAcknowledged,
  });
  uplink.start();
}
