import { check, ErrorId } from '../errors.ts';
import type { Host } from '../host.ts';
import {
  type ByteStream,
  type ByteStreamCallbacks,
  type Closable,
  idOf,
  type StreamOwner,
  type StreamSink,
} from './stream.ts';

/** A class of the host with the options to construct it, as ECMA-419 providers give them. */
export interface Constructible<Options, Instance> {
  readonly io: new (options: Options) => Instance;
  readonly [option: string]: unknown;
}

/** A class of streams; it has options of its own, too. */
type StreamClass = new (options: ByteStreamCallbacks) => ByteStream;

/** What a resolver answers with: the host and its address, then all its addresses where it has them. */
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

/** A stream that calls its callbacks as its own methods and keeps the option `target` as a property. */
interface Served extends ByteStream {
  target: StreamSink;
}

/** The callbacks of every stream whose class keeps `target`: a closure costs 9 slots, and each needs three. */
const SERVED = Object.freeze({
  format: 'buffer' as const,
  onReadable(this: Served, count: number): void {
    this.target.streamReadable(count);
  },
  onWritable(this: Served, count: number): void {
    this.target.streamWritable(count);
  },
  onError(this: Served, error?: unknown): void {
    this.target.streamError(error);
  },
});

/** Opens streams until one can connect, and hands that on to the endpoint. It is closed with the endpoint. */
class StreamOpener implements Closable, StreamSink {
  readonly #endpoint: StreamOwner;
  readonly #Stream: StreamClass;
  readonly #options: object;
  readonly #isNative: boolean;
  #stream: ByteStream | undefined;
  #resolver: NameResolver | undefined;
  /** Addresses to be tried. */
  #addresses: readonly (string | undefined)[] = [];
  #next = 0;
  #readable = 0;
  /** Where a stream that does not keep `target` finds its sink. */
  #sink: StreamSink = this;

  constructor(endpoint: StreamOwner, host: Host, Stream: unknown, options: object) {
    this.#endpoint = endpoint;
    this.#Stream = Stream as StreamClass;
    this.#options = options;
    this.#isNative = Stream === host.TCP;
    endpoint.hold(this);
  }

  /** Makes a stream with `more` options; throws what its class throws. */
  connect(more: object): void {
    const callbacks = this.#isNative
      ? Object.assign({ target: this }, SERVED)
      : {
          format: SERVED.format,
          onReadable: (count: number) => this.#sink.streamReadable(count),
          onWritable: (count: number) => this.#sink.streamWritable(count),
          onError: (error?: unknown) => this.#sink.streamError(error),
        };
    this.#stream = new this.#Stream(Object.assign({}, this.#options, more, callbacks));
  }

  /** Asks `dns` for the addresses of `host`. */
  resolve(dns: Constructible<never, NameResolver>, host: string): void {
    const Resolver = dns.io as unknown as new (options: unknown) => NameResolver;
    const finish = (error: unknown, first?: string, second?: string, all?: readonly string[]): void => {
      if (this.#resolver === undefined) return;
      this.#resolver.close?.();
      this.#resolver = undefined;
      // The standard's text has the address before the host, its annex and Moddable after it.
      this.#addresses = error ? [] : (all ?? [first === host ? (second ?? first) : (first ?? second)]);
      this.#connectNext(ErrorId.resolveFailed);
    };
    const resolver = (this.#resolver = new Resolver(dns));
    const onResolved: Resolved = (...resolved) => finish(undefined, ...resolved);
    // Moddable's resolvers ignore the second argument, the standard's ignore the two callbacks.
    resolver.resolve({ host, onResolved, onError: () => finish(true) }, finish);
  }

  /** Tries the next address. If there is none, the endpoint fails with `failure`. */
  #connectNext(failure: number, reason?: unknown): void {
    let why = failure;
    let error = reason;
    for (;;) {
      const address = this.#addresses[this.#next++];
      if (address === undefined) break;
      try {
        this.connect({ address });
        return;
      } catch (thrown) {
        why = ErrorId.connectFailed;
        error = thrown;
      }
    }
    this.#endpoint.streamEnded(why, error);
  }

  streamReadable(count: number): void {
    this.#readable = count;
  }

  streamWritable(count: number): void {
    const stream = this.#stream!;
    const endpoint = this.#endpoint;
    this.#sink = endpoint;
    this.#stream = undefined;
    if (this.#isNative) (stream as Served).target = endpoint;
    endpoint.streamOpened(stream, this.#isNative, count, this.#readable);
  }

  streamError(error?: unknown): void {
    this.#stream?.close();
    this.#stream = undefined;
    this.#readable = 0;
    this.#connectNext(idOf(error) || ErrorId.connectFailed, error);
  }

  close(): void {
    const resolver = this.#resolver;
    const stream = this.#stream;
    this.#addresses = [];
    this.#resolver = this.#stream = undefined;
    resolver?.close?.();
    stream?.close();
  }
}

/** Gives `endpoint` the stream `attach`, which is connected already. */
export function takeStream(endpoint: StreamOwner, host: Host, attach: object): void {
  new StreamOpener(endpoint, host, attach.constructor, { from: attach }).connect({});
}

/**
 * Gives `endpoint` its stream: resolves the host and connects, to one address after the other as long as none
 * answers. What goes wrong now is thrown, what goes wrong later fails the endpoint.
 */
export function openStream(
  endpoint: StreamOwner,
  runtime: Host,
  { socket, dns, host, port = 80 }: StreamOptions,
): void {
  check(typeof socket?.io === 'function', 'socket.io');
  check(dns === undefined || typeof dns.io === 'function', 'dns.io');
  const opener = new StreamOpener(endpoint, runtime, socket.io, Object.assign({}, socket, { host, port }));
  if (dns === undefined) opener.connect({ address: host });
  else opener.resolve(dns, host);
}
