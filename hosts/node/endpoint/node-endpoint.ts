import type { EndpointOptions } from '../../../src/client/endpoint.ts';
import { Pumping, Register, State } from '../../../src/connection/record.ts';
import { type ConnectionError, ErrorId, RingletError } from '../../../src/errors.ts';
import { CloseCode } from '../../../src/frame/close-code.ts';
import { HandshakeHeaders } from '../../../src/handshake/handshake-headers.ts';
import type { TransportFactory } from '../../../src/host.ts';
import type { Message } from '../../../src/messages/message-peer.ts';
import { completed, type NodeEvents } from '../events.ts';
import { failureOf } from '../errors.ts';
import { MessageEndpoint } from './message-endpoint.ts';
import { MessageReader } from './message-reader.ts';
import { Ready } from './ready.ts';

const NO_HEADERS = Object.freeze(new HandshakeHeaders());

/** What an endpoint of Node's is made from, in addition to what every endpoint is. */
export interface NodeEndpointOptions<Target> extends Omit<EndpointOptions<Target>, 'events' | 'target'> {
  readonly events: NodeEvents<Target> | undefined;
  /** Undefined: the endpoint itself. */
  readonly target: Target | undefined;
  readonly maxBufferedAmount?: number | undefined;
}

/** An endpoint that is the target of its own events. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an alias cannot name itself
export interface OwnEndpoint extends NodeEndpoint<OwnEndpoint> {}

/**
 * An endpoint on Node: what `connect` returns, and what a server makes of every connection. Apart from spans it sends and
 * receives whole messages and strings, and can be iterated over. What of that is not used takes no memory.
 */
export class NodeEndpoint<Target = unknown>
  extends MessageEndpoint<Target>
  implements AsyncIterable<Message>
{
  private _ready: Ready | undefined;
  /** Called once, when all is released. By `connect` and by servers. */
  _onReleased: ((endpoint: NodeEndpoint<Target>) => unknown) | undefined;

  constructor(options: NodeEndpointOptions<Target>, connect: TransportFactory) {
    const { events, target, maxBufferedAmount, ...rest } = options;
    const own = { ...rest, events: completed(events), target: target as Target };
    super(own, connect, maxBufferedAmount);
    if (target === undefined) this._target = this as unknown as Target;
    if (events?.onMessage !== undefined) this._collects(events.onMessage);
  }

  // --- What was agreed on --------------------------------------------------------------------------------

  /**
   * Headers of the opening handshake by name: on a client those of the response that `responseHeaders` asks for, be it a
   * refusal, on a server those of the request that `requestHeaders` asks for. Several of one name are joined by ", "; of
   * Set-Cookie, `getSetCookie()` has them one by one.
   */
  override get headers(): HandshakeHeaders {
    return (super.headers as HandshakeHeaders | undefined) ?? NO_HEADERS;
  }

  /** Is fulfilled when the connection is open, and rejected with a ConnectionError if it never will be. */
  get ready(): Promise<void> {
    if (this._ready === undefined) {
      const ready = (this._ready = new Ready());
      if (this.state === State.closed) ready.reject(this._failure());
      else if (this.state >= State.open) ready.resolve();
      else {
        this._having().opened = () => {
          ready.resolve();
          // Whoever awaits it is there before the first message.
          this.pause();
          setImmediate(() => this.resume());
        };
      }
    }
    return this._ready.promise;
  }

  // --- Messages in ---------------------------------------------------------------------------------------

  /**
   * The messages one by one, in the place of `onData` and `onMessage`, see {@link MessageReader}. Throws a RingletError if
   * they are being iterated already, or the target takes them by `takesSpans`.
   */
  [Symbol.asyncIterator](): MessageReader {
    if ((this._pumping & Pumping.takesSpans) !== 0)
      throw new RingletError(ErrorId.argumentInvalid, 'the target takes the messages itself: takesSpans');
    const messaging = this._collects();
    if (messaging.reader !== undefined)
      throw new RingletError(ErrorId.argumentInvalid, 'the messages are being iterated already');
    const reader = (messaging.reader = new MessageReader({
      pause: () => this.pause(),
      resume: () => this.resume(),
      leave: () => {
        // What is not open cannot be closed in order.
        if (this.state < State.open) this.drop();
        else this.close(1000);
      },
    }));
    if (this.state === State.closed) this._end(reader);
    return reader;
  }

  // --- For what is below ---------------------------------------------------------------------------------

  /**
   * The AbortSignal was aborted for `reason`. An open connection is closed in order: what waits is not sent, and what still
   * comes is discarded. Any other ends at once. `onClose` follows, with the error `aborted`.
   */
  _abortFor(reason: unknown): void {
    if (this.state === State.closed) return;
    this._wake();
    this._transportReason = reason;
    if (this.state !== State.open) {
      this._failSoon(ErrorId.aborted);
      this._accepted();
      return;
    }
    this._words[Register.error] = ErrorId.aborted;
    this._letGo();
    this.pause();
    super.close(CloseCode.normal);
  }

  /** Nobody is to wait for this connection any more. */
  private _letGo(): void {
    const messaging = this._messaging;
    if (messaging === undefined) return;
    messaging.over();
    if (messaging.reader !== undefined) this._end(messaging.reader);
  }

  /** Also if the constructor fails: then nothing of this class is there. */
  protected override _releaseTransport(): void {
    super._releaseTransport();
    this._letGo();
    this._ready?.reject(this._failure());
    this._onReleased?.(this);
  }

  private _end(reader: MessageReader): void {
    if (this.error === 0) reader.over(false);
    else reader.over(true, this._failure());
  }

  private _failure(): ConnectionError {
    return failureOf(this.error || ErrorId.closed, this);
  }
}
