import { ConnectionError, ErrorId, RingletError } from '../connection/errors.ts';
import type { CompressionFactory } from '../connection/compression.ts';
import { Span } from '../connection/events.ts';
import type { Limits } from '../connection/limits.ts';
import { DEFAULT_BUFFER, limitsOf } from '../connection/options.ts';
import { Opcode } from '../frame/opcode.ts';
import { clientOpening } from '../handshake/client.ts';
import type { OpeningFactory } from '../handshake/opening.ts';
import type { Host, TransportFactory } from '../host.ts';
import { Copier } from './copier.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { Endpoint, type EndpointEvents } from './endpoint.ts';
import { type ByteStream, DEFAULT_STAGING, IoTransport } from './io-transport.ts';
import { openStream, type StreamOptions, takeStream } from './open-stream.ts';
import { type RequestOptions, requestOf } from './request-options.ts';

/** What a span or a readable count belongs to; one of four frozen objects. */
export interface Delivery {
  /** The message is not complete with this. */
  readonly more: boolean;
  readonly binary: boolean;
}

/** A Byte Buffer of ECMA-419. */
export type ByteBuffer = ArrayBufferLike | Uint8Array | Int8Array | DataView;

export interface WriteOptions {
  /** Default true. Counts for the first fragment of a message only. */
  readonly binary?: boolean | undefined;
  /** The message goes on with the next write. Default false. */
  readonly more?: boolean | undefined;
  /** One of the class's opcodes: ping, pong or close send a control frame, text and binary are as `binary`. */
  readonly opcode?: number | undefined;
}

/** Options of {@link WebSocketClient}. Each is read once; the object is never changed. */
export interface WebSocketClientOptions
  extends Partial<RequestOptions>, Partial<StreamOptions>, Partial<Limits> {
  /** A connected stream that is past its handshake; this endpoint then has the server's role. */
  readonly attach?: (ByteStream & { readonly constructor: unknown }) | undefined;
  readonly format?: 'buffer' | 'number' | undefined;
  readonly target?: unknown;
  onReadable?(this: WebSocketClient, count: number, delivery: Delivery): void;
  onWritable?(this: WebSocketClient, count: number): void;
  onControl?(this: WebSocketClient, opcode: number, data: ArrayBuffer): void;
  onClose?(this: WebSocketClient): void;
  onError?(this: WebSocketClient, error: ConnectionError): void;
  /**
   * Takes messages without a copy, in place of `onReadable` and `read`: octets `bytes[start, end)`, valid
   * until the return.
   */
  onSpan?(this: WebSocketClient, bytes: Uint8Array, start: number, end: number, delivery: Delivery): void;
  /** Octets of the receive ring, a power of two from 256. Default 1024. */
  readonly receiveBuffer?: number | undefined;
  /** Octets of the transmit ring, a power of two from 256. Default 1024. */
  readonly transmitBuffer?: number | undefined;
  /** Compression to offer, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
}

const TEXT: Delivery = Object.freeze({ more: false, binary: false });
const BINARY: Delivery = Object.freeze({ more: false, binary: true });
const TEXT_MORE: Delivery = Object.freeze({ more: true, binary: false });
const BINARY_MORE: Delivery = Object.freeze({ more: true, binary: true });

function deliveryOf(span: number): Delivery {
  if ((span & Span.more) === 0) return (span & Span.binary) === 0 ? TEXT : BINARY;
  return (span & Span.binary) === 0 ? TEXT_MORE : BINARY_MORE;
}

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const BUFFER = 'buffer';
const NUMBER = 'number';
const typeIsNumber = (value: unknown): value is number => typeof value === NUMBER;

/** Fewer octets than this are copied singly. */
const LITTLE = 12;

/** The octets of a Byte Buffer; only a Uint8Array costs nothing. */
function octetsOf(data: ByteBuffer): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data);
  if (data instanceof DataView || data instanceof Int8Array) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  throw new RingletError(ErrorId.argumentInvalid, 'a Byte Buffer is wanted');
}

/**
 * The WebSocket client of ECMA-419 (draft class pattern `embedded:network/ws/client`). This class has no
 * runtime of its own: each host exports a subclass that lends it one.
 */
export class WebSocketClient {
  static get text(): 1 {
    return 1;
  }
  static get binary(): 2 {
    return 2;
  }
  static get close(): 8 {
    return 8;
  }
  static get ping(): 9 {
    return 9;
  }
  static get pong(): 10 {
    return 10;
  }

