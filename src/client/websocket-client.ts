import { check, type ConnectionError, ErrorId, RingletError } from '../errors.ts';
import { freeze } from '../freeze.ts';
import type { CompressionFactory } from '../connection/compression.ts';
import { type Delivery, READABLE, SPAN, Span } from '../connection/events.ts';
import type { Limits } from '../connection/limits.ts';
import { limitsOf } from '../connection/options.ts';
import { Pumping } from '../connection/record.ts';
import { copyFitting } from '../frame/copy-fitting.ts';
import { Opcode } from '../frame/opcode.ts';
import { ClientHandshake } from '../handshake/client-handshake.ts';
import type { OpeningFactory } from '../handshake/opening.ts';
import type { Host } from '../host.ts';
import { checkCallbacks } from './check-callbacks.ts';
import { ClientEndpoint } from './client-endpoint.ts';
import { openStream, type StreamOptions } from './open-stream.ts';
import type { EndpointEvents } from './endpoint-options.ts';
import { type RequestOptions, requestOf } from '../handshake/request-options.ts';
import { type ByteStream, FUNCTION, NUMBER } from './stream.ts';

/** A Byte Buffer of ECMA-419. */
export type ByteBuffer = ArrayBufferLike | Uint8Array | Int8Array | DataView;

/** How `write` sends what it is given; all may be left out. */
export interface WriteOptions {
  /** Default true. Counts for the first fragment of a message only. */
  readonly binary?: boolean | undefined;
  /** The message goes on with the next write. Default false. */
  readonly more?: boolean | undefined;
  /** One of the class's opcodes: ping, pong or close send a control frame, text and binary are as `binary`. */
  readonly opcode?: number | undefined;
}

/** Options of {@link WebSocketClient}; the object is never changed. */
export interface WebSocketClientOptions
  extends Partial<RequestOptions>, Partial<StreamOptions>, Partial<Limits> {
  /** A connected stream that is past its handshake; this endpoint then has the server's role. */
  readonly attach?: (ByteStream & { readonly constructor: unknown }) | undefined;
  /**
   * With `attach`, the server's half of the opening handshake, made by `serverHandshake` of `ringlet/server-handshake`:
   * then the stream is one that a listener gave, on which the request is still to come. Default: it is past that.
   */
  readonly handshake?: OpeningFactory | undefined;
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
  /** Octets of the receive buffer, a power of two from 256. Default 2048: a segment of lwIP is read at once. */
  readonly receiveBuffer?: number | undefined;
  /** Octets of the transmit ring, a power of two from 256. Default 2048. 131 are kept for control frames. */
  readonly transmitBuffer?: number | undefined;
  /** Compression to offer, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
}

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const BUFFER = 'buffer';
const SHARED = '[object SharedArrayBuffer]';
// A global is looked for in hundreds of others.
const Octets = Uint8Array;

const enum Flag {
  number = 1,
  /** Methods throw. */
  closed = 2,
  /** It came to its end. */
  over = 4,
}

/** The octets of a Byte Buffer, or the one octet that a number is; only a Uint8Array costs nothing. */
function octetsOf(data: ByteBuffer | number): Uint8Array {
  if (data instanceof Octets) return data;
  // Not every device has a SharedArrayBuffer.
  if (data instanceof ArrayBuffer || Object.prototype.toString.call(data) === SHARED)
    // eslint-disable-next-line no-restricted-syntax -- what is no Uint8Array costs a view, as `write` says
    return new Octets(data as ArrayBufferLike);
  // A view of octets, Int8Array or DataView, by what it has: the class DataView is 700 octets of a device's flash.
  if (ArrayBuffer.isView(data) && ((data as Int8Array).BYTES_PER_ELEMENT ?? 1) === 1)
    // eslint-disable-next-line no-restricted-syntax -- likewise
    return new Octets(data.buffer, data.byteOffset, data.byteLength);
  if (
    typeof data === NUMBER &&
    (data as number) >= 0 &&
    (data as number) <= 255 &&
    (data as number) % 1 === 0
  )
    return Octets.of(data as number);
  throw new RingletError(ErrorId.argumentInvalid, 'invalid data');
}

type Endpoint = ClientEndpoint<WebSocketClient>;

