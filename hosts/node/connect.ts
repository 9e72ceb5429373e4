import type { LookupFunction } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { type RequestOptions, requestOf } from '../../src/handshake/request-options.ts';
import type { CompressionFactory } from '../../src/connection/compression.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { keepingOpening } from '../../src/handshake/keeping-handshake.ts';
import type { TransportFactory } from '../../src/host.ts';
import { abortedBy, checkSignal } from './abort.ts';
import { NodeEndpoint, type OwnEndpoint } from './endpoint/node-endpoint.ts';
import { checkEvents, type NodeEvents } from './events.ts';
import { nodeHost } from './host.ts';
import {
  checkBuffered,
  checkCompression,
  checkHeaderNames,
  checkNames,
  checkOption,
  checkTls,
  HEAD_SIZE,
} from './options.ts';
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

const NAMES: readonly string[] = [
  'target',
  'protocol',
  'headers',
  'requireProtocol',
  'signal',
  'responseHeaders',
  'maxBufferedAmount',
  'lookup',
];

/** How to connect, beside the URL and the limits. */
export interface ConnectOptions<Target>
  extends Partial<Limits>, Omit<RequestOptions, 'host' | 'port' | 'path' | 'secure'> {
  /** Any of them may be left out. */
  readonly events?: NodeEvents<Target> | undefined;
  /** First argument of every event. Default: the endpoint. */
  readonly target?: Target | undefined;
  /** Aborted, it ends the connection at once, whatever its state: `aborted` (615), with the signal's reason as the reason. */
  readonly signal?: AbortSignal | undefined;
  /** Names of response headers that `endpoint.headers` is to have. */
  readonly responseHeaders?: readonly string[] | undefined;
  /** Most octets of messages that wait for room. A message is taken whatever its length if none waits. Default 1 MiB. */
  readonly maxBufferedAmount?: number | undefined;
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
  checkNames('connect', options, NAMES);
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
  const request = requestOf({ host, port, secure, path, protocol, headers, requireProtocol });
  const endpoint = new NodeEndpoint<Target>(
    {
      ...rest,
      events,
      target,
      role: 'client',
      opening: keepingOpening(request, nodeHost.proof, wanted),
      receiveBuffer,
      transmitBuffer,
      maxHeadSize,
    },
    through(connectTransport({ host, port, secure, tlsOptions: tls, lookup })),
  );
  if (signal !== undefined) abortedBy(signal, endpoint);
  return endpoint;
}
