import { Socket } from 'node:net';
import { types } from 'node:util';
import type { TransportFactory, TransportSink } from '../../../src/host.ts';
import { CloseCode } from '../../../src/frame/close-code.ts';
import { hasOctets } from '../../../src/connection/arguments.ts';
import { checkArgument, checkWindow } from '../options.ts';
import { NetTransport } from './net-transport.ts';

/** What a sink may tell of its connection; an `Endpoint` does. */
interface Closable extends TransportSink {
  readonly closeCode?: number;
  readonly error?: number;
}

/** Whether the connection of `sink` has come to its end by a whole closing handshake. */
const isClosedIn = ({ closeCode, error }: Closable): boolean =>
  error === 0 && closeCode !== undefined && closeCode !== CloseCode.abnormal;

/**
 * A factory for a socket that a server accepted: of `net.Server`'s `connection` or `tls.Server`'s
 * `secureConnection`. It can be used once; the socket belongs to the transport from then on. Of one write it takes at most
 * `sendWindow` octets; `received` has come from the socket already.
 *
 * After a whole closing handshake the socket is ended, and what still comes is discarded for a while, so that the peer is
 * not reset while it sends. Throws a RingletError for what is no socket of Node's, no window or no octets.
 */
export function acceptTransport(
  socket: Socket,
  sendWindow?: number,
  received?: Uint8Array,
): TransportFactory {
  checkArgument(
    !types.isProxy(socket) && socket instanceof Socket,
    'socket',
    'a net.Socket or a tls.TLSSocket',
  );
  checkWindow(sendWindow);
  checkArgument(received === undefined || hasOctets(received), 'received', 'octets that are there');
  return (sink) => {
    const transport = new NetTransport(sink, sendWindow, isClosedIn);
    transport.attach(socket, undefined, received);
    transport.set(() => socket.setNoDelay(true));
    return transport;
  };
}