  /** How the connection's events reach an instance: one object for all of them. */
  static readonly #events: EndpointEvents<WebSocketClient> = Object.freeze({
    onOpen(client: WebSocketClient): void {
      client.#onWritable?.call(client, client.#endpoint.connection.writable);
    },
    onData(client: WebSocketClient, bytes: Uint8Array, start: number, end: number, span: number): void {
      const delivery = deliveryOf(span);
      const onSpan = client.#onSpan;
      if (onSpan !== undefined) {
        onSpan.call(client, bytes, start, end, delivery);
        return;
      }
      const onReadable = client.#onReadable;
      if (onReadable === undefined) return;
      client.#bytes = bytes;
      client.#start = start;
      client.#end = end;
      // What the application leaves for later stops the reading.
      if (end !== start) client.#endpoint.pause();
      onReadable.call(client, end - start, delivery);
    },
    onControl(client: WebSocketClient, opcode: number, bytes: Uint8Array, start: number, end: number): void {
      if (opcode === Opcode.close && end - start > 2) client.#closeReason = decodeUtf8(bytes, start + 2, end);
      client.#onControl?.call(client, opcode, bytes.slice(start, end).buffer as ArrayBuffer);
    },
    onWritable(client: WebSocketClient, count: number): void {
      client.#onWritable?.call(client, count);
    },
    onClose(client: WebSocketClient, code: number, error: number): void {
      client.#closeCode = code;
      client.#finish(error);
    },
  });

  readonly #endpoint: Endpoint<WebSocketClient>;
  readonly #host: Host;
  readonly #onReadable: WebSocketClientOptions['onReadable'];
  readonly #onWritable: WebSocketClientOptions['onWritable'];
  readonly #onControl: WebSocketClientOptions['onControl'];
  readonly #onClose: WebSocketClientOptions['onClose'];
  readonly #onError: WebSocketClientOptions['onError'];
  readonly #onSpan: WebSocketClientOptions['onSpan'];
  #isNumber = false;
  /** What is left of the current span. */
  #bytes: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  /** Made by the first `read` into a buffer. */
  #copier: Copier | undefined;
  #isClosed = false;
  #closeCode = 0;
  #closeReason = '';
  /** Whatever the application puts here; ECMA-419 §5.3. */
  target: unknown;

  /** Checks the options, then begins to connect. Throws a RingletError (or what the host's classes throw). */
  constructor(options: WebSocketClientOptions, host: Host) {
    const { attach, target, onReadable, onWritable, onControl, onClose, onError, onSpan } = options;
    const { receiveBuffer = DEFAULT_BUFFER, transmitBuffer, format, compression } = options;
    this.#host = host;
    this.#onReadable = onReadable;
    this.#onWritable = onWritable;
    this.#onControl = onControl;
    this.#onClose = onClose;
    this.#onError = onError;
    this.#onSpan = onSpan;
    if (format !== undefined) this.format = format;
    if (target !== undefined) this.target = target;
    let opening: OpeningFactory | undefined;
    let stream: StreamOptions | undefined;
    if (attach === undefined) {
      const { socket, dns, host: name, port = 80, path, protocol, headers, requireProtocol } = options;
      opening = clientOpening(
        requestOf({ host: name as string, port, path, protocol, headers, requireProtocol }),
      );
      stream = { socket: socket as StreamOptions['socket'], dns, host: name as string, port };
    }
    const staging = receiveBuffer < DEFAULT_STAGING ? receiveBuffer : DEFAULT_STAGING;
    const connect: TransportFactory = (sink, memory, start) => {
      const transport = new IoTransport(sink, memory, start, staging);
      if (stream === undefined) takeStream(transport, attach as object, host.TCP);
      else openStream(transport, stream, host.TCP);
      return transport;
    };
    this.#endpoint = new Endpoint<WebSocketClient>(
      host,
      {
        role: attach === undefined ? 'client' : 'server',
        events: WebSocketClient.#events,
        target: this,
        opening,
        receiveBuffer,
        transmitBuffer,
        staging,
        compression,
        retain: onSpan === undefined,
        limits: limitsOf(options),
      },
      connect,
    );
  }

  /** Subprotocol that the server chose; empty for none. */
  get protocol(): string {
    return this.#endpoint.connection.protocol;
  }

  /** The peer's close code once the connection is over (1005 without a code, 1006 without a Close); 0 before. */
  get closeCode(): number {
    return this.#closeCode;
  }

  /** The peer's reason for closing. */
  get closeReason(): string {
    return this.#closeReason;
  }

  /** Stable id of what went wrong; 0 while all is well. */
  get errorId(): number {
    return this.#endpoint.connection.error;
  }

  /** Status of the handshake's response; 0 before there is one. */
  get httpStatus(): number {
    return this.#endpoint.connection.httpStatus;
  }

  /** What `read` without an argument gives and `write` takes: 'buffer' (default) or 'number'. */
  get format(): 'buffer' | 'number' {
    return this.#isNumber ? NUMBER : BUFFER;
  }

  set format(format: 'buffer' | 'number') {
    if (format !== BUFFER && format !== NUMBER) {
      throw new RingletError(ErrorId.formatUnsupported, 'format must be "buffer" or "number"');
    }
    this.#isNumber = format === NUMBER;
  }

  /**
   * Reads octets of the current message: in 'number' format one; else up to `n` (default: all there are) as a
   * new ArrayBuffer, or as many as fit into `buffer`, returning their count. Undefined when there are none.
   */
  read(): ArrayBuffer | number | undefined;
  read(n: number): ArrayBuffer | number | undefined;
  read(buffer: ByteBuffer): number | undefined;
  read(wanted?: number | ByteBuffer): ArrayBuffer | number | undefined {
    if (this.#isClosed) throw new RingletError(ErrorId.closed, 'closed');
    const bytes = this.#bytes;
    const start = this.#start;
    const available = this.#end - start;
    if (bytes === undefined || available === 0) return undefined;
    if (this.#isNumber) {
      this.#advance(1);
      return bytes[start];
    }
    if (wanted === undefined || typeIsNumber(wanted)) {
      const count = wanted === undefined || wanted > available ? available : wanted;
      if (!(count >= 0)) throw new RingletError(ErrorId.argumentInvalid, 'a count of octets is wanted');
      const data = bytes.slice(start, start + count).buffer as ArrayBuffer;
      this.#advance(data.byteLength);
      return data;
    }
    const octets = octetsOf(wanted);
    const count = octets.length < available ? octets.length : available;
    if (count < LITTLE) for (let i = 0; i < count; i++) octets[i] = bytes[start + i];
    else {
      if (this.#copier === undefined) this.#copier = new Copier(bytes);
      this.#copier.copy(start, count, octets);
    }
    this.#advance(count);
    return count;
  }

  /**
   * Sends `data` as one frame and returns how many octets the next write can carry. Throws a RingletError and
   * sends nothing if the connection is not open or the data do not fit now; see `onWritable`.
   */
  write(data: ByteBuffer | number, options?: WriteOptions): number {
    if (this.#isClosed) throw new RingletError(ErrorId.closed, 'closed');
    const octets = typeIsNumber(data) ? Uint8Array.of(data) : octetsOf(data);
    const opcode = options?.opcode;
    const endpoint = this.#endpoint;
    let fault: number;
    if (opcode === Opcode.close) {
      const code = octets.length < 2 ? 0 : (octets[0] << 8) | octets[1];
      if (octets.length === 1) fault = ErrorId.argumentInvalid;
      else if (octets.length !== 0 && code === 0) fault = ErrorId.closeCodeRefused;
      else fault = endpoint.close(code, octets.subarray(2));
    } else if (opcode === Opcode.ping || opcode === Opcode.pong) {
      fault = endpoint.sendControl(opcode, octets, 0, octets.length);
    } else if (opcode !== undefined && opcode !== Opcode.text && opcode !== Opcode.binary) {
      fault = ErrorId.argumentInvalid;
    } else {
      const binary = opcode === undefined ? (options?.binary ?? true) : opcode === Opcode.binary;
      fault = endpoint.send(
        octets,
        0,
        octets.length,
        (binary ? Span.binary : 0) | (options?.more ? Span.more : 0),
      );
    }
    if (fault !== 0) throw new RingletError(fault, 'nothing was written');
    return endpoint.connection.writable;
  }

  /** Drops the connection without a Close frame (write a close opcode for that). No callback follows. */
  close(): void {
    this.#isClosed = true;
    this.#bytes = undefined;
    this.#endpoint.drop();
  }

  #advance(count: number): void {
    this.#start += count;
    if (this.#start === this.#end) this.#endpoint.resume();
  }

  #finish(error: number): void {
    this.#isClosed = true;
    this.#bytes = undefined;
    if (error === 0) {
      this.#onClose?.call(this);
      return;
    }
    const { connection, transportReason } = this.#endpoint;
    const message = this.#host.describe?.(error) ?? `WebSocket error ${error}`;
    this.#onError?.call(this, new ConnectionError(error, connection, message, transportReason));
  }
}
