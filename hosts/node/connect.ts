import type { LookupFunction } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { type RequestOptions, requestOf } from '../../src/handshake/request-options.ts';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import { headersOf } from '../../src/handshake/given-headers.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { keepingOpening } from '../../src/handshake/keeping-handshake.ts';
import type { TransportFactory } from '../../src/host.ts';
import { abortedBy, checkSignal } from './abort.ts';
import { destinationOf } from './destination.ts';
import { NodeEndpoint, type OwnEndpoint } from './endpoint/node-endpoint.ts';
import { checkEvents, type NodeEvents } from './events.ts';
import { nodeHost } from './host.ts';
import {
  checkBuffered,
  checkCompression,
  checkHeaderNames,
  checkNames,
  checkOption,
  checkRedirects,
  checkTls,
  HEAD_SIZE,
  readingOf,
} from './options.ts';
import { proxyOf, type ProxyOption } from './proxy/proxy-option.ts';
import { Redirector } from './redirector.ts';
import { transportTo } from './transport/route.ts';

export { type Destination, destinationOf } from './destination.ts';

const NAMES: readonly string[] = [
  'target',
  'protocol',
  'headers',
  'requireProtocol',
  'signal',
  'responseHeaders',
  'maxBufferedAmount',
  'lookup',
  'proxy',
  'redirects',
];

/** How to connect, in addition to the URL and the limits. */
export interface ConnectOptions<Target>
  extends Partial<Limits>, Omit<RequestOptions, 'host' | 'port' | 'path' | 'secure'> {
  /** Any of them may be left out. */
  readonly events?: NodeEvents<Target> | undefined;
  /** First argument of every event. Default: the endpoint. */
  readonly target?: Target | undefined;
  /**
   * Aborted, it ends the connection, with the error `aborted` (615) and the signal's reason as the reason: by a Close (1000)
   * where the connection is open, else at once.
   */
  readonly signal?: AbortSignal | undefined;
  /** Names of response headers that `endpoint.headers` is to have. */
  readonly responseHeaders?: readonly string[] | undefined;
  /** Most octets of messages that wait for room. A message is taken whatever its length if none waits. Default 1 MiB. */
  readonly maxBufferedAmount?: number | undefined;
  /** For wss: `ca`, `cert`, `key`, `rejectUnauthorized` … as of `tls.connect`. */
  readonly tls?: TlsOptions | undefined;
  /**
   * The proxy, `false` for none. Default: the one that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names for the URL and NO_PROXY
   * does not exempt it from.
   */
  readonly proxy?: ProxyOption;
  /** Most redirections to follow, 0 … 20. Default 0: a redirection is an error. */
  readonly redirects?: number | undefined;
  /** Asks for the addresses of a name, as `dns.lookup` does, which is the default. */
  readonly lookup?: LookupFunction | undefined;
  /** The target's own method `SPAN` takes messages in place of `events.onData`. Default false. */
  readonly takesSpans?: boolean | undefined;
  /** Compression to offer, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
  /** Longest line in the head of the server's response, in octets; a power of two from 256. Default 4096. */
  readonly receiveBuffer?: number | undefined;
  /** Octets of the transmit ring. Default 65536: what is sent within one turn leaves in one write. */
  readonly transmitBuffer?: number | undefined;
}

/**
 * Connects to a ws: or wss: URL by the fast transport: messages are delivered as spans of the memory that the
 * socket reads into. Throws a RingletError for options that are wrong; everything later is an event.
 */
export function connect<Target = OwnEndpoint>(
  url: string | URL,
  options: ConnectOptions<Target> = {},
): NodeEndpoint<Target> {
  return connectThrough(url, options, (factory) => factory);
}

/** The same with a transport that `through` makes of ours, so that somebody can watch what passes. */
export function connectThrough<Target>(
  url: string | URL,
  options: ConnectOptions<Target>,
  through: (factory: TransportFactory) => TransportFactory,
): NodeEndpoint<Target> {
  return readingOf('an option of connect', () => begin(url, options, through));
}

function begin<Target>(
  url: string | URL,
  options: ConnectOptions<Target>,
  through: (factory: TransportFactory) => TransportFactory,
): NodeEndpoint<Target> {
  checkNames('connect', options, NAMES);
  const destination = destinationOf(url);
  const {
    protocol,
    headers: given,
    requireProtocol,
    tls,
    proxy,
    redirects = 0,
    lookup,
    receiveBuffer = 4096,
    transmitBuffer = 65536,
    maxHeadSize = HEAD_SIZE,
    events,
    target,
    signal,
    responseHeaders,
    ...rest
  } = options;
  checkEvents(events);
  checkSignal(signal);
  checkBuffered(options.maxBufferedAmount);
  const wanted = checkHeaderNames('responseHeaders', responseHeaders);
  checkTls(tls);
  checkOption(lookup === undefined || typeof lookup === 'function', 'lookup', 'a function');
  checkCompression(options.compression);
  checkRedirects(redirects);
  proxyOf(destination, proxy);
  // An iterator gives them once, and every hop needs them.
  const headers = headersOf(given) ?? given;
  const asked = { protocol, headers, requireProtocol };
  const request = requestOf({ ...destination, ...asked });
  const route = { tls, proxy, lookup };
  let opening = keepingOpening(request, nodeHost.proof, wanted);
  let factory = transportTo(destination, route);
  if (redirects > 0) {
    const redirector = new Redirector(destination, request, asked, { redirects, ...route }, wanted);
    opening = redirector.opening;
    factory = redirector.connect;
  }
  const endpoint = new NodeEndpoint<Target>(
    { ...rest, events, target, role: 'client', opening, receiveBuffer, transmitBuffer, maxHeadSize },
    through(factory),
  );
  if (signal !== undefined) abortedBy(signal, endpoint);
  return endpoint;
}
