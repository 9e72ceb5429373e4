/* An app that is a package: it imports the library by name, and mcpack does the rest. */
import config from 'mc/config';
import WebSocketClient from 'ringlet';
import { permessageDeflate } from 'ringlet/deflate';

const { dns, socket } = device.network.ws;

new WebSocketClient({
  dns,
  socket,
  host: config.host ?? '127.0.0.1',
  port: Number(config.port ?? 80),
  path: config.path ?? '/',
  compression: permessageDeflate(),
  onReadable(count, { binary, more }) {
    this.write(this.read(count), { binary, more });
  },
  onClose() {
    trace('closed\n');
  },
  onError(error) {
    trace(`error ${error.id}\n`);
  },
});
