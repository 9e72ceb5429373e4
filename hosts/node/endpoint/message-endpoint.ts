import type { EndpointOptions } from '../../../src/client/endpoint.ts';
import { hasOctets, isRange } from '../../../src/connection/arguments.ts';
import { faultOfReason } from '../../../src/connection/control.ts';
import { Span } from '../../../src/connection/events.ts';
import { Pumping, Sending, State } from '../../../src/connection/record.ts';
import { ErrorId, RingletError } from '../../../src/errors.ts';
import type { TransportFactory } from '../../../src/host.ts';
import { copyOf } from '../../../src/messages/send-queue.ts';
import { nodeHost } from '../host.ts';
import { checkArgument, isOctets } from '../options.ts';
import { nodeText } from '../text.ts';
import { isWholeUtf8 } from '../utf8.ts';
import { Messaging, type Messenger } from './messaging.ts';
import type { SharedFrame } from './shared-frame.ts';
import { SharingEndpoint } from './sharing-endpoint.ts';

/** Longest message that is put together where no limit is set, octets. */
export const LONGEST_MESSAGE = 64 << 20;

/** Most octets of messages that wait where no option says so. */
const WAITING = 1 << 20;

/** Shorter frames are copied into the ring, where they leave together with others in one write. */
const SHORT_FRAME = 1024;

const NO_REASON: Uint8Array = new Uint8Array(0);

/**
 * An endpoint that sends whole messages and strings, beside spans: what does not fit into the ring waits, and nothing overtakes
 * it. What of that is not used takes no memory.
 */
export class MessageEndpoint<Target> extends SharingEndpoint<Target> {
  private readonly _mostWaiting: number;
  /** Undefined until something of it is used. */
  protected _messaging: Messaging<Target> | undefined;

  /** At most `mostWaiting` octets of messages wait. */
  constructor(options: EndpointOptions<Target>, connect: TransportFactory, mostWaiting = WAITING) {
    super(nodeHost, options, connect);
    this._mostWaiting = mostWaiting;
  }

  // --- Messages out --------------------------------------------------------------------------------------

  /**
   * Sends text, whose surrogates without their other half become U+FFFD, as one message. What does not fit into the ring
   * now waits, and goes on in fragments. Returns 0 if it was taken; else an error id, and nothing was: `notOpen`,
   * `writeTooLong` if others wait and with this one there would be more than `maxBufferedAmount` octets, `argumentInvalid`
   * between the fragments of a message of `send`. Throws a RingletError for what is no string.
   */
  sendText(text: string): number {
    if (typeof text !== 'string') throw new RingletError(ErrorId.argumentInvalid, 'text must be a string');
    const count = nodeText.encodeInto(text);
    if (count >= 0) return this._sendWhole(nodeText.scratch, 0, count, 0);
    const octets = nodeText.encode(text);
    return this._sendWhole(octets, 0, octets.length, 0);
  }

  /**
   * Sends `bytes[start, end)` as one message, binary unless `isBinary` says otherwise: then they have to be UTF-8. What is
   * not taken now is copied. Returns as {@link sendText}; throws a RingletError for what is no range of a Uint8Array, for
   * text that is no UTF-8, and for an `isBinary` that is neither true nor false.
   */
  sendMessage(bytes: Uint8Array, start = 0, end?: number, isBinary = true): number {
    const isThere = isOctets(bytes);
    const to = end === undefined && isThere ? bytes.length : (end as number);
    const must = 'a Uint8Array whose octets are there, start and end a range of them';
    checkArgument(isThere && isRange(bytes, start, to), 'bytes', must);
    checkArgument(typeof isBinary === 'boolean', 'isBinary', 'true or false');
    checkArgument(isBinary || isWholeUtf8(bytes, start, to), 'text', 'UTF-8');
    return this._sendWhole(bytes, start, to, isBinary ? Span.binary : 0);
  }

  private _sendWhole(bytes: Uint8Array, start: number, end: number, span: number): number {
    const fault = this._faultOfMessage();
    if (fault !== ErrorId.none) return fault;
    // Most messages fit, and wait nowhere.
    if (end - start <= this.writable) return this._sendFrame(bytes, start, end, span);
    return this._having().push(copyOf(bytes, start, end), span);
  }

  /** Why no message can be begun now; 0 if one can. */
  private _faultOfMessage(): ErrorId {
    if (this.state !== State.open || this._messaging?.isClosing === true) return ErrorId.notOpen;
    const isBetween = (this._sending & Sending.inMessage) !== 0 && this._messaging?.isWaiting !== true;
    return isBetween ? ErrorId.argumentInvalid : ErrorId.none;
  }

