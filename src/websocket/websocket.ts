import { type ConnectionError, ErrorId } from '../errors.ts';
import { Span } from '../connection/events.ts';
import { CloseCode } from '../frame/close-code.ts';
import { Opcode } from '../frame/opcode.ts';
import { Assembly } from '../messages/assembly.ts';
import { SendQueue } from '../messages/send-queue.ts';
import { codeOf, isReasonTooLong } from './close-arguments.ts';
import { Event, tag } from './event.ts';
import { EventTarget } from './event-target.ts';
import { CloseEvent, FailureEvent, MessageEvent } from './events.ts';
import { isOptions, protocolsOf, type WebSocketOptions, type WebSocketOptionsWithUrl } from './options.ts';
import { octetsOf } from './payload.ts';
import type { Link, WebSocketRuntime } from './runtime.ts';
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

/** The URL of a WebSocket that was given a connection. */
const ATTACHED = 'ws://attached/';

const EMPTY = new Uint8Array(0);

/** V8 keeps the octets of shorter views with its objects, and has to move them for `buffer`. */
const VIEW = 64;

/** `octets[from, to)` as a buffer of their own. Where they are many, by way of a view: that takes V8 two thirds. */
function bufferOf(octets: Uint8Array, from: number, to: number): ArrayBufferLike {
  if (to - from > VIEW) return octets.slice(from, to).buffer;
  return octets.buffer.slice(octets.byteOffset + from, octets.byteOffset + to);
}

