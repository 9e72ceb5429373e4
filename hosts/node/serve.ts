import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { Endpoint, type EndpointEvents } from '../../src/client/endpoint.ts';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { checkEvents } from '../../src/connection/check-options.ts';
import { limitsOf, sizeOf } from '../../src/connection/options.ts';
import { isToken } from '../../src/handshake/text.ts';
import { nodeHost } from './host.ts';
import { checkCallbacks, checkCompression, checkNames, checkOption, checkTls, HEAD_SIZE } from './options.ts';
import { Arrivals } from './server/arrivals.ts';
import { descriptorLimit } from './server/descriptors.ts';
import type { Admission, AwaitedRequestHook, Refusal } from './server/policy.ts';
import { securedBy } from './server/secure.ts';
import { acceptTransport } from './transport/accept.ts';

export type { AwaitedRequestHook, Refusal } from './server/policy.ts';

/** Options of {@link serve}. All of the limits may be there, too. */
export interface ServeOptions<Target> extends Partial<Limits> {
  /** 0 (default) lets the system choose. */
  readonly port?: number | undefined;
  /** Address to listen on. Default 127.0.0.1: whoever wants the network says so. */
  readonly host?: string | undefined;
  /** For wss: `cert`, `key`, `ca` … as of `tls.createServer`. */
  readonly tls?: TlsOptions | undefined;
  /** Subprotocols that are spoken here. */
  readonly protocols?: readonly string[] | undefined;
  /** Names of request headers that `onRequest` wants to see, in lower case there. */
  readonly requestHeaders?: readonly string[] | undefined;
  /** Decides about origin, path, credentials and subprotocol; it may be asynchronous. Default: accepts everything. */
  readonly onRequest?: AwaitedRequestHook | undefined;
  readonly events: EndpointEvents<Target>;
  /** Makes the target of a new connection's events, once its request is accepted. Its `endpoint` is set before any of them. */
  readonly accept: () => Target & { endpoint?: Endpoint<Target> };
  /** A client was not let in: there is no target, and no event of it. */
  readonly onRefused?: ((refusal: Refusal) => void) | undefined;
  /**
   * What goes wrong beside connections: what `onRequest`, `accept` and `onRefused` throw, and, each kind once, why connections
   * cannot be accepted. Default: exceptions are reported as uncaught ones, the others by a warning of the process.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Most connections at a time; one more request is answered with 503. 0 (default) for any number. */
  readonly maxConnections?: number | undefined;
  /**
   * Most sockets that are accepted and are no connections yet. At one more, the oldest that has sent nothing is answered with
   * 503, or else the oldest whose request is not whole. 0 for any number. Default 4096, and at most half of the
   * descriptors that the process may open: where none are left, connections are closed without a word to anybody.
   */
  readonly maxHandshakes?: number | undefined;
  /** The targets' own method `SPAN` takes messages in place of `events.onData`. Default false. */
  readonly takesSpans?: boolean | undefined;
  /** Compression to agree to, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
  /** Octets of a connection's receive buffer, a power of two from 256. Default 8192. */
  readonly receiveBuffer?: number | undefined;
  /** Octets of a connection's transmit ring, a power of two from 256. Default 65536. */
  readonly transmitBuffer?: number | undefined;
}

