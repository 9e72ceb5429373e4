/*
 * Has the library and Moddable's own client in its manifest, whose specifier they share. Says to the server which class is
 * whose. Configuration: host, port, path.
 */
import config from 'mc/config';
import Ringlet from 'ringlet';
import { permessageDeflate } from 'ringlet/deflate';
import Shared from 'embedded:network/websocket/client';

export default function () {
  const { ws } = device.network;
  new ws.io({
    ...ws,
    host: config.host,
    port: Number(config.port),
    path: config.path,
    compression: permessageDeflate(),
    onWritable() {
      if (this.isTold) return;
      this.isTold = true;
      const told = { shared: Shared === Ringlet, provided: ws.io === Ringlet };
      this.write(ArrayBuffer.fromString(JSON.stringify(told)), { binary: false });
    },
  });
}
