import config from 'mc/config';

export default function () {
  const { ws } = device.network;
  new ws.io({
    ...ws,
    host: config.host,
    port: Number(config.port),
    path: '/telemetry',
    onWritable() {
      // The first call means: open.
      if (this.isOpen) return;
      this.isOpen = true;
      this.write(ArrayBuffer.fromString('{"temperature":21.5}'), { binary: false });
    },
    onReadable(count, { more }) {
      trace(String.fromArrayBuffer(this.read(count)), more ? '' : '\n');
    },
    onClose() {
      trace(`closed with ${this.closeCode}\n`);
    },
    onError(error) {
      trace(`error ${error.id}\n`);
    },
  });
}
