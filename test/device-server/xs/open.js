/* Opens whatever connection comes, with compression; a request with the header X-Last ends it. Argument: the port. */
import Listener from 'embedded:io/socket/listener';
import WebSocketClient from 'embedded:network/websocket/client';
import { permessageDeflate } from 'ringlet/deflate';
import { serverHandshake } from 'ringlet/server-handshake';
import { args, print } from 'ringlet:xs/host';

export default function () {
  const compression = permessageDeflate({ receiveWindowBits: 9, transmitWindowBits: 9 });
  const handshake = serverHandshake({
    requestHeaders: ['x-last'],
    onRequest({ headers }) {
      if (headers.has('x-last')) print('last');
    },
  });
  new Listener({
    address: '127.0.0.1',
    port: Number(args[0]),
    onReadable(count) {
      while (count-- > 0) new WebSocketClient({ attach: this.read(), handshake, compression });
    },
  });
  print('listening');
}
