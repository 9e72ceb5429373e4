/**
 * `ringlet/socket` on Moddable: a socket in the shape of ECMA-419's TCP over the WebSocket client of `device.network`. A module
 * of its own, so that an app without it does not carry it.
 */
import Timer from 'timer';
import { Socket as PortableSocket } from '../../src/socket/socket.ts';
import type {
  ClientProvider,
  SocketHost,
  SocketOptions as PortableOptions,
} from '../../src/socket/socket-options.ts';

/** Options of {@link Socket}; its callbacks are called with it as `this`. */
export type SocketOptions = PortableOptions<PortableSocket>;
export type { ByteBuffer } from '../../src/socket/byte-buffer.ts';
export type { ClientProvider } from '../../src/socket/socket-options.ts';

interface Network {
  readonly ws?: ClientProvider;
  readonly wss?: ClientProvider;
}

const runtime: SocketHost = Object.freeze({
  Timer: Timer as unknown as SocketHost['Timer'],
  resizable: true,
  // Packets of MQTT are mostly smaller; beside the client's own buffers more would be too much for small devices.
  window: 1024,
  providerOf(isSecure: boolean): ClientProvider | undefined {
    const network = (globalThis as { device?: { network?: Network } }).device?.network;
    return isSecure ? network?.wss : network?.ws;
  },
});

/** {@link PortableSocket} with the device's timer and client. */
export class Socket extends PortableSocket {
  constructor(options: SocketOptions) {
    super(options, runtime);
  }
}

export default Socket;
