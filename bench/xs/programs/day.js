/**
 * A device's day, for `bench/xs/day.mjs`: connects, echoes messages, loses its connection and comes back, and at last lives
 * through hours of which nothing breaks the silence but Pings. Prints a line of JSON near the beginning of each part, and at its
 * end: what it is, how much of it has happened, and slots and octets of chunks in use after a collection. Arguments: port, messages, connections, hours.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print, printError } from 'ringlet:xs/host';
import Time from 'time';
import Timer from 'timer';

const [PORT, MESSAGES, CONNECTIONS, HOURS] = args.map(Number);
const SIZE = 100;
const HOUR = 3_600_000;

/** Prints how far `part` has come. */
function tell(part, count) {
  counters.gc();
  print(
    JSON.stringify({
      part,
      count,
      slots: counters.slots(),
      chunks: counters.chunks(),
      collections: counters.collections(),
    }),
  );
}

class Day {
  #client;
  #buffer = new Uint8Array(SIZE);
  #left = 0;
  #next;
  #connections = 0;
  #pings = 0;
  #hours = 0;
  #began = 0;

  /** Connects, and calls `next` when it is open. */
  #connect(path, next) {
    this.#next = next;
    this.#client = new WebSocketClient({
      socket: { io: TCP },
      host: '127.0.0.1',
      port: PORT,
      path,
      target: this,
      onWritable: onWritable,
      onReadable: onReadable,
      onControl: onControl,
      onClose: onEnd,
      onError: onEnd,
    });
  }

  begin() {
    for (let i = 0; i < SIZE; i++) this.#buffer[i] = i;
    this.#left = 1000;
    this.#connect('/echo', this.#echo);
  }

  writable() {
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) next.call(this);
  }

  #echo() {
    this.#client.write(this.#buffer);
  }

  readable() {
    if (this.#client.read(this.#buffer) !== SIZE || this.#buffer[99] !== 99)
      this.#fail('another message came back');
    if (--this.#left > 0) {
      this.#client.write(this.#buffer);
      return;
    }
    if (this.#began === 0) {
      this.#began = 1;
      tell('messages', 0);
      this.#left = MESSAGES;
      this.#client.write(this.#buffer);
      return;
    }
    tell('messages', MESSAGES);
    this.#client.close();
    this.#again();
  }

  /** Another connection, of which each third ends in good order, each third is reset, each third we drop. */
  #again() {
    if (this.#connections === 30 || this.#connections === CONNECTIONS) tell('connections', this.#connections);
    if (this.#connections++ === CONNECTIONS) {
      this.#connect('/quiet', this.#keep);
      return;
    }
    const kind = this.#connections % 3;
    this.#connect(
      kind === 0 ? '/close' : kind === 1 ? '/reset' : '/quiet',
      kind === 2 ? this.#drop : undefined,
    );
  }

  #drop() {
    this.#client.close();
    Timer.set(() => this.#again(), 1);
  }

  ended(error) {
    if (this.#hours !== 0 || this.#began === 0)
      this.#fail(`the connection ended: ${error === undefined ? 'closed' : error.id}`);
    Timer.set(() => this.#again(), 1);
  }

  #keep() {
    this.#hours = 1;
    let last = Time.ticks;
    let passed = 0;
    const timer = Timer.repeat(() => {
      if (passed === 0) tell('keepalives', this.#pings);
      passed += Time.delta(last, Time.ticks);
      last = Time.ticks;
      if (passed < HOURS * HOUR) return;
      Timer.clear(timer);
      this.#hours = 0;
      tell('keepalives', this.#pings);
      exit(0);
    }, HOUR);
  }

  pong() {
    if (this.#hours !== 0) this.#pings++;
  }

  #fail(why) {
    printError(`day: ${why}`);
    exit(1);
  }
}

function onWritable() {
  this.target.writable();
}

function onReadable() {
  this.target.readable();
}

function onControl(opcode) {
  if (opcode === WebSocketClient.pong) this.target.pong();
}

function onEnd(error) {
  this.target.ended(error);
}

export default function () {
  new Day().begin();
}
