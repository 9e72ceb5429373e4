import type { Socket } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { ErrorId, RingletError } from '../../../src/errors.ts';
import type { Arrival } from './arrival.ts';

/** Node ends a TLS handshake by itself after this time; an arrival's deadline comes first. Milliseconds. */
const LAST = 0x7fffffff;

/** How a socket and the TLS on it are known for the same: a `tls.Server` does not tell. */
const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

function listenerOf(options: TlsOptions): Server {
  try {
    return createServer({ ...options, handshakeTimeout: LAST });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const refused = new RingletError(
      ErrorId.optionInvalid,
      `tls is not what tls.createServer takes: ${said}`,
    );
    Object.defineProperty(refused, 'cause', { value: error, writable: true, configurable: true });
    throw refused;
  }
}

/**
 * What puts TLS on sockets as they come from the kernel, and tells their arrivals when the handshake is done. What fails ends
 * the socket. Throws a RingletError with what `tls.createServer` says of its options.
 */
export function securedBy(options: TlsOptions): (socket: Socket, arrival: Arrival) => void {
  const arrivals = new Map<string, Arrival>();
  const server = listenerOf(options);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('secureConnection', (socket) => {
    const peer = peerOf(socket);
    const arrival = arrivals.get(peer);
    arrivals.delete(peer);
    if (arrival === undefined) socket.destroy();
    else arrival.secured(socket);
  });
  return (socket, arrival) => {
    const peer = peerOf(socket);
    arrivals.set(peer, arrival);
    socket.once('close', () => {
      if (arrivals.get(peer) === arrival) arrivals.delete(peer);
    });
    // The peer's end ends the handshake: nothing more can come of it.
    socket.allowHalfOpen = false;
    server.emit('connection', socket);
  };
}
