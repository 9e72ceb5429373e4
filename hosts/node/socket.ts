/**
 * `ringlet/socket` on Node: a socket in the shape of ECMA-419's TCP over a WebSocket, for clients of other protocols that take
 * a socket class.
 */
import type { ByteBuffer } from '../../src/socket/byte-buffer.ts';
import { Socket as PortableSocket } from '../../src/socket/socket.ts';
import type { SocketHost, SocketOptions as PortableOptions } from '../../src/socket/socket-options.ts';
import { device } from './device.ts';
import { checkedOctets } from './io/byte-buffer.ts';
import { engineTimer } from './io/shared-timer.ts';
import { checkFlags, unreadable } from './options.ts';

/** Options of {@link Socket}; its callbacks are called with it as `this`. */
export type SocketOptions = PortableOptions<PortableSocket>;
export type { ByteBuffer } from '../../src/socket/byte-buffer.ts';
export type { ClientProvider } from '../../src/socket/socket-options.ts';

const FLAGS: readonly string[] = ['more'];

const runtime: SocketHost = Object.freeze({
  Timer: engineTimer,
  resizable: false,
  // As Node's TCP in ECMA-419 shape has them.
  window: 8192,
  providerOf: (isSecure: boolean) => (isSecure ? device.network.wss : device.network.ws),
});

/** {@link PortableSocket} with Node's WebSocket client, TCP and TLS. */
export class Socket extends PortableSocket {
  constructor(options: SocketOptions) {
    try {
      super(options, runtime);
    } catch (error) {
      throw unreadable('an option', error);
    }
  }

  /** See {@link PortableSocket.write}. Throws a RingletError for memory that is detached, and for a `more` that is no boolean. */
  override write(data: ByteBuffer | number, options?: { readonly more?: boolean | undefined }): number {
    if (options !== undefined) checkFlags('write', options, FLAGS);
    return super.write(typeof data === 'number' ? data : checkedOctets(data), options);
  }

  override read(): ArrayBuffer | number | undefined;
  override read(n: number): ArrayBuffer | undefined;
  override read(buffer: ByteBuffer): number | undefined;
  override read(wanted?: number | ByteBuffer): ArrayBuffer | number | undefined {
    const isCount = wanted === undefined || typeof wanted === 'number';
    return super.read((isCount ? wanted : checkedOctets(wanted)) as number);
  }
}

export default Socket;
