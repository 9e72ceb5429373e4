import { ErrorId, RingletError } from '../errors.ts';
import { Span } from '../connection/events.ts';
import { CloseCode } from '../frame/close-code.ts';
import { Opcode } from '../frame/opcode.ts';
import { Assembly } from '../messages/assembly.ts';
import { originOf } from './address.ts';
import { argumentsOf } from './constructor-arguments.ts';
import { closingOf } from './close-arguments.ts';
import { Event, tag } from './event.ts';
import { addEventHandlers } from './event-handlers.ts';
import { EventTarget } from './event-target.ts';
import { CloseEvent, FailureEvent, MessageEvent } from './events.ts';
import type { WebSocketOptions, WebSocketOptionsWithUrl } from './options.ts';
import { Outgoing } from './outgoing.ts';
import { bufferOf, octetsOf } from './payload.ts';
import type { BlobLike, Link, WebSocketRuntime } from './runtime.ts';
import { textOf } from './text-of.ts';
import type { Handler, WebSocketEventMap } from './types.ts';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const STRING = 'string';
const ON_OPEN = 'open';
const ON_MESSAGE = 'message';
const ON_ERROR = 'error';
const ON_CLOSE = 'close';
const BLOB = 'blob';
const ARRAY_BUFFER = 'arraybuffer';

/**
 * The WebSocket of the web, https://websockets.spec.whatwg.org. Beyond the standard it takes options in the place of the
 * subprotocols, or the URL among them, and an error event has the `error`.
 *
 * This class has no runtime of its own: the host's module lends it one and exports it. A subclass for each host would not
 * do, since what the standard says of the constructor and the prototype has to be true of these two themselves.
 */
export class WebSocket extends EventTarget<WebSocketEventMap> {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  declare onopen: Handler<'open'>;
  declare onmessage: Handler<'message'>;
  declare onerror: Handler<'error'>;
  declare onclose: Handler<'close'>;

  static #runtime: WebSocketRuntime<WebSocket>;

  readonly #url: string;
  readonly #origin: string;
  #link!: Link;
  #outgoing!: Outgoing;
  #state = CONNECTING;
  #binaryType: 'blob' | 'arraybuffer';
  #protocol = '';
  #extensions = '';
  /** The message that is not complete, if there is one that came in several spans. */
  #assembly: Assembly | undefined;
  #longest: number;
  /** The listeners changed since the last message. */
  #isChanged = true;

  /**
   * Connects to `url` (ws:, wss:, http: or https:). `protocols` are subprotocols, or {@link WebSocketOptions}. Throws a
   * SyntaxError (a DOMException) as the standard says, a RingletError for options that are wrong.
   */
  constructor(
    url: string | URL | WebSocketOptionsWithUrl,
    protocols: string | Iterable<string> | WebSocketOptions | undefined = undefined,
  ) {
    super();
    if (arguments.length === 0) throw new TypeError('a WebSocket needs a URL');
    const runtime = WebSocket.#runtime;
    const { address, offer, options } = argumentsOf(url, protocols, runtime);
    const { maxBufferedAmount = runtime.maxBufferedAmount, maxMessageSize = runtime.maxMessageSize } =
      options;
    this.#url = address.url;
    this.#origin = originOf(address.url);
    this.#longest = maxMessageSize;
    this.#binaryType = runtime.blobOf === undefined ? ARRAY_BUFFER : BLOB;
    this.#link = runtime.connect(this, address, offer, { ...options, maxMessageSize });
    this.#outgoing = new Outgoing(this.#link, maxBufferedAmount);
  }

  /** Lends every WebSocket its runtime: the host's module does it, before anybody has the class. */
  static _lend(runtime: WebSocketRuntime<WebSocket>): void {
    WebSocket.#runtime = runtime;
  }

  get url(): string {
    return this.#url;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    return this.#state as 0 | 1 | 2 | 3;
  }