  /**
   * Sends a message of a server to many. It is copied where it is short; else it goes to the transport as it is, or waits
   * by reference. `compresses`: as every other message, where compression was agreed on. Returns as {@link sendText}.
   */
  _share(frame: SharedFrame, compresses: boolean): number {
    const fault = this._faultOfMessage();
    if (fault !== ErrorId.none) return fault;
    const { payload, span } = frame;
    const isPlain = !compresses || this._compression === undefined;
    const isWaiting = this._messaging?.isWaiting === true;
    // The first of a turn leaves by itself where it would need a ring only for that.
    const isAlone = this._isWithoutRing && (this._pumping & Pumping.deferred) === 0;
    const passes = isPlain && (isAlone || payload.length > SHORT_FRAME);
    if (!isWaiting && passes && this._pass(frame)) return ErrorId.none;
    if (payload.length <= SHORT_FRAME && payload.length <= this.writable)
      return this._sendFrame(payload, 0, payload.length, span);
    return this._having().push(payload, span);
  }

  /** Is fulfilled when the transport has taken all that was sent, or the connection is over. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (!this._having().whenDrained(resolve)) resolve();
    });
  }

  override send(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (typeof span !== 'number') return ErrorId.argumentInvalid;
    // Its fragments would come between those of the message that waits.
    if (this._messaging !== undefined && this._messaging.isWaiting) return ErrorId.writeTooLong;
    this._provideRing();
    return super.send(bytes, start, end, span);
  }

  override get writable(): number {
    return this._messaging !== undefined && this._messaging.isWaiting ? 0 : super.writable;
  }

  /** Octets that no transport has taken yet: framing included, and messages that wait. */
  override get bufferedAmount(): number {
    return super.bufferedAmount + (this._messaging?.queue.length ?? 0);
  }

  /**
   * Begins the closing handshake behind all that was sent, messages that wait included; `reason` is text, or UTF-8. See
   * {@link Endpoint.close}.
   */
  override close(
    code = 0,
    given: string | Uint8Array = NO_REASON,
    start = 0,
    to: number | undefined = undefined,
  ): number {
    // What cannot become a number would throw a TypeError that names nothing.
    if (typeof code !== 'number') return ErrorId.closeCodeRefused;
    const reason = typeof given === 'string' ? nodeText.encode(given) : given;
    if (!hasOctets(reason)) return ErrorId.argumentInvalid;
    const end = to ?? reason.length;
    const messaging = this._messaging;
    if (messaging === undefined || !messaging.isWaiting || this.state !== State.open)
      return super.close(code, reason, start, end);
    const fault = faultOfReason(code, reason, start, end);
    if (fault !== ErrorId.none) return fault;
    if (messaging.isClosing) return ErrorId.notOpen;
    messaging.closeBehind(code, copyOf(reason, start, end));
    return ErrorId.none;
  }

  // --- For what is below ---------------------------------------------------------------------------------

  /** Has whole messages put together, whose length is bounded. */
  protected _collects(onMessage?: Messaging<Target>['onMessage']): Messaging<Target> {
    const limits = this._limits;
    if (limits.maxMessageSize === Number.MAX_SAFE_INTEGER)
      this._limits = { ...limits, maxMessageSize: LONGEST_MESSAGE };
    const messaging = this._having();
    messaging.onMessage ??= onMessage;
    return messaging;
  }

  protected _having(): Messaging<Target> {
    if (this._messaging === undefined) {
      const messenger = new Frames<Target>(this);
      this._messaging = new Messaging(messenger, this._events as Messaging<Target>, this._mostWaiting);
      if (this.state === State.closed) this._messaging.over();
      this._events = this._messaging;
    }
    return this._messaging;
  }

  /** Frames of what waits: in the place of `send`, `writable`, `close` and `bufferedAmount`, which are the application's. */
  _sendFrame(bytes: Uint8Array, start: number, end: number, span: number): number {
    this._provideRing();
    return super.send(bytes, start, end, span);
  }

  get _frameRoom(): number {
    return super.writable;
  }

  _closeNow(code: number, reason: Uint8Array): void {
    super.close(code, reason);
  }

  get _inTransit(): number {
    return super.bufferedAmount;
  }

  protected override _announce(): void {
    const messaging = this._messaging;
    if (messaging !== undefined && messaging.isWaiting) {
      this._pumping &= ~Pumping.taken;
      messaging.pump();
      this._flush();
      // More fits when that has left, which is announced in a turn of its own.
      if (messaging.isWaiting) return;
    }
    super._announce();
  }
}

/** What waits sends its frames by this. */
class Frames<Target> implements Messenger {
  readonly #endpoint: MessageEndpoint<Target>;

  constructor(endpoint: MessageEndpoint<Target>) {
    this.#endpoint = endpoint;
  }

  get writable(): number {
    return this.#endpoint._frameRoom;
  }

  get inTransit(): number {
    return this.#endpoint._inTransit;
  }

  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    return this.#endpoint._sendFrame(bytes, start, end, span);
  }

  closeNow(code: number, reason: Uint8Array): void {
    this.#endpoint._closeNow(code, reason);
  }
}
