import { ErrorId } from '../errors.ts';
import type { Host, TimerId } from '../host.ts';
import type { Loss } from '../uplink/failure.ts';
import type { Link, LinkSink } from '../uplink/link.ts';
import type { CloseEventLike, ErrorEventLike, MessageEventLike } from '../websocket/types.ts';
import type { WebSocketLike } from './options.ts';

const NEVER = 0x3fffffff;
/** What counts as OPEN, and for a Close that had none. */
const OPEN = 1;
const ABNORMAL = 1006;

/** How a WebSocket ended, as its event said. */
export type Ended = Pick<CloseEventLike, 'code' | 'reason' | 'wasClean'>;

/** Whom a link hands messages, in addition to what an uplink has. */
export interface MessageSink extends Pick<LinkSink, 'linkOpened' | 'linkClosed'> {
  linkMessage(event: MessageEventLike): void;
}

/** One WebSocket as the connection of an uplink, which asks it for nothing but to begin and to end. */
export class SocketLink implements Link {
  readonly isFlushed = true;
  readonly socket: WebSocketLike;
  readonly #sink: MessageSink;
  readonly #host: Host;
  #timer: TimerId | undefined;
  #error: Error | undefined;
  /** How it ended; undefined before that. */
  ended: Ended | undefined;
  /** With what to close it. */
  code = 1000;
  reason = '';

  /** It may take `timeout` milliseconds to open. */
  constructor(socket: WebSocketLike, sink: MessageSink, host: Host, timeout: number) {
    this.socket = socket;
    this.#sink = sink;
    this.#host = host;
    socket.addEventListener('open', this.#onOpen);
    socket.addEventListener('message', this.#onMessage);
    socket.addEventListener('error', this.#onError);
    socket.addEventListener('close', this.#onClose);
    this.#timer = host.Timer.set(() => this.#onTimeout(), timeout, NEVER);
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  /** Messages go to the WebSocket itself. */
  send(): number {
    return -1;
  }

  get records(): this {
    return this;
  }

  postRange(): number {
    return -1;
  }

  close(): void {
    this.socket.close(this.code, this.reason === '' ? undefined : this.reason);
  }

  drop(): void {
    this.#release();
    this.ended = { code: ABNORMAL, reason: '', wasClean: false };
    // A WebSocket that is not open fails by that; one that is sends a Close, and waits for the answer by itself.
    this.socket.addEventListener('error', () => undefined);
    this.socket.close();
  }

  readonly #onOpen = (): void => {
    this.#stopTimer();
    this.#sink.linkOpened(0);
  };

  readonly #onMessage = (event: MessageEventLike): void => this.#sink.linkMessage(event);

  readonly #onError = ({ error, message }: ErrorEventLike): void => {
    this.#error = error ?? new Error(message ?? 'the connection failed');
  };

  readonly #onClose = ({ code, reason, wasClean }: CloseEventLike): void => {
    this.#release();
    this.ended = { code, reason, wasClean };
    const failure = this.#error as (Error & Partial<Loss> & { readonly id?: number }) | undefined;
    const closed = this.#error === undefined && wasClean;
    this.#sink.linkClosed({
      error: closed ? 0 : (failure?.id ?? ErrorId.transportFailed),
      closeCode: code,
      httpStatus: failure?.httpStatus ?? 0,
      retryAfter: failure?.retryAfter ?? '',
      location: failure?.location ?? '',
      reason: failure,
    });
  };

  #onTimeout(): void {
    if (this.socket.readyState === OPEN) return;
    this.drop();
    const reason = new Error('TIMEOUT');
    this.#sink.linkClosed({
      error: ErrorId.connectTimeout,
      closeCode: 0,
      httpStatus: 0,
      retryAfter: '',
      location: '',
      reason,
    });
  }

  #stopTimer(): void {
    if (this.#timer !== undefined) this.#host.Timer.clear(this.#timer);
    this.#timer = undefined;
  }

  #release(): void {
    this.#stopTimer();
    const { socket } = this;
    socket.removeEventListener('open', this.#onOpen);
    socket.removeEventListener('message', this.#onMessage);
    socket.removeEventListener('error', this.#onError);
    socket.removeEventListener('close', this.#onClose);
  }
}