/** A server that listens. */
export interface ListeningServer {
  readonly host: string;
  readonly port: number;
  /** Connections that are open. */
  readonly connections: number;
  /** Sockets that are no connections yet. */
  readonly handshakes: number;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

const NAMES: readonly string[] = [
  'port',
  'host',
  'protocols',
  'requestHeaders',
  'onRequest',
  'accept',
  'onRefused',
  'onError',
  'maxConnections',
  'maxHandshakes',
];

/** Where the system allows so many descriptors and more. */
const MAX_HANDSHAKES = 4096;

const defaultHandshakes = (): number =>
  Math.min(MAX_HANDSHAKES, Math.ceil((descriptorLimit() ?? Infinity) / 2));

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areTokens = (names: readonly string[]): boolean =>
  Array.isArray(names) &&
  names.every((name, index) => typeof name === 'string' && isToken(name) && names.indexOf(name) === index);

/** Refuses what is wrong now, and not when somebody connects. */
function checkOptions<Target>(options: ServeOptions<Target>): void {
  checkNames('serve', options, NAMES);
  const { port = 0, host = '', tls, protocols = [], requestHeaders = [] } = options;
  const { maxConnections = 0, maxHandshakes = 0 } = options;
  checkEvents(options.events, ['onWritable']);
  checkOption(typeof options.accept === 'function', 'accept', 'a function');
  checkCallbacks(options as unknown as Readonly<Record<string, unknown>>, [
    'onRequest',
    'onRefused',
    'onError',
  ]);
  checkOption(isCount(port) && port <= 65535, 'port', 'an integer from 0 to 65535');
  checkOption(typeof host === 'string', 'host', 'a string');
  checkTls(tls);
  checkOption(areTokens(protocols), 'protocols', 'an array of different tokens');
  checkOption(areTokens(requestHeaders), 'requestHeaders', 'an array of different names');
  checkOption(isCount(maxConnections), 'maxConnections', 'a number of connections');
  checkOption(isCount(maxHandshakes), 'maxHandshakes', 'a number of sockets');
  checkCompression(options.compression);
  sizeOf('receiveBuffer', options.receiveBuffer ?? 8192);
  sizeOf('transmitBuffer', options.transmitBuffer ?? 65536);
}

/** Makes endpoints of arrivals. */
function admissionOf<Target>(options: ServeOptions<Target>, limits: Limits): Admission<Target> {
  const { events, takesSpans, compression, receiveBuffer = 8192, transmitBuffer = 65536 } = options;
  return {
    target: () => {
      const target: unknown = options.accept();
      if (typeof target !== 'object' || target === null || !Object.isExtensible(target))
        throw new TypeError('accept made no object for the events of a connection');
      return target as Target;
    },
    admit(target: Target & { endpoint?: Endpoint<Target> }, socket, handshake, received) {
      target.endpoint = new Endpoint<Target>(
        nodeHost,
        {
          limits,
          events,
          target,
          takesSpans,
          role: 'server',
          opening: (setup) => handshake.continueIn(setup),
          compression,
          receiveBuffer,
          transmitBuffer,
        },
        acceptTransport(socket, undefined, received),
      );
    },
  };
}

/** Tells `onError`, or the runtime where there is none; what it throws is the runtime's to report, and hinders nothing. */
function reportTo(onError: ((error: unknown) => void) | undefined): (error: unknown) => void {
  if (onError === undefined) return nodeHost.report;
  return (error) => {
    try {
      onError(error);
    } catch (thrown) {
      nodeHost.report(thrown);
    }
  };
}

/** Tells of errors of the listening socket, each kind once: EMFILE may come a thousand times a second. */
function tellOnce(onError: ((error: unknown) => void) | undefined): (error: NodeJS.ErrnoException) => void {
  const told = new Set<string | undefined>();
  return (error) => {
    if (told.has(error.code)) return;
    told.add(error.code);
    if (onError !== undefined) onError(error);
    else process.emitWarning(`connections cannot be accepted: ${error.message}`, 'RingletWarning');
  };
}

/**
 * Listens for WebSocket connections. Of a connection nothing exists before its request is accepted. The promise fails with
 * Node's error if the address cannot be had, with a RingletError for options that are wrong or that there are none of.
 */
export async function serve<Target>(options: ServeOptions<Target>): Promise<ListeningServer> {
  checkOptions(options);
  const { port = 0, host = '127.0.0.1', tls, onError, maxHeadSize = HEAD_SIZE } = options;
  const report = reportTo(onError);
  const limits = limitsOf({ ...options, maxHeadSize });
  const arrivals = new Arrivals(
    {
      protocols: options.protocols ?? [],
      requestHeaders: (options.requestHeaders ?? []).map((name) => name.toLowerCase()),
      onRequest: options.onRequest,
      onRefused: options.onRefused,
      readsExtensions: options.compression !== undefined,
      maxHeadSize,
      handshakeTimeout: limits.handshakeTimeout,
      closeTimeout: limits.closeTimeout,
      maxHandshakes: options.maxHandshakes ?? defaultHandshakes(),
      maxConnections: options.maxConnections ?? 0,
    },
    admissionOf(options, limits) as Admission,
    report,
    tls === undefined ? undefined : securedBy(tls),
  );
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) =>
    arrivals.add(socket),
  );

  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const tell = tellOnce(onError && report);
      server.off('error', reject);
      server.on('error', (error) => {
        // For want of descriptors (EMFILE, ENFILE), mostly: silent clients have no claim to theirs.
        arrivals.makeRoom();
        tell(error);
      });
      const address = server.address() as AddressInfo;
      resolve({
        host: address.address,
        port: address.port,
        get connections() {
          return arrivals.connections;
        },
        get handshakes() {
          return arrivals.handshakes;
        },
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            arrivals.close();
          }),
      });
    });
  });
}
