import { check, ErrorId } from '../errors.ts';
import { freeze } from '../freeze.ts';
import type { Host } from '../host.ts';
import {
  type ByteStream,
  type ByteStreamCallbacks,
  type Closable,
  FUNCTION,
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
    request: {
      readonly host: string;
      readonly onResolved: Resolved;
      readonly onError: (host?: string, error?: unknown) => void;
    },
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

/** A stream that is connected already, in place of all other options. */
interface Attached {
  readonly attach?: { readonly constructor: unknown } | undefined;
}

/** A stream that calls its callbacks as its own methods and keeps the option `target` as a property. */
interface OwnStream extends ByteStream {
  target: StreamSink;
}

/** The callbacks of every stream whose class keeps `target`: a closure costs 9 slots, and each needs three. */
const CALLBACKS = freeze({
  format: 'buffer' as const,
  onReadable(this: OwnStream, count: number): void {
    // Not in tail position, which would save 9 slots of the stack: on XS that moves the arguments, for every message.
    this.target._streamReadable(count);
  },
  onWritable(this: OwnStream, count: number): void {
    return this.target._streamWritable(count);
  },
  onError(this: OwnStream, error?: unknown): void {
    return this.target._streamError(error);
  },
});

/** Opens streams until one can connect, and hands that on to the endpoint. It is closed with the endpoint. */
class StreamOpener implements Closable, StreamSink {
  declare private readonly _endpoint: StreamOwner;
  declare private readonly _Stream: StreamClass;
  declare private readonly _streamOptions: object;
  declare private readonly _isNative: boolean;
  declare private _stream: ByteStream | undefined;
  declare private _resolver: NameResolver | undefined;
  /** Addresses to be tried; undefined for none. */
  declare private _addresses: readonly (string | undefined)[] | undefined;
  declare private _next: number;
  declare private _readable: number;
  /** Where a stream that does not keep `target` finds its sink. */
  declare private _sink: StreamSink;

  constructor(endpoint: StreamOwner, host: Host, Stream: unknown, options: object) {
    this._endpoint = endpoint;
    this._Stream = Stream as StreamClass;
    this._streamOptions = options;
    this._isNative = Stream === host.TCP;
    this._next = this._readable = 0;
    this._sink = this;
    endpoint._hold(this);
  }

  /** Makes a stream with `more` options; throws what its class throws. */
  connect(more: object): void {
    const callbacks = this._isNative
      ? CALLBACKS
      : {
          format: CALLBACKS.format,
          onReadable: (count: number) => this._sink._streamReadable(count),
          onWritable: (count: number) => this._sink._streamWritable(count),
          onError: (error?: unknown) => this._sink._streamError(error),
        };
    const options = Object.assign({}, this._streamOptions, more, callbacks);
    if (this._isNative) (options as Partial<OwnStream>).target = this;
    this._stream = new this._Stream(options);
  }

  /** Asks `dns` for the addresses of `host`. */
  resolve(dns: Constructible<never, NameResolver>, host: string): void {
    const Resolver = dns.io as unknown as new (options: unknown) => NameResolver;
    const finish = (error: unknown, first?: string, second?: string, all?: readonly string[]): void => {
      if (!this._resolver) return;
      this._resolver.close?.();
      this._resolver = undefined;
      // The standard's text has the address before the host, its annex and Moddable after it.
      if (!error) this._addresses = all ?? [first === host ? (second ?? first) : (first ?? second)];
      this._connectNext(ErrorId.resolveFailed, error === true ? undefined : (error ?? undefined));
    };
    const resolver = (this._resolver = new Resolver(dns));
    // Not by `bind`: nothing else would bring that, 1.7 KB of machine code, into a device.
    const onResolved: Resolved = (first, second, all) => finish(undefined, first, second, all);
    // Moddable's resolvers ignore the second argument, the standard's ignore the two callbacks.
    resolver.resolve({ host, onResolved, onError: (_host, error) => finish(error ?? true) }, finish);
  }

  /** Tries the next address. If there is none, the endpoint fails with `failure`. */
  private _connectNext(failure: number, reason?: unknown): void {
    let why = failure;
    let error = reason;
    for (;;) {
      const address = this._addresses?.[this._next++];
      if (address === undefined) break;
      try {
        this.connect({ address });
        return;
      } catch (thrown) {
        why = ErrorId.connectFailed;
        error = thrown;
      }
    }
    this._endpoint._streamEnded(why, error);
  }

  _streamReadable(count: number): void {
    this._readable = count;
  }

  _streamWritable(count: number): void {
    const stream = this._stream!;
    const endpoint = this._endpoint;
    this._sink = endpoint;
    this._stream = undefined;
    if (this._isNative) (stream as OwnStream).target = endpoint;
    endpoint._streamOpened(stream, this._isNative, count, this._readable);
  }

  _streamError(error?: unknown): void {
    this._stream?.close();
    this._stream = undefined;
    this._readable = 0;
    this._connectNext(idOf(error) || ErrorId.connectFailed, error);
  }

  close(): void {
    const resolver = this._resolver;
    const stream = this._stream;
    this._addresses = this._resolver = this._stream = undefined;
    resolver?.close?.();
    stream?.close();
  }
}

/**
 * Gives `endpoint` its stream: `attach`, which is connected already; else it resolves the host and connects, to one address
 * after the other as long as none answers. What goes wrong now is thrown, what goes wrong later fails the endpoint.
 */
export function openStream(endpoint: StreamOwner, runtime: Host, options: StreamOptions & Attached): void {
  const { attach, socket, dns, host, port = 80 } = options;
  if (attach) {
    new StreamOpener(endpoint, runtime, attach.constructor, { from: attach }).connect({});
    return;
  }
  check(typeof socket?.io === FUNCTION, 'socket.io');
  check(dns === undefined || typeof dns?.io === FUNCTION, 'dns.io');
  const opener = new StreamOpener(endpoint, runtime, socket.io, Object.assign({}, socket, { host, port }));
  if (dns) opener.resolve(dns, host);
  else opener.connect({ address: host });
}