  /** Octets of messages, without framing, that were given to `send` and that the network has not taken. */
  get bufferedAmount(): number {
    return this.#outgoing.amount(this.#extensions !== '');
  }

  /** The extensions that were agreed on, as the server wrote them. */
  get extensions(): string {
    return this.#extensions;
  }

  /** The subprotocol that the server chose. */
  get protocol(): string {
    return this.#protocol;
  }

  /** The peer's address, where the host knows it; not in the standard. */
  get remoteAddress(): string | undefined {
    return this.#link.remoteAddress;
  }

  /** Headers of the response that `responseHeaders` asks for, on Node; not in the standard. */
  get headers(): ReadonlyMap<string, string> | undefined {
    return this.#link.headers;
  }

  get binaryType(): 'blob' | 'arraybuffer' {
    return this.#binaryType;
  }

  set binaryType(type: 'blob' | 'arraybuffer') {
    const isKnown = type === ARRAY_BUFFER || (type === BLOB && WebSocket.#runtime.blobOf !== undefined);
    // Read in any case: on another object it throws a TypeError, whatever the value is.
    const before = this.#binaryType;
    this.#binaryType = isKnown ? type : before;
  }

  /**
   * Sends a message: text as a string, else an ArrayBuffer, a view or a Blob; anything else becomes a string. Throws an
   * InvalidStateError while the connection is not open yet.
   */
  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    const runtime = WebSocket.#runtime;
    let text = data as string;
    if (typeof data !== STRING) {
      if (arguments.length === 0) throw new TypeError('send needs an argument');
      const octets = octetsOf(data);
      if (octets !== undefined) return this._send(octets, octets.length, Span.binary);
      if (runtime.isBlob?.(data)) return this._sendBlob(data);
      text = textOf(data);
    }
    const count = runtime.encodeInto(text);
    if (count >= 0) return this._send(runtime.scratch, count, 0);
    const octets = runtime.encode(text);
    this._send(octets, octets.length, 0);
  }

