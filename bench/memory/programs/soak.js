/**
 * Connects, streams and loses the connection over and over, each time in the next phase, and prints how many
 * slots and octets of chunks more than after the first rounds are in use in the end, after a collection.
 * Arguments: port, a port where nobody listens, rounds.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import Resolver from 'embedded:network/dns/resolver/udp';
import TCP from 'embedded:io/socket/tcp';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

/* Those that the server knows, and three of our own: no such name, nobody there, and we drop the connection. */
const SERVER_PHASES = 6;
const NO_NAME = 6;
const REFUSED = 7;
const DROPPED = 8;
const PHASES = 9;

const [port, closedPort, rounds] = args.map(Number);
const dns = { io: Resolver };
const socket = { io: TCP };

class Soak {
  #buffer = new Uint8Array(64);
  #round = 0;
  #ends = 0;
  #isOver = true;
  #slots = 0;
  #chunks = 0;

  begin() {
    if (this.#round === PHASES * 2) this.#note();
    if (this.#round === rounds) this.#finish();
    const phase = this.#round++ % PHASES;
    this.#isOver = false;
    new WebSocketClient({
      host: phase === NO_NAME ? 'nowhere.example' : 'localhost',
      port: phase === REFUSED ? closedPort : port,
      path: phase < SERVER_PHASES ? `/lose?phase=${phase}` : '/send?octets=200&messages=50',
      dns,
      socket,
      target: phase,
      onReadable,
      onWritable,
      onClose: ended,
      onError: ended,
    });
  }

  readable(client) {
    while (client.read(this.#buffer));
    if (client.target !== DROPPED || this.#isOver) return;
    client.close();
    this.end();
  }

  writable(client) {
    client.write(this.#buffer);
  }

  end() {
    if (this.#isOver) throw new Error('a connection ended twice');
    this.#isOver = true;
    this.#ends++;
    Timer.set(next);
  }

  #note() {
    counters.gc();
    this.#slots = counters.slots();
    this.#chunks = counters.chunks();
  }

  #finish() {
    const slots = -this.#slots;
    const chunkBytes = -this.#chunks;
    this.#note();
    const ends = this.#ends;
    print(
      JSON.stringify({ rounds, ends, slots: slots + this.#slots, chunkBytes: chunkBytes + this.#chunks }),
    );
    exit(0);
  }
}

let soak;

function onReadable() {
  soak.readable(this);
}
function onWritable() {
  soak.writable(this);
}
function ended() {
  soak.end();
}
function next() {
  soak.begin();
}

export default function () {
  soak = new Soak();
  Timer.set(next);
}
