import { readingOf } from '../reading-of.ts';
import type { Endpoint, EndpointEvents } from '../client/endpoint.ts';
import { hasOctets, isRange } from '../connection/arguments.ts';
import { faultOfReason } from '../connection/control.ts';
import { check, ErrorId, RingletError } from '../errors.ts';
import { stepUtf8, Utf8 } from '../frame/utf8.ts';
import { Span } from '../connection/events.ts';
import { State } from '../connection/record.ts';
import { Assembly } from './assembly.ts';
import { SendQueue } from './send-queue.ts';
import type { TextCodec } from './text-codec.ts';

/** A whole message: text as a string, binary data as octets of its own. */
export type Message = string | Uint8Array;

/** The events of a peer; every method may be left out. */
export interface MessageHandlers {
  /** The opening handshake is done. */
  onOpen?(peer: MessagePeer): void;
  onMessage?(peer: MessagePeer, data: Message, isBinary: boolean): void;
  /** A ping (9), pong (10) or close (8) came, and has been answered. */
  onControl?(peer: MessagePeer, opcode: number, payload: Uint8Array): void;
  /** All that waited has been handed to the network. */
  onDrain?(peer: MessagePeer): void;
  /** It is over, once: the peer's close code and reason, and the id of what went wrong or 0. */
  onClose?(peer: MessagePeer, code: number, reason: string, error: number): void;
}

/** Bounds of what waits to be sent. */
export interface MessageOptions {
  /** Most octets of messages that wait for room. Default 1 MiB. */
  readonly maxBufferedAmount?: number | undefined;
}

const WAITING = 1 << 20;

const CODEC = ['encodeInto', 'encode', 'decode'] as const;
const HANDLERS = ['onOpen', 'onMessage', 'onControl', 'onDrain', 'onClose'] as const;

/** Refuses, with a RingletError, what no peer can be made of. Returns the most octets that may wait. */
function checked(handlers: MessageHandlers, text: TextCodec, options: MessageOptions): number {
  check(typeof handlers === 'object' && handlers !== null, 'handlers');
  for (const name of HANDLERS) {
    const handler: unknown = handlers[name];
    check(handler === undefined || typeof handler === 'function', name);
  }
  // What is misspelt would never be called.
  for (const name of Object.keys(handlers))
    check(!/^on[A-Z]/.test(name) || HANDLERS.includes(name as (typeof HANDLERS)[number]), `handler ${name}`);
  for (const name of CODEC) check(typeof (text as Partial<TextCodec> | null)?.[name] === 'function', 'text');
  check(typeof options === 'object' && options !== null && !Array.isArray(options), 'options');
  for (const name of Object.keys(options)) check(name === 'maxBufferedAmount', `option ${name}`);
  const { maxBufferedAmount = WAITING } = options;
  check(typeof maxBufferedAmount === 'number' && maxBufferedAmount >= 0, 'maxBufferedAmount');
  return maxBufferedAmount;
}

/**
 * Whole messages and strings over an endpoint: the target of its events ({@link messageEvents}), which puts fragments
 * together and sends messages of any length. What does not fit into the transmit ring waits here, up to a bound; a caller
 * sees by what a method returns whether it was taken, and by `onDrain` that all has left.
 */
export class MessagePeer {
  readonly #handlers: MessageHandlers;
  readonly #text: TextCodec;
  readonly #most: number;
  #endpoint: Endpoint<MessagePeer> | undefined;
  #queue: SendQueue | undefined;
  #assembly: Assembly | undefined;
  /** A close that waits behind messages: its code, and the reason. */
  #code = -1;
  #reason: Uint8Array | undefined;

  constructor(handlers: MessageHandlers, text: TextCodec, options: MessageOptions = {}) {
    this.#most = readingOf('an option or handler', () => checked(handlers, text, options));
    this.#handlers = handlers;
    this.#text = text;
  }

