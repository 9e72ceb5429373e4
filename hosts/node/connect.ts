import type { LookupFunction } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { checkEvents } from '../../src/connection/check-options.ts';
import { Endpoint, type EndpointEvents } from '../../src/client/endpoint.ts';
import { type RequestOptions, requestOf } from '../../src/handshake/request-options.ts';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import { headersOf } from '../../src/handshake/given-headers.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { clientOpening } from '../../src/handshake/client.ts';
import { destinationOf } from './destination.ts';
import { nodeHost } from './host.ts';
import { checkCompression, checkNames, checkOption, checkRedirects, checkTls, HEAD_SIZE } from './options.ts';
import { proxyOf, type ProxyOption } from './proxy/proxy-option.ts';
import { Redirector } from './redirector.ts';
import { transportTo } from './transport/route.ts';
import type { TransportFactory } from '../../src/host.ts';

export { type Destination, destinationOf } from './destination.ts';

/** How to connect, beside the URL and the limits. */
export interface ConnectOptions<Target>
  extends Partial<Limits>, Omit<RequestOptions, 'host' | 'port' | 'path' | 'secure'> {
  readonly events: EndpointEvents<Target>;
  readonly target: Target;
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
export function connect<Target>(url: string | URL, options: ConnectOptions<Target>): Endpoint<Target> {
  return connectThrough(url, options, (factory) => factory);
}

/** The same with a transport that `through` makes of ours, so that somebody can watch what passes. */
export function connectThrough<Target>(
  url: string | URL,
  options: ConnectOptions<Target>,
  through: (factory: TransportFactory) => TransportFactory,
): Endpoint<Target> {
  checkNames('connect', options, [
    'target',
    'protocol',
    'headers',
    'requireProtocol',
    'proxy',
    'redirects',
    'lookup',
  ]);
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
    ...rest
  } = options;
  checkEvents(options.events, ['onWritable']);
  checkTls(tls);
  checkOption(lookup === undefined || typeof lookup === 'function', 'lookup', 'a function');
  checkCompression(options.compression);
  checkRedirects(redirects);
  proxyOf(destination, proxy);
  // An iterator gives them once, and every hop needs them.
  const headers = headersOf(given) ?? given;
  const asked = { protocol, headers, requireProtocol };
  const request = requestOf({ ...destination, ...asked });
  const settings = { ...rest, role: 'client', receiveBuffer, transmitBuffer, maxHeadSize } as const;
  if (redirects === 0) {
    const opening = clientOpening(request, nodeHost.proof);
    const factory = transportTo(destination, { tls, proxy, lookup });
    return new Endpoint<Target>(nodeHost, { ...settings, opening }, through(factory));
  }
  const redirector = new Redirector(destination, request, asked, { redirects, tls, proxy, lookup });
  return new Endpoint<Target>(
    nodeHost,
    { ...settings, opening: redirector.opening },
    through(redirector.connect),
  );
}
