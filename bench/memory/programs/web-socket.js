/**
 * Sends a message by the WebSocket of the web, waits for its echo, collects, sends the next, and prints what each cost:
 * an array of slots, octets of chunks, bytecodes, and whether something was collected meanwhile. Arguments: port, octets of
 * a message, messages, `text` or `binary`.
 */
import WebSocket from 'ringlet/websocket';
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import * as counters from 'ringlet:xs/counters';
import { args, exit, print } from 'ringlet:xs/host';

/** Octets of chunks that a long message may take. */
const GROWN = 12_000;

export default function () {
  const [port, octets, messages, kind] = args;
  const message = kind === 'text' ? 'm'.repeat(Number(octets)) : new Uint8Array(Number(octets));
  const socket = new WebSocket({
    url: `ws://127.0.0.1:${port}/echo`,
    ws: { io: WebSocketClient, socket: { io: TCP } },
  });
  socket.binaryType = 'arraybuffer';
  // The heap grows once, so that it need not while messages are counted.
  new ArrayBuffer(GROWN);
  const costs = [];
  let left = Number(messages);
  let slots = 0;
  let chunks = 0;
  let computrons = 0;
  let collections = 0;
  const next = () => {
    counters.gc();
    collections = counters.collections();
    chunks = counters.chunks();
    slots = counters.slots();
    computrons = counters.computrons();
    socket.send(message);
  };
  socket.onopen = next;
  socket.onmessage = () => {
    const took = (counters.computrons() - computrons) & 0x7fffffff;
    const made = counters.slots() - slots;
    const chunkBytes = counters.chunks() - chunks;
    costs.push([made, chunkBytes, took, counters.collections() - collections]);
    if (--left > 0) {
      next();
      return;
    }
    print(JSON.stringify(costs));
    exit(0);
  };
  socket.onerror = ({ message }) => {
    print(JSON.stringify({ error: message }));
    exit(1);
  };
}