  /** The connection; set once, before its first event. */
  get endpoint(): Endpoint<MessagePeer> {
    if (this.#endpoint === undefined) throw new RingletError(ErrorId.notOpen, 'there is no connection yet');
    return this.#endpoint;
  }

  set endpoint(endpoint: Endpoint<MessagePeer>) {
    this.#endpoint = endpoint;
    this.#queue = new SendQueue(endpoint);
  }

  /** The extensions that were agreed on, as the server wrote them. */
  get extensions(): string {
    return this.endpoint.extensions;
  }

  /** The subprotocol that was agreed on. */
  get protocol(): string {
    return this.endpoint.protocol;
  }

  /** The peer's address. */
  get remoteAddress(): string | undefined {
    return this.endpoint.remoteAddress;
  }

  /** Headers of the handshake that were asked for by name. */
  get headers(): ReadonlyMap<string, string> | undefined {
    return this.endpoint.headers;
  }

  /** Octets of messages that wait here, in addition to the endpoint's `bufferedAmount`. */
  get bufferedAmount(): number {
    return this.#queue?.length ?? 0;
  }

  /**
   * Sends text, whose surrogates without their other half become U+FFFD. Returns 0 if it was taken; else an error id, and
   * nothing was: `notOpen`, `writeTooLong` if more would wait than `maxBufferedAmount` says, `argumentInvalid` for what is no
   * string.
   */
  sendText(text: string): number {
    if (typeof text !== 'string') return ErrorId.argumentInvalid;
    const codec = this.#text;
    const count = codec.encodeInto(text);
    if (count >= 0) return this._send(codec.scratch, 0, count, 0);
    const octets = codec.encode(text);
    return this._send(octets, 0, octets.length, 0);
  }

  /**
   * Sends `bytes[start, end)` as one message, binary unless `isBinary` says otherwise: then they have to be UTF-8. Returns as
   * {@link sendText}, `argumentInvalid` for what cannot be sent.
   */
  sendMessage(bytes: Uint8Array, start = 0, end?: number, isBinary = true): number {
    if (!ArrayBuffer.isView(bytes) || !(bytes instanceof Uint8Array) || !hasOctets(bytes))
      return ErrorId.argumentInvalid;
    if (typeof isBinary !== 'boolean') return ErrorId.argumentInvalid;
    const to = end === undefined ? bytes.length : end;
    if (!isRange(bytes, start, to)) return ErrorId.argumentInvalid;
    if (!isBinary && stepUtf8(bytes, start, to, Utf8.accept) !== Utf8.accept) return ErrorId.argumentInvalid;
    return this._send(bytes, start, to, isBinary ? Span.binary : 0);
  }

  /** Begins the closing handshake behind all that was sent. Returns 0 or an error id, see {@link Endpoint.close}. */
  close(code = 1000, reason = ''): number {
    if (typeof code !== 'number') return ErrorId.closeCodeRefused;
    if (typeof reason !== 'string') return ErrorId.argumentInvalid;
    const octets = this.#text.encode(reason);
    const fault = faultOfReason(code, octets, 0, octets.length);
    if (fault !== 0) return fault;
    if (this.#queue === undefined || this.#code >= 0) return ErrorId.notOpen;
    if (this.#queue.isEmpty) return this.endpoint.close(code, octets);
    this.#code = code;
    this.#reason = octets;
    return 0;
  }

  private _send(bytes: Uint8Array, start: number, end: number, span: number): number {
    const queue = this.#queue;
    if (queue === undefined || this.#code >= 0) return ErrorId.notOpen;
    // What fits into the ring at once waits nowhere.
    const { endpoint } = this;
    if (endpoint.state !== State.open) return ErrorId.notOpen;
    const isLong = !queue.isEmpty || end - start > endpoint.writable;
    if (isLong && queue.length + end - start > this.#most) return ErrorId.writeTooLong;
    return queue.send(bytes, start, end, span);
  }

  // --- The events of the endpoint, see messageEvents ------------------------------------------------------

  _onOpen(): void {
    this.#handlers.onOpen?.(this);
  }

  _onData(bytes: Uint8Array, start: number, end: number, span: number): void {
    const handlers = this.#handlers;
    const isBinary = (span & Span.binary) !== 0;
    if (handlers.onMessage === undefined) return;
    if ((span & (Span.first | Span.more)) === Span.first) {
      handlers.onMessage(
        this,
        isBinary ? bytes.slice(start, end) : this.#text.decode(bytes, start, end),
        isBinary,
      );
      return;
    }
    const assembly = (this.#assembly ??= new Assembly());
    assembly.append(bytes, start, end);
    if ((span & Span.more) !== 0) return;
    this.#assembly = undefined;
    handlers.onMessage(
      this,
      isBinary ? new Uint8Array(assembly.take()) : this.#text.decode(assembly.octets, 0, assembly.length),
      isBinary,
    );
  }

  _onControl(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    this.#handlers.onControl?.(this, opcode, bytes.slice(start, end));
  }

  _onWritable(): void {
    const queue = this.#queue!;
    if (queue.isEmpty) {
      if (this.endpoint.bufferedAmount === 0) this.#handlers.onDrain?.(this);
      return;
    }
    if (queue.pump() === 0 && queue.isEmpty && this.#code >= 0) this.endpoint.close(this.#code, this.#reason);
  }

  _onClose(code: number, error: number): void {
    this.#queue?.clear();
    this.#assembly = undefined;
    this.#handlers.onClose?.(this, code, error === 0 ? this.endpoint.closeReason : '', error);
  }
}

/** The events of every endpoint whose target is a {@link MessagePeer}: one object for all of them. */
export const messageEvents: EndpointEvents<MessagePeer> = Object.freeze({
  onOpen: (peer: MessagePeer) => peer._onOpen(),
  onData: (peer: MessagePeer, bytes: Uint8Array, start: number, end: number, span: number) =>
    peer._onData(bytes, start, end, span),
  onControl: (peer: MessagePeer, opcode: number, bytes: Uint8Array, start: number, end: number) =>
    peer._onControl(opcode, bytes, start, end),
  onWritable: (peer: MessagePeer) => peer._onWritable(),
  onClose: (peer: MessagePeer, code: number, error: number) => peer._onClose(code, error),
});
