import type { LookupFunction } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { checkEvents } from '../../src/connection/check-options.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { Endpoint, type EndpointEvents } from '../../src/client/endpoint.ts';
import { type RequestOptions, requestOf } from '../../src/handshake/request-options.ts';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { clientOpening } from '../../src/handshake/client.ts';
import { nodeHost } from './host.ts';
import type { TransportFactory } from '../../src/host.ts';
import { checkCompression, checkNames, checkOption, checkTls, HEAD_SIZE } from './options.ts';
import { connectTransport } from './transport/connect.ts';

/** Where a ws: or wss: URL leads. */
export interface Destination {
  readonly secure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

/**
 * Reads a WebSocket URL (RFC 6455 §3; http and https stand for ws and wss). Throws a RingletError, for credentials,
 * too: a URL gets into logs, and to drop them would end in a refusal that nobody understands.
 */
export function destinationOf(address: string | URL): Destination {
  const text = String(address);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new RingletError(
      ErrorId.argumentInvalid,
      'the URL cannot be read; it should look like ws://host:port/path',
    );
  }
  const secure = url.protocol === 'wss:' || url.protocol === 'https:';
  if (!secure && url.protocol !== 'ws:' && url.protocol !== 'http:') {
    throw new RingletError(ErrorId.argumentInvalid, 'the URL must begin with ws:// or wss://');
  }
  if (url.hash !== '' || text.includes('#')) {
    throw new RingletError(ErrorId.argumentInvalid, 'a WebSocket URL has no fragment (no "#")');
  }
  if (url.username !== '' || url.password !== '') {
    throw new RingletError(
      ErrorId.argumentInvalid,
      'the URL must not hold a user name or password; send an Authorization header instead',
    );
  }
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return { secure, host, port: Number(url.port || (secure ? 443 : 80)), path: url.pathname + url.search };
}

/** How to connect, beside the URL and the limits. */
export interface ConnectOptions<Target>
  extends Partial<Limits>, Omit<RequestOptions, 'host' | 'port' | 'path' | 'secure'> {
  readonly events: EndpointEvents<Target>;
  readonly target: Target;
  /** For wss: `ca`, `cert`, `key`, `rejectUnauthorized` … as of `tls.connect`. */
  readonly tls?: TlsOptions | undefined;
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
  checkNames('connect', options, ['target', 'protocol', 'headers', 'requireProtocol', 'lookup']);
  const { secure, host, port, path } = destinationOf(url);
  const {
    protocol,
    headers,
    requireProtocol,
    tls,
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
  const request = requestOf({ host, port, secure, path, protocol, headers, requireProtocol });
  return new Endpoint<Target>(
    nodeHost,
    {
      ...rest,
      role: 'client',
      opening: clientOpening(request, nodeHost.proof),
      receiveBuffer,
      transmitBuffer,
      maxHeadSize,
    },
    through(connectTransport({ host, port, secure, tlsOptions: tls, lookup })),
  );
}
