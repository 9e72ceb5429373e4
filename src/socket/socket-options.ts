import { ErrorId, RingletError } from '../errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../connection/limits.ts';
import type { CompressionFactory } from '../connection/compression.ts';
import type { GivenHeaders } from '../handshake/given-headers.ts';
import type { HostTimer, TimerId } from '../host.ts';

/** A class of ECMA-419 WebSocket clients with its default options, as `device.network.ws` has them. */
export interface ClientProvider {
  readonly io: new (options: never) => unknown;
  readonly [option: string]: unknown;
}

/** What a runtime lends every socket: one frozen object. */
export interface SocketHost {
  readonly Timer: HostTimer;
  /**
   * Whether to resize an ArrayBuffer costs little and typed arrays on one are as fast as others, as on XS: then what is received
   * is reported by a view that follows its buffer, without a new one each time.
   */
  readonly resizable: boolean;
  /** Octets of the windows where no option says so. */
  readonly window: number;
  /** The client for ws or wss where no option says so. */
  providerOf(isSecure: boolean): ClientProvider | undefined;
}

/** Options of {@link Socket}: those of ECMA-419's TCP, and what a WebSocket needs in addition. */
export interface SocketOptions<This = unknown> extends Partial<Limits> {
  /** IP address of the server. Without it `host` is resolved as `ws` says. At least one of both is needed. */
  readonly address?: string | undefined;
  /** Name of the server, for the handshake and for TLS. Default: the address. */
  readonly host?: string | undefined;
  /** 1 … 65535. Default 80, with `secure` 443. */
  readonly port?: number | undefined;
  /** wss in place of ws. Default false. */
  readonly secure?: boolean | undefined;
  /** The ECMA-419 client class with its options: `{io, socket, dns, …}`. Default: what the device provides. */
  readonly ws?: ClientProvider | undefined;
  /** As of the client: path and query, subprotocols, further headers of the handshake. */
  readonly path?: string | undefined;
  readonly protocol?: string | undefined;
  readonly headers?: GivenHeaders | undefined;
  readonly requireProtocol?: boolean | undefined;
  readonly compression?: CompressionFactory | undefined;
  readonly receiveBuffer?: number | undefined;
  readonly transmitBuffer?: number | undefined;
  /** Octets that `write` takes before some have left, 64 … 2^20; octets that are kept until they are read, likewise. */
  readonly sendWindow?: number | undefined;
  readonly receiveWindow?: number | undefined;
  /** Default "buffer". */
  readonly format?: 'buffer' | 'number' | undefined;
  readonly target?: unknown;
  onReadable?(this: This, bytes: number): void;
  onWritable?(this: This, bytes: number): void;
  onError?(this: This, error?: Error): void;
}

const FUNCTION: string = 'function';
const STRING: string = 'string';
const NUMBER: string = 'number';

/** Throws unless what `name` names `isValid`. On devices the engine's own `check` is inside another module. */
export function demand(isValid: boolean, name: string, id: number = ErrorId.optionInvalid): void {
  if (!isValid) throw new RingletError(id, `invalid ${name}`);
}

/** Checks that a callback is a function, if it is there. */
export function checkCallback(callback: unknown, name: string): void {
  demand(callback === undefined || callback === null || typeof callback === FUNCTION, name);
}

/** The size of a window as an option gives it. */
export function windowOf(size: number, name: string): number {
  demand(typeof size === NUMBER && size >= 64 && size <= 0x100000 && size % 1 === 0, name);
  return size;
}

/** What the request of a client is made of, besides where it goes. */
const NAMES: readonly string[] = Object.freeze([
  'path',
  'protocol',
  'headers',
  'requireProtocol',
  'compression',
  'receiveBuffer',
  'transmitBuffer',
]);

/** The options of a resolver that knows the one address that is asked for. */
interface KnownOptions {
  readonly address: string;
  readonly Timer: HostTimer;
}

/** A resolver in ECMA-419 shape for a name whose address is known already: TLS and the handshake still want the name. */
class Known {
  private readonly _options: KnownOptions;
  private _timer: TimerId | undefined;

  constructor(options: KnownOptions) {
    this._options = options;
  }

  resolve({ host, onResolved }: { host: string; onResolved(host: string, address: string): void }): void {
    const { address, Timer } = this._options;
    // Later, as resolvers do: nothing may happen inside the constructor of a socket.
    this._timer = Timer.set(() => {
      this._timer = undefined;
      onResolved(host, address);
    }, 0);
  }

  close(): void {
    if (this._timer !== undefined) this._options.Timer.clear(this._timer);
  }
}

/** The options of a client that connects to where those of a socket lead. Throws a RingletError for what leads nowhere. */
export function clientOptions(
  options: Readonly<Record<string, unknown>>,
  provider: ClientProvider,
  runtime: SocketHost,
): Record<string, unknown> {
  const { address, secure = false } = options;
  const { host = address, port = secure === true ? 443 : 80 } = options;
  demand(address === undefined || (typeof address === STRING && address !== ''), 'address');
  demand(typeof host === STRING && host !== '', 'host', ErrorId.hostInvalid);
  demand(typeof secure === 'boolean', 'secure');
  const given: Record<string, unknown> = Object.assign({}, provider, { host, port });
  if (address !== undefined && address !== host) given.dns = { io: Known, address, Timer: runtime.Timer };
  else if (address !== undefined) given.dns = undefined;
  const take = (name: string): void => {
    if (options[name] !== undefined) given[name] = options[name];
  };
  NAMES.forEach(take);
  Object.keys(DEFAULT_LIMITS).forEach(take);
  return given;
}
