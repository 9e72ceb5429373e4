import type { WebSocketClientOptions, WriteOptions } from '../client/websocket-client.ts';
import { type ConnectionError, ErrorId, RingletError } from '../errors.ts';
import { type Delivery, Span } from '../connection/events.ts';
import { DEFAULT_LIMITS } from '../connection/limits.ts';
import { CloseCode } from '../frame/close-code.ts';
import { Opcode } from '../frame/opcode.ts';
import type { Address } from './address.ts';
import { pairsOf, type WebSocketOptions } from './options.ts';
import type { Link } from './runtime.ts';
import type { WebSocket } from './websocket.ts';

/** As much of ECMA-419's WebSocket client as is used here. */
export interface Client {
  readonly target: ClientLink;
  readonly protocol?: string;
  readonly closeCode?: number;
  readonly closeReason?: string;
  read(buffer: Uint8Array): number | undefined;
  write(data: Uint8Array, options?: WriteOptions): number;
  close(): void;
}

/** The client's class with its default options, as `device.network.ws` has them. */
export interface Provider {
  readonly io: new (options: never) => unknown;
  readonly [option: string]: unknown;
}

/** Octets that are read at once; shorter text is decoded where it was read to. */
const PIECE = 256;

// In a preloaded module an object is made where it is evaluated, a constant is not.
const TEXT: WriteOptions = Object.freeze({ binary: false });
const TEXT_MORE: WriteOptions = Object.freeze({ binary: false, more: true });
const BINARY_MORE: WriteOptions = Object.freeze({ more: true });
const CLOSE: WriteOptions = Object.freeze({ opcode: Opcode.close as number });

/** The callbacks of every client; they are called as its methods, and its `target` is the link. */
const CALLBACKS = Object.freeze({
  onReadable(this: Client, count: number, delivery: Delivery): void {
    if (this.target._holds(count, delivery)) this.target._read();
  },
  onWritable(this: Client, count: number): void {
    this.target._onWritable(count);
  },
  onControl(this: Client, opcode: number): void {
    this.target._socket._onControl(opcode);
  },
  onClose(this: Client): void {
    this.target._onEnd(this.closeCode ?? CloseCode.noStatus, ErrorId.none, undefined);
  },
  onError(this: Client, error: ConnectionError | undefined): void {
    // Not every client says why, and an error event is due all the same.
    const failure = error ?? new RingletError(ErrorId.transportFailed, 'the connection has failed');
    this.target._onEnd(CloseCode.abnormal, failure.id ?? ErrorId.transportFailed, failure);
  },
});

/** A {@link Link} over ECMA-419's WebSocket client, whose public shape is all that it needs. */
export class ClientLink implements Link {
  readonly _socket: WebSocket;
  readonly #client: Client;
  readonly #later: (callback: () => void) => void;
  readonly #piece = new Uint8Array(PIECE);
  /** Octets that fit now, and that fit when nothing waits. */
  #room = 0;
  #capacity = 0;
  /** Octets that can be read, and what they are. */
  #readable = 0;
  #delivery: Delivery | undefined;
  /** The next octets begin a message. */
  #isFirst = true;
  #isPaused = false;
  #isReading = false;
  #isOpen = false;
  /** It is open, and that has not been reported. */
  #owesOpen = false;

  /** Makes a client of `Class` with `options`; throws what that throws. */
  constructor(
    socket: WebSocket,
    Class: Provider['io'],
    options: object,
    later: (callback: () => void) => void,
  ) {
    this._socket = socket;
    this.#later = later;
    const all = Object.assign({}, options, { target: this }, CALLBACKS);
    this.#client = new Class(all as never) as Client;
  }

  get writable(): number {
    return this.#room;
  }

  get bufferedAmount(): number {
    return this.#capacity - this.#room;
  }

  get protocol(): string {
    return this.#client.protocol ?? '';
  }

  get closeReason(): string {
    return this.#client.closeReason ?? '';
  }

  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (end - start > this.#room) return ErrorId.writeTooLong;
    const isWhole = start === 0 && end === bytes.length;
    let options: WriteOptions | undefined;
    if ((span & Span.more) !== 0) options = (span & Span.binary) === 0 ? TEXT_MORE : BINARY_MORE;
    else if ((span & Span.binary) === 0) options = TEXT;
    // As in `_write`: the stack of a device is short.
    try {
      this.#room = this.#client.write(isWhole ? bytes : bytes.subarray(start, end), options);
    } catch (error) {
      return (error as { readonly id?: number }).id ?? ErrorId.notOpen;
    }
    return 0;
  }