  /**
   * Begins the closing handshake, behind what was sent before; a connection that is not open yet is given up. Throws an
   * InvalidAccessError for a code that is neither 1000 nor one of 3000 … 4999, a SyntaxError for a reason of more than 123
   * octets.
   */
  close(code: number | undefined = undefined, reason: string | undefined = undefined): void {
    // First of all: on another object it throws a TypeError.
    const state = this.#state;
    const closing = closingOf(code, reason, WebSocket.#runtime);
    if (state >= CLOSING) return;
    if (state === CONNECTING) {
      this._fail(ErrorId.closed, 'the WebSocket was closed before the connection was open');
      return;
    }
    this.#state = CLOSING;
    this.#outgoing.close(closing);
  }

  // --- For the link --------------------------------------------------------------------------------------

  get _link(): Link {
    return this.#link;
  }

  /** The opening handshake is done, and `extensions` have been agreed on. */
  _onOpen(extensions: string): void {
    if (this.#state !== CONNECTING) return;
    this.#state = OPEN;
    this.#protocol = this.#link.protocol;
    this.#extensions = extensions;
    this.dispatch(new Event(ON_OPEN), true);
    this._yield();
  }

  /** Octets of a message came, see `onData` of a connection. */
  _onData(bytes: Uint8Array, start: number, end: number, span: number): void {
    if (this.#state !== OPEN) return;
    const isWhole = (span & (Span.first | Span.more)) === Span.first;
    let from = start;
    let to = end;
    let octets = bytes;
    if (!isWhole) {
      const assembly = (this.#assembly ??= new Assembly(this.#longest));
      assembly.append(bytes, start, end);
      if ((span & Span.more) !== 0) return;
      octets = assembly.octets;
      from = 0;
      to = assembly.length;
    }
    if (this.listens(ON_MESSAGE)) {
      const isText = (span & Span.binary) === 0;
      const data = isText
        ? WebSocket.#runtime.decode(octets, from, to)
        : this.#binaryType === BLOB
          ? WebSocket.#runtime.blobOf!(octets.subarray(from, to))
          : isWhole
            ? bufferOf(octets, from, to)
            : this.#assembly!.take();
      this.dispatch(MessageEvent._of(ON_MESSAGE, data, this.#origin), true);
      if (this.#isChanged) {
        this.#isChanged = false;
        this._yield();
      }
    }
    this.#assembly = undefined;
  }

  /** A control frame came. */
  _onControl(opcode: number): void {
    if (opcode === Opcode.close && this.#state === OPEN) this.#state = CLOSING;
  }

  /** The link can take more. */
  _onWritable(): void {
    this.#outgoing.proceed();
  }

  /** The connection is over; `code` and `error` as of a connection's `onClose`, `failure` what it failed for. */
  _onClose(code: number, error: number, failure: RingletError | undefined): void {
    const reason = error === 0 ? this.#link.closeReason : '';
    this._finish(code, reason, error === 0 && code !== CloseCode.abnormal, failure);
  }

  // --- Inside --------------------------------------------------------------------------------------------

  protected override report(error: unknown): void {
    WebSocket.#runtime.report(error);
  }

  protected override exception(name: string, message: string): Error {
    return WebSocket.#runtime.exception(name, message);
  }

  protected override listenersChanged(): void {
    this.#isChanged = true;
  }

  /** Whether something of `length` octets can be sent now; counts it if it is too late. */
  private _accepts(length: number): boolean {
    if (this.#state === OPEN) return true;
    if (this.#state === CONNECTING) {
      throw this.exception('InvalidStateError', 'the connection is not open yet');
    }
    this.#outgoing.lose(length);
    return false;
  }

  /** Sends the first `length` of `octets`. */
  private _send(octets: Uint8Array, length: number, span: number): void {
    if (this._accepts(length) && !this.#outgoing.post(octets, length, span)) this._overflow();
  }

  private _sendBlob(blob: BlobLike): void {
    if (!this._accepts(blob.size)) return;
    const isTaken = this.#outgoing.postBlob(blob.size, blob.arrayBuffer(), () => {
      if (this.#state < CLOSED) this._fail(ErrorId.argumentInvalid, 'a Blob that was sent cannot be read');
    });
    if (!isTaken) this._overflow();
  }

  private _overflow(): void {
    this._fail(ErrorId.writeTooLong, 'more was sent than maxBufferedAmount lets wait');
  }

  /**
   * Lets a turn of the event loop pass before the next message, as if each had a task of its own: whoever awaited an event
   * can listen for the next one before that comes. It is not done for every message, only when something about the
   * listeners has changed since the last one: that is when it matters, and otherwise a message would cost many times more.
   */
  private _yield(): void {
    if (this.#state !== OPEN) return;
    this.#link.pause();
    WebSocket.#runtime.later(() => this.#link.resume());
  }

  /** Gives the connection up; the events come later. */
  private _fail(error: number, message: string): void {
    this.#state = CLOSING;
    this.#outgoing.abandon(false, this.#extensions !== '');
    this.#link.drop();
    WebSocket.#runtime.later(() => {
      this._finish(CloseCode.abnormal, '', false, new RingletError(error, message));
    });
  }

  private _finish(code: number, reason: string, wasClean: boolean, failure: Error | undefined): void {
    if (this.#state === CLOSED) return;
    this.#state = CLOSED;
    this.#outgoing.abandon(wasClean, this.#extensions !== '');
    this.#assembly = undefined;
    if (failure !== undefined) this.dispatch(new FailureEvent(ON_ERROR, failure), true);
    this.dispatch(new CloseEvent(ON_CLOSE, { code, reason, wasClean }), true);
  }
}

addEventHandlers(WebSocket.prototype);
tag(WebSocket, 'WebSocket', Object.freeze({ CONNECTING, OPEN, CLOSING, CLOSED }));
