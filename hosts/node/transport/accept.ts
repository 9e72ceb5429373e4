import type { Socket } from 'node:net';
import type { TransportFactory } from '../../../src/host.ts';
import { NetTransport } from './net-transport.ts';

/**
 * A factory for a socket that a server accepted: of `net.Server`'s `connection` or `tls.Server`'s
 * `secureConnection`. It can be used once; the socket belongs to the transport from then on.
 */
export function acceptTransport(socket: Socket, sendWindow?: number): TransportFactory {
  return (sink) => {
    const transport = new NetTransport(sink, sendWindow);
    socket.setNoDelay(true);
    transport.attach(socket);
    return transport;
  };
}
