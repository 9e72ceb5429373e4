/**
 * Reads what comes, for `bench/xs/slow-line.mjs`, and prints a line of JSON at the end: octets of messages, the close code, the
 * error id, and slots that are in use beside those of before. Arguments: port, keepalive and keepaliveTimeout in milliseconds.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';

const [PORT, KEEPALIVE, KEEPALIVE_TIMEOUT] = args.map(Number);

class Download {
  #buffer = new Uint8Array(2048);
  #octets = 0;
  #client = new WebSocketClient({
    socket: { io: TCP },
    host: '127.0.0.1',
    port: PORT,
    keepalive: KEEPALIVE,
    keepaliveTimeout: KEEPALIVE_TIMEOUT,
    target: this,
    onReadable,
    onClose: onEnd,
    onError: onEnd,
  });

  readable() {
    for (let count = this.#client.read(this.#buffer); count > 0; count = this.#client.read(this.#buffer))
      this.#octets += count;
  }

  ended() {
    const { closeCode, errorId } = this.#client;
    print(JSON.stringify({ octets: this.#octets, closeCode, errorId, free: counters.free() }));
    exit(0);
  }
}

function onReadable() {
  this.target.readable();
}

function onEnd() {
  this.target.ended();
}

export default function () {
  new Download();
}