/** Sends `octets` as the options say. Returns how many the next write can carry. */
function sendAs(endpoint: Endpoint, octets: Uint8Array, options: WriteOptions): number {
  const opcode = options.opcode;
  const length = octets.length;
  let fault: number = ErrorId.argumentInvalid;
  if (opcode === undefined || opcode === Opcode.text || opcode === Opcode.binary) {
    const isBinary = opcode === undefined ? (options.binary ?? true) : opcode === Opcode.binary;
    fault = endpoint.send(octets, 0, length, (isBinary ? Span.binary : 0) | (options.more ? Span.more : 0));
  } else if (opcode === Opcode.ping || opcode === Opcode.pong) {
    fault = endpoint.sendControl(opcode, octets, 0, length);
  } else if (opcode === Opcode.close && length !== 1) {
    const code = length ? (octets[0] << 8) | octets[1] : 0;
    if (length && !code) fault = ErrorId.closeCodeRefused;
    else fault = endpoint.close(code, octets, code ? 2 : 0, length);
  }
  return endpoint._writableAfter(fault);
}

/** Reads the next octet of a span as a number, or up to `wanted` of them as a new ArrayBuffer. Undefined if there is none. */
function readCount(
  endpoint: Endpoint,
  isNumber: number,
  wanted: number | undefined,
): ArrayBuffer | number | undefined {
  const start = endpoint._spanStart;
  let count = endpoint._spanEnd - start;
  let result: ArrayBuffer | number;
  if (!count) return undefined;
  if (isNumber) {
    count = 1;
    result = endpoint.memory[start];
  } else {
    if (wanted !== undefined && !(wanted >= count)) count = wanted;
    if (!(count >= 0 && count % 1 === 0)) throw new RingletError(ErrorId.argumentInvalid, 'invalid count');
    // eslint-disable-next-line no-restricted-syntax -- read() and read(n) return a buffer of the user's
    result = endpoint.memory.slice(start, start + count).buffer as ArrayBuffer;
  }
  endpoint._advance(count);
  return result;
}

/**
 * The WebSocket client of ECMA-419 (draft class pattern `embedded:network/ws/client`). This class has no
 * runtime of its own: each host exports a subclass that lends it one.
 */
export class WebSocketClient {
  static readonly text = Opcode.text as number;
  static readonly binary = Opcode.binary as number;
  static readonly close = Opcode.close as number;
  static readonly ping = Opcode.ping as number;
  static readonly pong = Opcode.pong as number;

