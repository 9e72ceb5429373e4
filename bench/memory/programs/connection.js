/**
 * What one connection takes of the block: opens a bare TCP connection, then a WebSocket, and prints what each
 * holds after a collection. Argument: port.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

/* The default sizes. */
const RECEIVE = 2048;
const RING = 2048;
/* Control payloads both ways (128 each), the receive buffer with what it has more for split frames (an eighth), the transmit ring. */
const BUFFERS = 2 * 128 + RECEIVE + RECEIVE / 8 + RING;
const port = Number(args[0]);

function nothing() {}

function holding() {
  counters.gc();
  return counters.slots() * counters.slotSize + counters.chunks();
}

let before = 0;
let bare = 0;
let socket;
let client;

/* Named functions of the module: what an application's own callbacks cost is not the library's. */
function opened() {
  Timer.set(told, 50);
}

function told() {
  const whole = holding() - before;
  print(JSON.stringify({ bare, whole, buffers: BUFFERS }));
  client.close();
  exit(0);
}

function bareOpened() {
  socket.onOpened = undefined;
  bare = holding() - before;
  socket.close();
  socket = undefined;
  before = holding();
  client = new WebSocketClient({
    host: '127.0.0.1',
    port,
    path: '/quiet',
    socket: { io: TCP },
    receiveBuffer: RECEIVE,
    transmitBuffer: RING,
    onReadable: nothing,
    onWritable: opened,
    onError: fail,
  });
}

function fail() {
  exit(1);
}

function begin() {
  before = holding();
  socket = new TCP({
    address: '127.0.0.1',
    port,
    onReadable: nothing,
    onWritable: bareOpened,
    onError: fail,
  });
}

/* In a turn of its own, when what loading the program left is gone. */
export default function () {
  Timer.set(begin, 10);
}
