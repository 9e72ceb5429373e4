import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Endpoint, type EndpointEvents } from '../../src/client/endpoint.ts';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { limitsOf, sizeOf } from '../../src/connection/options.ts';
import { type RequestHook, serverOpening } from '../../src/handshake/server.ts';
import { checkEvents } from './events.ts';
import { nodeHost } from './host.ts';
import { acceptTransport } from './transport/accept.ts';

export interface ServeOptions<Target> extends Partial<Limits> {
  /** 0 (default) lets the system choose. */
  readonly port?: number | undefined;
  /** Address to listen on. Default 127.0.0.1: whoever wants the network says so. */
  readonly host?: string | undefined;
  /** For wss: `cert`, `key`, `ca` … as of `tls.createServer`. */
  readonly tls?: TlsOptions | undefined;
  /** Subprotocols that are spoken here. */
  readonly protocols?: readonly string[] | undefined;
  /** Names of request headers (lower case) that `onRequest` wants to see. */
  readonly requestHeaders?: readonly string[] | undefined;
  /** Decides about origin, path, credentials and subprotocol. Default: accepts everything. */
  readonly onRequest?: RequestHook | undefined;
  readonly events: EndpointEvents<Target>;
  /** Makes the target of a new connection's events. Its `endpoint` is set before any of them. */
  readonly accept: () => Target & { endpoint?: Endpoint<Target> };
  /** Compression to agree to, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
  readonly receiveBuffer?: number | undefined;
  readonly transmitBuffer?: number | undefined;
}

/** A server that listens. */
export interface ListeningServer {
  readonly host: string;
  readonly port: number;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/**
 * Listens for WebSocket connections. The promise fails with Node's error if the address cannot be had, with a
 * RingletError if `events` lacks a method.
 */
export async function serve<Target>(options: ServeOptions<Target>): Promise<ListeningServer> {
  const {
    port = 0,
    host = '127.0.0.1',
    tls,
    protocols = [],
    requestHeaders = [],
    onRequest,
    events,
    accept,
  } = options;
  checkEvents(events);
  const { receiveBuffer = 8192, transmitBuffer = 65536, compression } = options;
  // What is wrong is said now, and not when somebody connects.
  sizeOf('receiveBuffer', receiveBuffer);
  sizeOf('transmitBuffer', transmitBuffer);
  const limits = limitsOf(options);
  const opening = serverOpening({ protocols, requestHeaders, onRequest });
  const sockets = new Set<Socket>();

  const onSocket = (socket: Socket): void => {
    const target = accept();
    target.endpoint = new Endpoint<Target>(
      nodeHost,
      { limits, events, target, role: 'server', opening, compression, receiveBuffer, transmitBuffer },
      acceptTransport(socket),
    );
  };

  const server: Server =
    tls === undefined
      ? createTcpServer({ allowHalfOpen: true, noDelay: true }, onSocket)
      : createTlsServer({ ...tls, allowHalfOpen: true }, onSocket);
  // Below TLS, so that what never comes through its handshake is known too.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      resolve({
        host: address.address,
        port: address.port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}