  /** How the connection's events reach an instance: one object for all of them. */
  static readonly #events: EndpointEvents<WebSocketClient> = freeze({
    onOpen(client: WebSocketClient): void {
      client.#onWritable?.(client.#endpoint.writable);
    },
    /** A method {@link SPAN} or {@link READABLE} is called instead; where there is no callback for messages, this. */
    onData(): void {},
    onControl(client: WebSocketClient, opcode: number, bytes: Uint8Array, start: number, end: number): void {
      // eslint-disable-next-line no-restricted-syntax -- the payload is the user's to keep
      client.#onControl?.(opcode, bytes.slice(start, end).buffer as ArrayBuffer);
    },
    onWritable(client: WebSocketClient, count: number): void {
      client.#onWritable?.(count);
    },
    onClose(client: WebSocketClient, _code: number, error: number): void {
      client.#flags |= Flag.closed | Flag.over;
      if (!error) client.#onClose?.();
      else client.#onError?.(client.#endpoint.failure(error));
    },
  });

  /** For an uplink on top of it, which sends what lies in memory of its own. */
  static endpointOf(client: WebSocketClient): Endpoint {
    return client.#endpoint;
  }

  static {
    // Its opcodes are constants.
    freeze(this);
  }

  readonly #endpoint: Endpoint;
  readonly #onWritable: WebSocketClientOptions['onWritable'];
  readonly #onControl: WebSocketClientOptions['onControl'];
  readonly #onClose: WebSocketClientOptions['onClose'];
  readonly #onError: WebSocketClientOptions['onError'];
  #flags = 0;
  /** Whatever the application puts here; ECMA-419 §5.3. */
  declare target: unknown;

  /** Checks the options, then begins to connect. Throws a RingletError (or what the host's classes throw). */
  constructor(options: WebSocketClientOptions, host: Host) {
    const { attach, onReadable, onSpan, compression } = options;
    checkCallbacks(options);
    this.#onWritable = options.onWritable;
    this.#onControl = options.onControl;
    this.#onClose = options.onClose;
    this.#onError = options.onError;
    check(attach === undefined || typeof attach?.write === FUNCTION, 'attach');
    check(compression === undefined || typeof compression?._create === FUNCTION, 'compression');
    // So that the engine can call it as a method of this object. Without either, messages are for nobody.
    const span = onSpan ?? (onReadable ? undefined : WebSocketClient.#events.onData);
    (this as Record<symbol, unknown>)[span ? SPAN : READABLE] = span ?? onReadable;
    if (options.format !== undefined) this.format = options.format;
    if (options.target !== undefined) this.target = options.target;
    let opening = options.handshake;
    check(opening === undefined || (attach && typeof opening === FUNCTION), 'handshake');
    if (!attach) {
      const request = requestOf(options as RequestOptions);
      opening = (setup) => new ClientHandshake(request, host.proof, setup);
    }
    const limits = limitsOf(options);
    this.#endpoint = new ClientEndpoint<WebSocketClient>(host, {
      role: attach ? 'server' : 'client',
      events: WebSocketClient.#events,
      takesSpans: span !== undefined,
      target: this,
      opening,
      receiveBuffer: options.receiveBuffer,
      transmitBuffer: options.transmitBuffer,
      compression,
      limits,
    });
    try {
      openStream(this.#endpoint, host, options as WebSocketClientOptions & StreamOptions);
    } catch (error) {
      this.#endpoint._drop();
      throw error;
    }
  }

  /**
   * Sends `data` as one frame and returns how many octets the next write can carry. Throws a RingletError and
   * sends nothing if the connection is not open or the data do not fit now; see `onWritable`.
   */
  write(data: ByteBuffer | number, options?: WriteOptions): number {
    let opcode: number = Opcode.binary;
    if (options) {
      if (options.opcode !== undefined || options.more)
        return sendAs(this.#endpoint, octetsOf(data), options);
      if (!(options.binary ?? true)) opcode = Opcode.text;
    }
    // What is no Uint8Array costs a view.
    return this.#endpoint.post(data?.constructor === Octets ? (data as Uint8Array) : octetsOf(data), opcode);
  }

  /**
   * Reads octets of the current message: in 'number' format one; else up to `n` (default: all there are) as a
   * new ArrayBuffer, or as many as fit into `buffer`, returning their count. Undefined when there are none.
   */
  read(): ArrayBuffer | number | undefined;
  read(n: number): ArrayBuffer | number | undefined;
  read(buffer: ByteBuffer): number | undefined;
  read(wanted?: number | ByteBuffer): ArrayBuffer | number | undefined {
    if (!this.#flags) {
      let octets = wanted as Uint8Array | undefined;
      if (octets?.constructor !== Octets)
        octets = wanted === undefined || typeof wanted === NUMBER ? undefined : octetsOf(wanted);
      if (octets !== undefined) {
        // Not by a method of the endpoint's: this is how most messages of a device are read.
        const endpoint = this.#endpoint;
        const start = endpoint._spanStart;
        const count = copyFitting(octets, endpoint.memory, start, endpoint._spanEnd, endpoint._source);
        if (!count && start === endpoint._spanEnd) return undefined;
        if (endpoint._pumping & Pumping.receiving) endpoint._spanStart = start + count;
        else endpoint._advance(count);
        return count;
      }
    }
    if (this.#flags & Flag.closed) throw new RingletError(ErrorId.closed, 'closed');
    return readCount(this.#endpoint, this.#flags & Flag.number, wanted as number | undefined);
  }

  /** Subprotocol that the server chose; empty for none. */
  get protocol(): string {
    return this.#endpoint.protocol;
  }

  /** The peer's close code once the connection is over (1005 without a code, 1006 without a Close); 0 before. */
  get closeCode(): number {
    return this.#flags & Flag.over ? this.#endpoint.closeCode : 0;
  }

  /** The peer's reason for closing. */
  get closeReason(): string {
    return this.#endpoint.closeReason;
  }

  /** Stable id of what went wrong; 0 while all is well. */
  get errorId(): number {
    return this.#endpoint.error;
  }

  /** Status of the handshake's response; 0 before there is one. */
  get httpStatus(): number {
    return this.#endpoint.httpStatus;
  }

  /** What `read` without an argument gives and `write` takes: 'buffer' (default) or 'number'. */
  get format(): 'buffer' | 'number' {
    return this.#flags & Flag.number ? NUMBER : BUFFER;
  }

  set format(format: 'buffer' | 'number') {
    if (format !== BUFFER && format !== NUMBER)
      throw new RingletError(ErrorId.formatUnsupported, 'invalid format');
    if (format === NUMBER) this.#flags |= Flag.number;
    else this.#flags &= ~Flag.number;
  }

  /** Drops the connection without a Close frame (write a close opcode for that). No callback follows. */
  close(): void {
    this.#flags |= Flag.closed;
    this.#endpoint._drop();
  }
}