/** What is known only while a close waits behind messages that are still to be sent. */
interface Closing {
  readonly code: number;
  readonly reason: Uint8Array;
}

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

  static #runtime: WebSocketRuntime<WebSocket>;

  readonly #url: string;
  readonly #origin: string;
  readonly #most: number;
  #link!: Link;
  #queue!: SendQueue;
  #state = CONNECTING;
  #binaryType: 'blob' | 'arraybuffer';
  #protocol = '';
  #extensions = '';
  /** Octets of payload that the link has taken since nothing of its own waited any more. */
  #taken = 0;
  /** Octets that will never be sent, since the connection was over. */
  #lost = 0;
  /** The message that is not complete, if there is one that came in several spans. */
  #assembly: Assembly | undefined;
  #longest: number;
  #closing: Closing | undefined;
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
    const isDictionary = typeof url === 'object' && url !== null && !('href' in url);
    const options: WebSocketOptions = isDictionary ? url : isOptions(protocols) ? protocols : {};
    const {
      attach,
      maxBufferedAmount = runtime.maxBufferedAmount,
      maxMessageSize = runtime.maxMessageSize,
    } = options;
    const text = String(isDictionary ? (url.url ?? (attach ? ATTACHED : '')) : url);
    const address = runtime.addressOf(text);
    if (address === undefined) throw this.exception('SyntaxError', 'the URL is not one of a WebSocket');
    const offer =
      options.protocol !== undefined
        ? protocolsOf(String(options.protocol).split(/[ \t]*,[ \t]*/))
        : protocolsOf(options.protocols ?? (isOptions(protocols) ? undefined : protocols));
    if (offer === undefined) {
      throw this.exception('SyntaxError', 'a subprotocol is not a token, or there is one twice');
    }
    this.#url = address.url;
    this.#origin = /^[^/]*\/\/[^/?]*/.exec(address.url.replace(/\/\/[^/@]*@/, '//'))![0];
    this.#most = maxBufferedAmount;
    this.#longest = maxMessageSize;
    this.#binaryType = runtime.blobOf === undefined ? ARRAY_BUFFER : BLOB;
    this.#link = runtime.connect(this, address, offer, { ...options, maxMessageSize: this.#longest });
    this.#queue = new SendQueue(this.#link);
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
    return this._waiting + this.#queue.length + this.#lost;
  }

  /** The extensions that were agreed on, as the server wrote them. */
  get extensions(): string {
    return this.#extensions;
  }

  /** The subprotocol that the server chose. */
  get protocol(): string {
    return this.#protocol;
  }

  get binaryType(): 'blob' | 'arraybuffer' {
    return this.#binaryType;
  }

  set binaryType(type: 'blob' | 'arraybuffer') {
    if (type === ARRAY_BUFFER || (type === BLOB && WebSocket.#runtime.blobOf !== undefined))
      this.#binaryType = type;
  }

  get onopen(): Handler<'open'> {
    return this.handlerOf(ON_OPEN);
  }
  set onopen(handler: Handler<'open'>) {
    this.setHandler(ON_OPEN, handler);
  }

  get onmessage(): Handler<'message'> {
    return this.handlerOf(ON_MESSAGE);
  }
  set onmessage(handler: Handler<'message'>) {
    this.setHandler(ON_MESSAGE, handler);
  }

  get onerror(): Handler<'error'> {
    return this.handlerOf(ON_ERROR);
  }
  set onerror(handler: Handler<'error'>) {
    this.setHandler(ON_ERROR, handler);
  }

  get onclose(): Handler<'close'> {
    return this.handlerOf(ON_CLOSE);
  }
  set onclose(handler: Handler<'close'>) {
    this.setHandler(ON_CLOSE, handler);
  }

  /**
   * Sends a message: text as a string, else an ArrayBuffer, a view or a Blob; anything else becomes a string. Throws an
   * InvalidStateError while the connection is not open yet.
   */
  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    const runtime = WebSocket.#runtime;
    if (typeof data !== STRING) {
      if (arguments.length === 0) throw new TypeError('send needs an argument');
      const octets = octetsOf(data);
      if (octets !== undefined) {
        if (this._accepts(octets.length)) this._send(octets, octets.length, Span.binary);
        return;
      }
      if (runtime.isBlob?.(data)) {
        if (this._accepts(data.size)) this._sendBlob(data.size, data.arrayBuffer());
        return;
      }
    }
    const text = String(data);
    const count = runtime.encodeInto(text);
    if (count >= 0) {
      if (this._accepts(count)) this._send(runtime.scratch, count, 0);
    } else {
      const octets = runtime.encode(text);
      if (this._accepts(octets.length)) this._send(octets, octets.length, 0);
    }
  }

  /**
   * Begins the closing handshake, behind what was sent before; a connection that is not open yet is given up. Throws an
   * InvalidAccessError for a code that is neither 1000 nor one of 3000 … 4999, a SyntaxError for a reason of more than 123
   * octets.
   */
  close(code: number | undefined = undefined, reason: string | undefined = undefined): void {
    let status = code === undefined ? 0 : codeOf(code);
    const octets = reason === undefined ? EMPTY : WebSocket.#runtime.encode(String(reason));
    if (code !== undefined && status !== CloseCode.normal && !(status >= 3000 && status <= 4999)) {
      throw this.exception('InvalidAccessError', 'the close code is neither 1000 nor one of 3000 to 4999');
    }
    if (isReasonTooLong(octets)) {
      throw this.exception('SyntaxError', 'the reason for closing is longer than 123 octets');
    }
    if (this.#state >= CLOSING) return;
    if (octets.length !== 0 && code === undefined) status = CloseCode.normal;
    if (this.#state === CONNECTING) {
      this._fail(ErrorId.closed, 'the WebSocket was closed before the connection was open');
      return;
    }
    this.#state = CLOSING;
    if (this.#queue.isEmpty) this.#link.close(status, octets);
    else this.#closing = { code: status, reason: octets };
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
    if (this._waiting === 0) this.#taken = 0;
    if (this.#queue.isEmpty) return;
    this._pump();
  }

  /** The connection is over; `code` and `error` as of a connection's `onClose`, `failure` what it failed for. */
  _onClose(code: number, error: number, failure: ConnectionError | undefined): void {
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

  /** Octets of payload in the link. Exact while it has taken all or nothing of them; else what lies there, framed. */
  private get _waiting(): number {
    const left = this.#link.bufferedAmount;
    if (left === 0) return 0;
    return this.#extensions !== '' || this.#taken < left ? this.#taken : left;
  }

  /** Whether a message of `length` octets can be sent now; counts it if it is too late. */
  private _accepts(length: number): boolean {
    if (this.#state === OPEN) return true;
    if (this.#state === CONNECTING) {
      throw this.exception('InvalidStateError', 'the connection is not open yet');
    }
    this.#lost += length;
    return false;
  }

  private _send(octets: Uint8Array, length: number, span: number): void {
    const queue = this.#queue;
    const before = queue.length;
    if (before + length > this.#most) {
      this._overflow(length);
      return;
    }
    if (this.#link.bufferedAmount === 0) this.#taken = 0;
    const fault = queue.send(octets, 0, length, span);
    if (fault === 0) this.#taken += before + length - queue.length;
    else this.#lost += length;
  }

  private _sendBlob(size: number, octets: Promise<ArrayBuffer>): void {
    if (this.#queue.length + size > this.#most) {
      octets.catch(() => undefined);
      this._overflow(size);
      return;
    }
    const place = this.#queue.reserve(size, Span.binary);
    octets.then(
      (buffer) => {
        place(new Uint8Array(buffer));
        this._pump();
      },
      () => {
        place(undefined);
        if (this.#state < CLOSED) this._fail(ErrorId.argumentInvalid, 'a Blob that was sent cannot be read');
      },
    );
  }

  private _overflow(length: number): void {
    this.#lost += length;
    this._fail(ErrorId.writeTooLong, 'more was sent than maxBufferedAmount lets wait');
  }

  /** Sends what waits, and the close that waits behind it. */
  private _pump(): void {
    const queue = this.#queue;
    const before = queue.length;
    if (this.#link.bufferedAmount === 0) this.#taken = 0;
    const fault = queue.pump();
    this.#taken += before - queue.length;
    if (fault !== 0 || !queue.isEmpty || this.#closing === undefined) return;
    const { code, reason } = this.#closing;
    this.#closing = undefined;
    this.#link.close(code, reason);
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
    this._keepCount();
    this.#link.drop();
    WebSocket.#runtime.later(() => {
      this._finish(CloseCode.abnormal, '', false, Object.assign(new Error(message), { id: error }));
    });
  }

  private _finish(code: number, reason: string, wasClean: boolean, failure: Error | undefined): void {
    if (this.#state === CLOSED) return;
    this.#state = CLOSED;
    // What the link had taken went out before the Close.
    if (wasClean) this.#taken = 0;
    this._keepCount();
    this.#assembly = this.#closing = undefined;
    if (failure !== undefined) this.dispatch(new FailureEvent(ON_ERROR, failure), true);
    this.dispatch(new CloseEvent(ON_CLOSE, { code, reason, wasClean }), true);
  }

  /** What was not sent is not going to be: its octets go on being counted, and are forgotten. */
  private _keepCount(): void {
    this.#lost += this._waiting + this.#queue.length;
    this.#taken = 0;
    this.#queue.clear();
  }
}

tag(WebSocket, 'WebSocket', Object.freeze({ CONNECTING, OPEN, CLOSING, CLOSED }));
