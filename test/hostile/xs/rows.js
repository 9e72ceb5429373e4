/*
 * Meets hostile peers one after the other, and prints what it reports of each, an event a line: number, event, values.
 * Arguments: `client` or `server`, port, and the limits of each connection as a JSON array. In the end, after a collection,
 * prints the slots and octets of chunks that are more than after the first half of the connections.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import Listener from 'embedded:io/socket/listener';
import TCP from 'embedded:io/socket/tcp';
import { serverHandshake } from 'ringlet/server-handshake';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

const [role, port, limits] = [args[0], Number(args[1]), JSON.parse(args[2])];
const DIGITS = '0123456789abcdef';

function hexOf(octets, count) {
  let text = '';
  for (let i = 0; i < count; i++) text += DIGITS[octets[i] >> 4] + DIGITS[octets[i] & 15];
  return text;
}

/** What is made when the module is preloaded cannot be written to, and a variable with a value there is copied when it is. */
let scratch;
let next;
let slots;
let chunks;

function note(sign) {
  counters.gc();
  slots += sign * counters.slots();
  chunks += sign * counters.chunks();
}

function begin() {
  print('ready', next);
  if (next === limits.length >> 1) note(-1);
  if (next === limits.length) {
    note(1);
    print('left', slots, chunks);
    exit(0);
  } else if (role === 'client') meet({ socket: { io: TCP }, host: '127.0.0.1', port, path: '/chat' });
}

function meet(options) {
  const number = next++;
  let isOpen = false;
  const over = (client, error) => {
    print(number, 'over', client.closeCode, error);
    Timer.set(begin);
  };
  new WebSocketClient({
    ...options,
    ...limits[number],
    onWritable() {
      if (!isOpen) print(number, 'open');
      isOpen = true;
    },
    onReadable(count, { binary, more }) {
      for (; count > scratch.length; count -= scratch.length) {
        this.read(scratch);
        print(number, 'data', binary, true, hexOf(scratch, scratch.length));
      }
      const read = count === 0 ? 0 : this.read(scratch);
      print(number, 'data', binary, more, hexOf(scratch, read));
    },
    onControl(opcode, data) {
      print(number, 'control', opcode, hexOf(new Uint8Array(data), data.byteLength));
    },
    onClose() {
      over(this, 0);
    },
    onError(error) {
      over(this, error.id);
    },
  });
}

export default function () {
  scratch = new Uint8Array(512);
  next = slots = chunks = 0;
  if (role === 'server') {
    const handshake = serverHandshake({});
    new Listener({
      address: '127.0.0.1',
      port,
      onReadable() {
        meet({ attach: this.read(), handshake });
      },
    });
  }
  Timer.set(begin);
}
