// Says hello to a WebSocket server, by the ECMA-419 class: node examples/hello.mjs [host] [port]
// On a device the first line is `import device from "embedded:provider/builtin"`; the rest stays as it is.
import { device } from 'ringlet/node';

const [host = '127.0.0.1', port = '9002'] = process.argv.slice(2);
const { ws } = device.network;

new ws.io({
  ...ws,
  host,
  port: Number(port),
  onWritable() {
    if (this.said) return;
    this.said = true;
    this.write(new TextEncoder().encode('Hello!'), { binary: false });
  },
  onReadable(count, { more, binary }) {
    const octets = this.read(count);
    console.log(binary ? octets : new TextDecoder().decode(octets), more ? '…' : '');
    if (!more) this.write(Uint8Array.of(0x03, 0xe8), { opcode: ws.io.close });
  },
  onClose() {
    console.log('closed with', this.closeCode);
  },
  onError(error) {
    console.error(`cannot talk: ${error.message}`);
    process.exitCode = 1;
  },
});
