import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ErrorId, type RingletError } from '../../../src/errors.ts';
import { ioErrorOf } from '../errors.ts';
import { NetTransport } from '../transport/net-transport.ts';
import { addressOf, optionsOf, portOf } from './options.ts';
import { socketSettings } from './socket.ts';
import { SocketStream } from './socket-stream.ts';
import { TCP } from './tcp.ts';

/** Connections that wait to be read; one more is refused, as by a kernel whose backlog is full. */
const BACKLOG = 511;

export interface ListenerOptions {
  /** Port to listen on; default 0: any that is free. */
  port?: number | undefined;
  /** IPv4 or IPv6 literal of the interface to bind to; default: all of them. */
  address?: string | undefined;
  /** The only one is "socket/tcp". */
  format?: 'socket/tcp' | undefined;
  /** Kept as the property `target`, whatever it is. */
  target?: unknown;
  /** Windows of the accepted sockets, octets, as of TCP. */
  sendWindow?: number | undefined;
  receiveWindow?: number | undefined;
  /** `requests` connections can be read. */
  onReadable?: ((this: Listener, requests: number) => void) | null | undefined;
  /** The port cannot be listened on (any more). Without this callback the error is thrown as nobody's. */
  onError?: ((this: Listener, error: RingletError) => void) | null | undefined;
}

/** ECMA-419 TCP listener (`embedded:io/socket/listener`) over `node:net`. */
export class Listener {
  /** The option `target`, untouched. */
  readonly target: unknown;
  readonly #onReadable: ((requests: number) => void) | undefined;
  readonly #onError: ((error: RingletError) => void) | undefined;
  readonly #sendWindow: number;
  readonly #receiveWindow: number;
  readonly #pending: SocketStream[] = [];
  readonly #port: number;
  #server: Server | undefined;
  #immediate: NodeJS.Immediate | undefined;

  /**
   * Throws TypeError or RangeError for options that are none. Node binds after the return, so that a port in use is
   * reported to `onError`.
   */
  constructor(options: ListenerOptions) {
    const given = optionsOf(options);
    const { port = 0, address, format = 'socket/tcp' } = given;
    checkFormat(format);
    this.#port = portOf(port);
    const host = address === undefined ? undefined : addressOf(address);
    const settings = socketSettings(given, 'buffer');
    this.target = settings.target;
    this.#sendWindow = settings.sendWindow;
    this.#receiveWindow = settings.receiveWindow;
    this.#onReadable = settings.onReadable;
    this.#onError = settings.onError;
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    this.#server = server;
    server.on('error', (error) => this.#fail(error));
    server.listen({ port: this.#port, host });
  }

  /** Stops listening, and drops the connections that were not read. May be repeated. */
  close(): void {
    this.#server?.close();
    this.#server = undefined;
    clearImmediate(this.#immediate);
    for (const stream of this.#pending.splice(0)) stream.close();
  }

  /** The next connection as a socket without callbacks (see the option `from` of TCP), or undefined. */
  read(): TCP | undefined {
    this.#living();
    const from = this.#pending.shift();
    return from === undefined ? undefined : new TCP({ from });
  }

  /** The port that is listened on: with an `address` and port 0 it is 0 until Node has bound it. */
  get port(): number {
    const bound = this.#living().address() as AddressInfo | null;
    return bound === null ? this.#port : bound.port;
  }

  get format(): 'socket/tcp' {
    this.#living();
    return 'socket/tcp';
  }

  /** Throws RangeError for anything but "socket/tcp". */
  set format(value: 'socket/tcp') {
    this.#living();
    checkFormat(value);
  }

  #accept(socket: Socket): void {
    if (this.#server === undefined || this.#pending.length === BACKLOG) {
      socket.destroy();
      return;
    }
    this.#pending.push(
      new SocketStream(
        (sink) => {
          const transport = new NetTransport(sink);
          transport.attach(socket);
          return transport;
        },
        this.#sendWindow,
        this.#receiveWindow,
        true,
      ),
    );
    this.#immediate ??= setImmediate(() => {
      this.#immediate = undefined;
      if (this.#pending.length > 0) this.#onReadable?.call(this, this.#pending.length);
    });
  }

  #fail(error: Error): void {
    const failure = ioErrorOf(ErrorId.transportFailed, error);
    if (this.#onError === undefined) throw failure;
    this.#onError.call(this, failure);
  }

  #living(): Server {
    const server = this.#server;
    if (server === undefined) throw new Error('the listener is closed');
    return server;
  }
}

function checkFormat(value: unknown): void {
  if (value !== 'socket/tcp') throw new RangeError('format: not "socket/tcp"');
}
