/**
 * Octets go and come by the socket, with reading and writing of every kind, and cost no memory. Arguments: port, count, size,
 * kind (`buffer`, `octets`).
 */
import { Socket } from 'ringlet/socket';
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import { args, exit, print, printError } from 'ringlet:xs/host';
import { chunks, collections, gc, slots } from 'ringlet:xs/counters';

// Literals would be copied where they are evaluated.
const BUFFER = 'buffer';
const NUMBER = 'number';
const MORE = Object.freeze({ more: true });

export default function () {
  const [port, countText, sizeText, kind] = args;
  const size = Number(sizeText);
  const isOctets = kind === 'octets';
  const message = new Uint8Array(size).fill(7);
  const back = new Uint8Array(size);
  let left = Number(countText);
  let slotsBefore = 0;
  let chunksBefore = 0;
  let before = 0;
  let isOpen = false;
  const send = (socket) => {
    if (!isOctets) socket.write(message);
    else for (let i = 0; i < size; i++) socket.write(7, i < size - 1 ? MORE : undefined);
  };
  const take = (socket) => {
    if (!isOctets) return socket.read(back) === size && back[size - 1] === 7;
    for (let i = 0; i < size; i++) if (socket.read() !== 7) return false;
    return true;
  };
  new Socket({
    address: '127.0.0.1',
    port: Number(port),
    ws: { io: WebSocketClient, socket: { io: TCP } },
    format: isOctets ? 'number' : 'buffer',
    onWritable() {
      if (isOpen) return;
      isOpen = true;
      send(this);
    },
    onReadable(count) {
      // Until a whole message is there: its fragments, and those that the server makes of it, mean nothing.
      if (count < size) return;
      this.format = NUMBER;
      this.format = isOctets ? NUMBER : BUFFER;
      if (count > size || !take(this)) {
        printError('other octets came back');
        exit(1);
      }
      left--;
      if (left === Number(countText) - 100) {
        gc();
        slotsBefore = slots();
        chunksBefore = chunks();
        before = collections();
      }
      if (left > 0) return send(this);
      const slotsAfter = slots();
      const chunksAfter = chunks();
      const after = collections();
      print(slotsAfter - slotsBefore, chunksAfter - chunksBefore, after - before);
      this.close();
      print('closed');
    },
    onError(error) {
      printError('error', error?.id);
      exit(1);
    },
  });
}
