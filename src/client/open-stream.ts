import { ErrorId, RingletError } from '../connection/errors.ts';
import type { ByteStream, ByteStreamCallbacks, StreamEndpoint } from './stream-endpoint.ts';
import type { WebSocketClient } from './websocket-client.ts';

/** A class of the host with the options to construct it, as ECMA-419 providers give them. */
export interface Constructible<Options, Instance> {
  readonly io: new (options: Options) => Instance;
  readonly [option: string]: unknown;
}

interface StreamConstructorOptions extends ByteStreamCallbacks {
  readonly address?: string;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly from?: unknown;
}

/** What a resolver answers with: the host and its address, then all its addresses where it tells them. */
type Resolved = (first?: string, second?: string, all?: readonly string[]) => void;

interface ResolveRequest {
  readonly host: string;
  /** Moddable's style. */
  readonly onResolved: Resolved;
  readonly onError: () => void;
}

interface NameResolver {
  /** The standard's style has a callback. */
  resolve(
    request: ResolveRequest,
    callback: (error: unknown, first?: string, second?: string, all?: readonly string[]) => void,
  ): unknown;
  close?(): void;
}

/** Where a stream comes from. */
export interface StreamOptions {
  /** The stream class (TCP or TLS) and what to construct it with. */
  readonly socket: Constructible<never, ByteStream>;
  /** The resolver class and what to construct it with; without it `host` has to be an address. */
  readonly dns?: Constructible<never, NameResolver> | undefined;
  readonly host: string;
  readonly port?: number | undefined;
}

/**
 * Calls back once with the addresses of `host`, none if it has none; both styles of resolver are served. The
 * resolver is closed with the endpoint, if that does not wait any more.
 */
function resolve(
  endpoint: StreamEndpoint<WebSocketClient>,
  dns: Constructible<never, NameResolver>,
  host: string,
  done: (addresses: readonly string[]) => void,
): void {
  const resolver = new (dns.io as unknown as new (options: unknown) => NameResolver)(dns);
  let isDone = false;
  const finish = (addresses: readonly string[]): void => {
    if (isDone) return;
    isDone = true;
    endpoint.awaitResolver(undefined);
    done(addresses);
  };
  const onResolved: Resolved = (first, second, all) => {
    // The standard's text has the address before the host, its annex and Moddable after it.
    const address = first === host || first === undefined ? (second ?? first) : first;
    finish(all ?? (address === undefined ? [] : [address]));
  };
  endpoint.awaitResolver(resolver);
  // Moddable's resolvers ignore the second argument, the standard's ignore the two callbacks.
  resolver.resolve({ host, onResolved, onError: () => finish([]) }, (error, first, second, all) => {
    if (error) finish([]);
    else onResolved(first, second, all);
  });
}

/** Gives `endpoint` the stream `attach`, which is connected already. `TCP` is {@link Host.TCP}. */
export function takeStream(endpoint: StreamEndpoint<WebSocketClient>, attach: object, TCP: unknown): void {
  const Stream = attach.constructor as new (options: StreamConstructorOptions) => ByteStream;
  endpoint.open((callbacks) => new Stream(Object.assign({ from: attach }, callbacks)), Stream === TCP);
}

/**
 * Gives `endpoint` its stream: resolves the host and connects. What goes wrong now is thrown, what goes wrong
 * later fails the endpoint.
 */
export function openStream(
  endpoint: StreamEndpoint<WebSocketClient>,
  options: StreamOptions,
  TCP: unknown,
): void {
  const { socket, dns, host, port } = options;
  if (typeof socket?.io !== 'function') {
    throw new RingletError(ErrorId.optionInvalid, 'socket.io must be a TCP or TLS class');
  }
  if (dns !== undefined && typeof dns.io !== 'function') {
    throw new RingletError(ErrorId.optionInvalid, 'dns.io must be a resolver class');
  }
  const Stream = socket.io as unknown as new (options: StreamConstructorOptions) => ByteStream;
  const connect = (address: string, instead?: () => boolean): void => {
    endpoint.open(
      (callbacks) => new Stream(Object.assign({}, socket, { address, host, port }, callbacks)),
      Stream === TCP,
      instead,
    );
  };
  if (dns === undefined) {
    connect(host);
    return;
  }
  resolve(endpoint, dns, host, (addresses) => {
    let next = 0;
    const connectNext = (): boolean => {
      if (next === addresses.length) return false;
      try {
        connect(addresses[next++], connectNext);
      } catch (error) {
        endpoint.failStream(ErrorId.connectFailed, error);
      }
      return true;
    };
    if (!connectNext()) endpoint.failStream(ErrorId.resolveFailed);
  });
}