  close(code: number, reason: Uint8Array): number {
    const payload = new Uint8Array(code === 0 ? 0 : 2 + reason.length);
    if (code !== 0) {
      payload[0] = code >> 8;
      payload[1] = code;
      payload.set(reason, 2);
    }
    return this._write(payload, CLOSE);
  }

  drop(): void {
    this.#delivery = undefined;
    this.#client.close();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#isReading) this._read();
  }

  /** Octets of a message can be read; returns whether that is to be done now. */
  _holds(count: number, delivery: Delivery): boolean {
    if (count === 0) {
      // The end of a message, which holds nothing back that could wait.
      const span = (delivery.binary ? Span.binary : 0) | (delivery.more ? Span.more : 0);
      this._socket._onData(this.#piece, 0, 0, this._spanOf(span));
      return false;
    }
    this.#readable = count;
    this.#delivery = delivery;
    // Reading the last octets may bring the next ones before it returns.
    return !this.#isReading;
  }

  _onWritable(count: number): void {
    this.#room = count;
    if (count > this.#capacity) this.#capacity = count;
    if (this.#isOpen) this._socket._onWritable();
    else {
      this.#isOpen = this.#isPaused = this.#owesOpen = true;
      this.#later(() => this._tellOpen());
    }
  }

  /**
   * The end of the connection is reported in a turn of its own, as its beginning is: on a device little is left of the stack
   * here, and that is when programs connect again.
   */
  _onEnd(code: number, error: number, failure: RingletError | undefined): void {
    this.#later(() => {
      this._tellOpen();
      this._socket._onClose(code, error, failure);
    });
  }

  private _tellOpen(): void {
    if (!this.#owesOpen) return;
    this.#owesOpen = this.#isPaused = false;
    this._socket._onOpen('');
    // It may have paused again.
    this._read();
  }

  private _write(data: Uint8Array, options: WriteOptions): number {
    try {
      this.#room = this.#client.write(data, options);
    } catch (error) {
      return (error as { readonly id?: number }).id ?? ErrorId.notOpen;
    }
    return 0;
  }

  /** Reads what is there, piece by piece; what is left unread holds the peer back. */
  _read(): void {
    this.#isReading = true;
    while (this.#delivery !== undefined && !this.#isPaused) {
      const { more, binary } = this.#delivery;
      const left = this.#readable;
      let span = binary ? Span.binary : 0;
      if (left > PIECE) {
        this.#readable = left - PIECE;
        span |= Span.more;
      } else {
        this.#delivery = undefined;
        if (more) span |= Span.more;
      }
      const count = this.#client.read(this.#piece) ?? 0;
      this._socket._onData(this.#piece, 0, count, this._spanOf(span));
    }
    this.#isReading = false;
  }

  /** The bits of a span, with those that say whether a message begins with it. */
  private _spanOf(span: number): number {
    const all = this.#isFirst ? span | Span.first : span;
    this.#isFirst = (span & Span.more) === 0;
    return all;
  }
}

/**
 * Connects `socket` by the client of `provider`, or takes over the connected stream of the option `attach`. `authorization`
 * is the header of that name that the URL's credentials make; empty for none. `later` as of a runtime.
 */
export function connectClient(
  socket: WebSocket,
  { host, port, path }: Address,
  protocol: string,
  options: WebSocketOptions,
  provider: Provider | undefined,
  authorization: string,
  later: (callback: () => void) => void,
): Link {
  const { attach, maxBufferedAmount, compression, receiveBuffer, transmitBuffer, requireProtocol } = options;
  if (maxBufferedAmount !== undefined && !(maxBufferedAmount >= 0)) throw invalid('maxBufferedAmount');
  if (typeof provider?.io !== 'function') throw invalid('ws');
  const settings: Record<string, unknown> = { compression, receiveBuffer, transmitBuffer, requireProtocol };
  const names = Object.keys(DEFAULT_LIMITS) as (keyof typeof DEFAULT_LIMITS)[];
  names.forEach((name) => (settings[name] = options[name]));
  if (attach !== undefined) settings.attach = attach;
  else {
    const headers = pairsOf(options.headers);
    if (authorization !== '') headers.push(['Authorization', authorization]);
    Object.assign(settings, provider, { host, port, path, protocol, headers });
  }
  return new ClientLink(socket, provider.io, settings as unknown as WebSocketClientOptions, later);
}

const invalid = (name: string): RingletError => new RingletError(ErrorId.optionInvalid, `invalid ${name}`);
