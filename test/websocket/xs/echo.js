/**
 * Sends a text, waits for its echo, sends the next: `count` of them, each `size` characters long. Prints what one cost.
 * Arguments: port, count, size, kind.
 */
import WebSocket from 'ringlet/websocket';
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import { args, exit, print, printError } from 'ringlet:xs/host';
import { chunks, collections, gc, slots } from 'ringlet:xs/counters';

export default function () {
  const [port, countText, sizeText, kind] = args;
  const count = Number(countText);
  const isText = kind === 'text';
  const text = 'm'.repeat(Number(sizeText));
  const message = isText ? text : new Uint8Array(Number(sizeText)).fill(7);
  const socket = new WebSocket({
    url: `ws://127.0.0.1:${port}/`,
    ws: { io: WebSocketClient, socket: { io: TCP } },
  });
  socket.binaryType = 'arraybuffer';
  let left = count;
  let warm = 100;
  let slotsBefore = 0;
  let chunksBefore = 0;
  let one;
  let cost = '';
  socket.onopen = () => socket.send(message);
  socket.onmessage = (event) => {
    const { data } = event;
    if (isText ? data !== text : data.byteLength !== message.length) {
      printError('another message came back');
      exit(1);
    }
    if (--warm === 1) {
      gc();
      slotsBefore = slots();
      chunksBefore = chunks();
      one = collections();
    } else if (warm === 0) {
      const before = [slotsBefore, chunksBefore];
      if (collections() === one)
        cost = `${slots() - before[0]} slots, ${chunks() - before[1]} octets of chunks`;
    }
    if (--left === 0) {
      gc();
      print(`${count} messages, each ${cost}; kept ${slots() - slotsBefore} slots`);
      socket.close(3000, 'done');
    } else socket.send(message);
  };
  socket.onerror = ({ message }) => {
    printError(message);
    exit(1);
  };
  socket.onclose = ({ code, reason, wasClean }) => print('closed', code, reason, wasClean);
}
