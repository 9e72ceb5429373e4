import { check, ErrorId } from '../errors.ts';
import type { ByteStream, StreamClass, StreamEndpoint } from './stream-endpoint.ts';
import type { WebSocketClient } from './websocket-client.ts';

/** A class of the host with the options to construct it, as ECMA-419 providers give them. */
export interface Constructible<Options, Instance> {
  readonly io: new (options: Options) => Instance;
  readonly [option: string]: unknown;
}

/** What a resolver answers with: the host and its address, then all its addresses where it tells them. */
type Resolved = (first?: string, second?: string, all?: readonly string[]) => void;

interface NameResolver {
  /** Moddable's style has two callbacks in the request, the standard's one behind it. */
  resolve(
    request: { readonly host: string; readonly onResolved: Resolved; readonly onError: () => void },
    callback: (error: unknown, ...resolved: Parameters<Resolved>) => void,
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

type Client = StreamEndpoint<WebSocketClient>;

/** Gives `endpoint` the stream `attach`, which is connected already. */
export function takeStream(endpoint: Client, attach: object): void {
  endpoint.open(attach.constructor as StreamClass, { from: attach });
}

/**
 * Gives `endpoint` its stream: resolves the host and connects, to one address after the other as long as none
 * answers. What goes wrong now is thrown, what goes wrong later fails the endpoint.
 */
export function openStream(endpoint: Client, { socket, dns, host, port = 80 }: StreamOptions): void {
  check(typeof socket?.io === 'function', 'socket.io');
  check(dns === undefined || typeof dns.io === 'function', 'dns.io');
  const connect = (address: string, instead?: () => boolean): void =>
    endpoint.open(socket.io as unknown as StreamClass, { ...socket, address, host, port }, instead);
  if (dns === undefined) {
    connect(host);
    return;
  }
  const resolver = new (dns.io as unknown as new (options: unknown) => NameResolver)(dns);
  let isDone = false;
  // Closed with the endpoint, if that does not wait any more.
  endpoint.awaitResolver(resolver);
  const finish = (error: unknown, first?: string, second?: string, all?: readonly string[]): void => {
    if (isDone) return;
    isDone = true;
    endpoint.awaitResolver(undefined);
    // The standard's text has the address before the host, its annex and Moddable after it.
    const address = first === host ? (second ?? first) : (first ?? second);
    const addresses = error ? [] : (all ?? [address]);
    let next = 0;
    const connectNext = (): boolean => {
      const address = addresses[next++];
      if (address === undefined) return false;
      try {
        connect(address, connectNext);
      } catch (error) {
        endpoint.failStream(ErrorId.connectFailed, error);
      }
      return true;
    };
    if (!connectNext()) endpoint.failStream(ErrorId.resolveFailed);
  };
  const onResolved: Resolved = (...resolved) => finish(undefined, ...resolved);
  // Moddable's resolvers ignore the second argument, the standard's ignore the two callbacks.
  resolver.resolve({ host, onResolved, onError: () => finish(true) }, finish);
}
