import { ErrorId } from '../errors.ts';
import type { Host } from '../host.ts';
import type { LinkRequest } from '../uplink/link.ts';
import type { Change } from '../uplink/options.ts';
import type { Address } from '../websocket/address.ts';
import { closingOf } from '../websocket/close-arguments.ts';
import { Event, tag } from '../websocket/event.ts';
import { addEventHandlers } from '../websocket/event-handlers.ts';
import { EventTarget } from '../websocket/event-target.ts';
import { CloseEvent, FailureEvent, MessageEvent } from '../websocket/events.ts';
import { protocolsOf } from '../websocket/options.ts';
import type { Handler, WebSocketEventMap } from '../websocket/types.ts';
import { Connector } from './connector.ts';
import {
  numbersOf,
  type Provider,
  type ReconnectingOptions,
  type WebSocketClass,
  type WebSocketLike,
} from './options.ts';
import { MessageQueue } from './queue.ts';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;
const NORMAL = 1000;
const ABNORMAL = 1006;

/** What a runtime lends: one frozen object. */
export interface ReconnectingRuntime {
  readonly WebSocket: WebSocketClass;
  readonly host: Host;
  addressOf(text: string): Address | undefined;
  encode(text: string): Uint8Array;
  exception(name: string, message: string): Error;
  /** Writes a line of debugging output. */
  debug(...values: readonly unknown[]): void;
}

type Protocols = string | readonly string[];

interface Prepared extends LinkRequest {
  readonly protocols?: Protocols | undefined;
}

/**
 * A WebSocket that comes back: to its user it looks like one of the web, and it is a drop-in for `reconnecting-websocket`
 * 4, with an uplink's states underneath. There is one connection or attempt at a time. Messages that are sent without a
 * connection wait for one; what was sent on a connection that is lost may be lost with it. What must not be, belongs into
 * an uplink's outbox.
 *
 * This class has no runtime of its own: the host's module lends it one and exports it.
 */
export class ReconnectingWebSocket extends EventTarget<WebSocketEventMap> {
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

  static #runtime: ReconnectingRuntime;

  readonly #url: Provider<string>;
  readonly #protocols: Provider<Protocols | undefined>;
  readonly #options: ReconnectingOptions;
  readonly #maxRetries: number;
  readonly #connector: Connector;
  readonly #queue: MessageQueue;
  #binaryType: 'blob' | 'arraybuffer' | undefined;
  /** `close` was called, and `reconnect` was not. */
  #isClosed: boolean;
  /** The connection whose end was reported last. */
  #reported: unknown;

