import type { Endpoint } from '../../../src/client/endpoint.ts';
import type { CompressionFactory } from '../../../src/connection/compression.ts';
import type { Limits } from '../../../src/connection/limits.ts';
import { sizeOf } from '../../../src/connection/options.ts';
import { isToken } from '../../../src/handshake/text.ts';
import { checkEvents, type NodeEvents } from '../events.ts';
import { checkBuffered, checkCompression, checkNames, checkOption } from '../options.ts';
import type { AwaitedRequestHook, NodeRequest, Refusal } from './policy.ts';

/** How a server treats those who come, wherever their sockets come from. */
export interface ConnectionsOptions<Target> extends Partial<Limits> {
  /** Subprotocols that are spoken here. */
  readonly protocols?: readonly string[] | undefined;
  /** Names of request headers that `onRequest` and `endpoint.headers` are to have. */
  readonly requestHeaders?: readonly string[] | undefined;
  /** Decides about origin, path, credentials and subprotocol; it may be asynchronous. Default: accepts everything. */
  readonly onRequest?: AwaitedRequestHook | undefined;
  /** Any of them may be left out. */
  readonly events?: NodeEvents<Target> | undefined;
  /**
   * Makes the target of a new connection's events, once its request is accepted. Its `endpoint` is set before any of them.
   * Default: the endpoint is the target.
   */
  readonly accept?: ((request: NodeRequest) => Target & { endpoint?: Endpoint<Target> }) | undefined;
  /** A client was not let in: there is no target, and no event of it. */
  readonly onRefused?: ((refusal: Refusal) => void) | undefined;
  /**
   * What goes wrong outside connections: what `onRequest`, `accept` and `onRefused` throw; answers of `onRequest` that make no
   * sense; and, each kind once, why connections cannot be accepted. Default: exceptions are reported as uncaught ones, the
   * others by a warning of the process, each kind once.
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
  /** Most octets of messages that wait for room, see {@link NodeEndpoint.sendText}. Default 1 MiB. */
  readonly maxBufferedAmount?: number | undefined;
  /** The targets' own method `SPAN` takes messages in place of `events.onData`. Default false. */
  readonly takesSpans?: boolean | undefined;
  /** Compression to agree to, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
  /** Octets of a connection's receive buffer, a power of two from 256. Default 8192. */
  readonly receiveBuffer?: number | undefined;
  /** Octets of a connection's transmit ring, a power of two from 256. Default 65536. */
  readonly transmitBuffer?: number | undefined;
}

const NAMES: readonly string[] = [
  'protocols',
  'requestHeaders',
  'onRequest',
  'accept',
  'onRefused',
  'onError',
  'maxConnections',
  'maxHandshakes',
  'maxBufferedAmount',
];

export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areTokens = (names: readonly string[]): boolean =>
  Array.isArray(names) &&
  names.every((name, index) => typeof name === 'string' && isToken(name) && names.indexOf(name) === index);

/** Refuses options of the function `name` that are wrong, now, and not when somebody connects. `others` are its own. */
export function checkConnectionsOptions<Target>(
  name: string,
  options: ConnectionsOptions<Target>,
  others: readonly string[],
): void {
  checkNames(name, options, [...NAMES, ...others]);
  const { protocols = [], requestHeaders = [], maxConnections = 0, maxHandshakes = 0 } = options;
  checkEvents(options.events);
  for (const hook of ['accept', 'onRequest', 'onRefused', 'onError'] as const)
    checkOption(options[hook] === undefined || typeof options[hook] === 'function', hook, 'a function');
  checkOption(areTokens(protocols), 'protocols', 'an array of different tokens');
  checkOption(areTokens(requestHeaders), 'requestHeaders', 'an array of different names');
  checkOption(isCount(maxConnections), 'maxConnections', 'a number of connections');
  checkOption(isCount(maxHandshakes), 'maxHandshakes', 'a number of sockets');
  checkBuffered(options.maxBufferedAmount);
  checkCompression(options.compression);
  checkOption(
    !options.takesSpans || (options.accept !== undefined && options.events?.onMessage === undefined),
    'takesSpans',
    'of targets that accept makes, without onMessage',
  );
  sizeOf('receiveBuffer', options.receiveBuffer ?? 8192);
  sizeOf('transmitBuffer', options.transmitBuffer ?? 65536);
}