  /**
   * Connects to `url`. `url` and `protocols` may be functions, which are asked before each attempt and answer at once or
   * by a promise. Throws a SyntaxError for a URL or subprotocols that can never be, a RingletError for options that are
   * wrong.
   */
  constructor(
    url: Provider<string>,
    protocols: Provider<Protocols | undefined> = undefined,
    options: ReconnectingOptions = {},
  ) {
    super();
    const runtime = ReconnectingWebSocket.#runtime;
    if (arguments.length === 0) throw new TypeError('a WebSocket needs a URL');
    const numbers = numbersOf(options);
    if (typeof url !== 'function' && runtime.addressOf(String(url)) === undefined)
      throw this.exception('SyntaxError', 'the URL is not one of a WebSocket');
    if (typeof protocols !== 'function' && protocolsOf(protocols ?? undefined) === undefined)
      throw this.exception('SyntaxError', 'a subprotocol is not a token, or there is one twice');
    this.#url = url;
    this.#protocols = protocols;
    this.#options = options;
    this.#maxRetries = numbers.maxRetries;
    this.#queue = new MessageQueue(numbers.maxEnqueuedMessages, runtime.encode);
    this.#isClosed = options.startClosed === true;
    this.#connector = new Connector(runtime.host, numbers, {
      make: (request) => this.#make(request as Prepared),
      onMessage: ({ data, origin }) => {
        this.dispatch(MessageEvent._of('message', data as unknown, origin), true);
      },
      callbacks: {
        prepare: (done) => this.#prepare(done),
        isFinal: () => this.#connector.delay.attempts >= this.#maxRetries,
        onChange: (change) => this.#onChange(change),
      },
    });
    if (!this.#isClosed) this.#connector.start();
  }

  /** Lends every instance its runtime: the host's module does it, before anybody has the class. */
  static _lend(runtime: ReconnectingRuntime): void {
    ReconnectingWebSocket.#runtime = runtime;
  }

  /** The last WebSocket, even if it is over; none before the first attempt. */
  get #socket(): WebSocketLike | undefined {
    return this.#connector.link?.socket;
  }

  /** Attempts since the last connection that held. */
  get retryCount(): number {
    return this.#connector.delay.attempts;
  }

  /** Messages that were dropped because more were sent without a connection than `maxEnqueuedMessages`. */
  get droppedMessages(): number {
    return this.#queue.dropped;
  }

  /** The URL of the last attempt; empty before the first. */
  get url(): string {
    return this.#socket?.url ?? '';
  }

  /** CLOSED also between two connections. */
  get readyState(): 0 | 1 | 2 | 3 {
    const { state } = this.#connector;
    if (state === 'connecting' || (state === 'idle' && !this.#isClosed)) return CONNECTING;
    if (state !== 'open') return CLOSED;
    return this.#isClosed || this.#socket!.readyState !== OPEN ? CLOSING : OPEN;
  }

  /** Octets that wait for a connection, and that the present one has not sent. */
  get bufferedAmount(): number {
    return this.#queue.octets + (this.#socket?.bufferedAmount ?? 0);
  }

  get extensions(): string {
    return this.#socket?.extensions ?? '';
  }

  get protocol(): string {
    return this.#socket?.protocol ?? '';
  }

  get binaryType(): 'blob' | 'arraybuffer' {
    return this.#binaryType ?? this.#socket?.binaryType ?? 'blob';
  }

  set binaryType(type: 'blob' | 'arraybuffer') {
    if (type !== 'blob' && type !== 'arraybuffer') return;
    this.#binaryType = type;
    if (this.#socket !== undefined) this.#socket.binaryType = type;
  }

  /** Sends a message, or keeps it until there is a connection; what was kept goes first, in its order. */
  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    if (arguments.length === 0) throw new TypeError('send needs an argument');
    if (this.readyState === OPEN) this.#socket!.send(data as never);
    else this.#queue.push(data);
  }

  /** Closes in good order and stays away until `reconnect`. Throws as `close` of a WebSocket does. */
  close(code: number = NORMAL, reason: string | undefined = undefined): void {
    this.#closeWith(code, reason);
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connector.stop();
  }

  /** Closes what there is and connects anew, at once. Throws as `close` does. */
  reconnect(code: number = NORMAL, reason: string | undefined = undefined): void {
    this.#closeWith(code, reason);
    this.#isClosed = false;
    this.#connector.stop();
    this.#connector.start();
  }

  protected override report(error: unknown): void {
    ReconnectingWebSocket.#runtime.host.report(error);
  }

  protected override exception(name: string, message: string): Error {
    return ReconnectingWebSocket.#runtime.exception(name, message);
  }

  // --- Inside --------------------------------------------------------------------------------------------

  /** Checks the arguments of a Close, and keeps them for it. */
  #closeWith(given: number, reason: string | undefined): void {
    const { code } = closingOf(given, reason, ReconnectingWebSocket.#runtime);
    const { link } = this.#connector;
    if (link === undefined || this.readyState !== OPEN) return;
    link.code = code;
    link.reason = reason === undefined ? '' : String(reason);
  }

  /** What to connect to. A URL that is none fails the attempt, as one that could not be had. */
  #prepare(done: (error: unknown, prepared?: Prepared) => void): Prepared | undefined {
    const url = typeof this.#url === 'function' ? this.#url() : this.#url;
    const protocols = typeof this.#protocols === 'function' ? this.#protocols() : this.#protocols;
    if (!isLater(url) && !isLater(protocols)) return { url: String(url), protocols };
    // No Promise is made here: an app without any need not carry them.
    const given: Record<string, unknown> = {};
    let missing = 2;
    const arrived = (name: 'url' | 'protocols', value: unknown): void => {
      try {
        given[name] = name === 'url' ? String(value) : value;
        if (--missing === 0) done(undefined, given as unknown as Prepared);
      } catch (error) {
        done(error);
      }
    };
    whenThere(url, (value) => arrived('url', value), done);
    whenThere(protocols, (value) => arrived('protocols', value), done);
    return undefined;
  }

  #make({ url, protocols }: Prepared): WebSocketLike {
    const { WebSocket: Given, connection } = this.#options;
    const Class = Given ?? ReconnectingWebSocket.#runtime.WebSocket;
    const offers = protocols !== undefined && protocols !== null && protocols.length > 0;
    let given: unknown = offers ? protocols : undefined;
    if (Given === undefined && connection !== undefined)
      given = offers ? { ...connection, protocols } : connection;
    const socket = given === undefined ? new Class(url!) : new Class(url!, given as never);
    if (this.#binaryType !== undefined) socket.binaryType = this.#binaryType;
    return socket;
  }

  #onChange({ state, from, loss, delay }: Change): void {
    if (this.#options.debug === true)
      ReconnectingWebSocket.#runtime.debug('reconnecting:', state, loss?.error ?? 0, delay);
    if (state === 'open') {
      this.#queue.drain(this.#socket!);
      this.dispatch(new Event('open'), true);
      return;
    }
    // `close` may come before the first attempt has begun.
    const wasThere = from === 'open' || from === 'connecting' || (from === 'idle' && state === 'stopped');
    if (wasThere) this.#reportEnd(loss);
  }

  #reportEnd(loss: Change['loss']): void {
    const { link } = this.#connector;
    // An attempt may end before it has a connection.
    const ended = link === this.#reported ? undefined : link?.ended;
    this.#reported = link;
    const { code, reason, wasClean } = ended ?? { code: ABNORMAL, reason: '', wasClean: false };
    if (loss !== undefined && loss.error !== ErrorId.none && !this.#isClosed) {
      const error = loss.reason instanceof Error ? loss.reason : new Error(`error ${loss.error}`);
      this.dispatch(new FailureEvent('error', error), true);
    }
    this.dispatch(new CloseEvent('close', { code, reason, wasClean }), true);
  }
}

const isLater = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';

function whenThere(value: unknown, use: (value: unknown) => void, fail: (error: unknown) => void): void {
  if (isLater(value)) value.then(use, fail);
  else use(value);
}

addEventHandlers(ReconnectingWebSocket.prototype);
tag(ReconnectingWebSocket, 'ReconnectingWebSocket', Object.freeze({ CONNECTING, OPEN, CLOSING, CLOSED }));
