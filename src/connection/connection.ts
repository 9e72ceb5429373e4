import { ErrorId, type Failure } from '../errors.ts';
import { CloseCode, closeCodeOf } from '../frame/close-code.ts';
import { Opcode } from '../frame/opcode.ts';
import { decodeUtf8 } from '../frame/utf8.ts';
import type { Opening } from '../handshake/opening.ts';
import { outcomeOf } from '../handshake/outcome.ts';
import { isGivenRange } from './given.ts';
import { faultOfClose, faultOfReason } from './control.ts';
import { acknowledge, Deadline, Due, elapse, nextTick } from './deadlines.ts';
import { BufferSize, type ConnectionOptions } from './options.ts';
import { Place, Pumping, Reading, Register, Sending, State } from './record.ts';
import { Receiver, Stop } from './receiver.ts';

const NO_REASON = new Uint8Array(0);

/**
 * The life of a connection, RFC 6455 §4 and §7: it acts on what the sender and the receiver return. Octets come and go by
 * `_take` and the ring, time by `tick`; who moves them is `client/pump.ts`, or the owner of a `SansIoConnection`.
 *
 * What an event throws leaves the method that the event came from, after everything that belongs to the event: the
 * connection is as intact as without it.
 */
export class Connection<Target = unknown> extends Receiver<Target> implements Failure {
  constructor() {
    super();
  }

  protected override _begin(options: ConnectionOptions<Target>): void {
    super._begin(options);
    const words = this._words;
    const source = this._source;
    const limits = this._limits;
    words[Register.closeCode] = CloseCode.abnormal;
    if (options.opening) {
      this._handshake = options.opening({
        random: source.random,
        longestLine: options.receiveBuffer ?? BufferSize.receive,
        limit: limits.maxHeadSize,
        compression: this._compression,
      });
    }
    this._waitFor(Deadline.connect);
  }

  // --- What is known -------------------------------------------------------------------------------------

  /** Of {@link State}. */
  get state(): number {
    return this._state;
  }

  /** The negotiated subprotocol; empty for none. */
  get protocol(): string {
    return this._handshake.protocol;
  }

  /** Status of the handshake's response; 0 before there is one. */
  get httpStatus(): number {
    return this._handshake.status;
  }

  /** Where a redirection led to (client role). */
  get location(): string {
    return this._handshake.location;
  }

  /** When a refused client may come again, as the server wrote it. */
  get retryAfter(): string {
    return this._handshake.retryAfter;
  }

  /** Path and query that the client asked for (server role). */
  get path(): string {
    return this._handshake.path;
  }

  /** The peer's close code, see `onClose`. */
  get closeCode(): number {
    return this._words[Register.closeCode];
  }

  /** The peer's reason for closing; it is decoded now. */
  get closeReason(): string {
    return decodeUtf8(this.memory, Place.controlIn + 2, this._words[Register.reasonEnd]);
  }

  /** Error id of what went wrong; 0 while all is well. */
  get error(): number {
    return this._words[Register.error];
  }

  // --- The opening handshake -----------------------------------------------------------------------------

  /** The transport carries octets: begins the opening handshake, or opens at once where there is none. */
  opened(): void {
    if (this._state !== State.connecting) return;
    this._state = State.handshake;
    this._waitFor(Deadline.handshake);
    const opening = this._opening;
    if (!opening) {
      this._becomeOpen();
      this._events.onOpen(this._target);
      return;
    }
    try {
      opening.begin();
    } catch {
      this._fail(ErrorId.randomFailed);
      return;
    }
    this._beginText();
  }

  /** Our half of the opening handshake while it is at work; undefined where there is none, and afterwards. */
  private get _opening(): Opening | undefined {
    const handshake = this._handshake;
    // eslint-disable-next-line no-restricted-syntax -- a few times a connection, at its beginning
    return 'done' in handshake ? handshake : undefined;
  }

  /** Has what we send of the opening handshake sent, in front of all frames. */
  private _beginText(): void {
    this._sending |= Sending.text;
    this._arrange();
  }

  /** Reads `bytes[_at, end)` as far as the head of the opening handshake goes. Returns whether the connection is open now. */
  private _readHead(bytes: Uint8Array, end: number): boolean {
    const opening = this._opening!;
    let position = -ErrorId.requestRefused;
    try {
      position = opening.read(bytes, this._at, end);
    } finally {
      // A server's hook may have thrown.
      if (position < 0) this._fail(-position);
    }
    if (position < 0) return false;
    this._at = position;
    if (!opening.done) return false;
    this._beginText();
    this._becomeOpen();
    return true;
  }

  private _becomeOpen(): void {
    this._state = State.open;
    this._reading &= ~Reading.opening;
    // What the handshake needed is free for the application, once it has been sent.
    if (!(this._sending & Sending.text)) this._handshake = outcomeOf(this._handshake);
    if (this._compression?.isAgreed === false) this._compression = undefined;
    if (!this._peerMask && !this._compression) this._sending &= ~Sending.general;
    this._waitFor(Deadline.none);
  }

  // --- Octets in -----------------------------------------------------------------------------------------

  /**
   * Octets arrived, `bytes[_at, end)`, whose memory `words` covers, too. Parses them where they lie, masks in
   * place, and delivers what they mean; `_at` says how far. Returns `opened` or `crowded` if it has to be called again for
   * the rest, after what these ask for: the stack is short there, and `onOpen` is where applications begin to send.
   */
  protected _take(bytes: Uint8Array, words: Int32Array, end: number): Stop {
    this._pumping &= ~Pumping.drained;
    if (this._writeAt === this._readAt) this._pumping |= Pumping.drained;
    if (end !== this._at) this._pumping |= Pumping.heard;
    if (this._state === State.handshake && this._readHead(bytes, end)) return Stop.opened;
    let stop: Stop = Stop.held;
    if (this._state > State.handshake) {
      this._reading &= ~Reading.partial;
      do {
        if (!this._reading) {
          this._parseWhole(bytes, words, end);
          stop = Stop.dry;
          if (this._at === end || this._reading & Reading.partial) break;
        }
        stop = this._parse(bytes, words, end);
        if (stop === Stop.fault) this._fail(this._words[Register.detail]);
        else if (stop === Stop.control && this._meetControl(this._words[Register.first] & 0x0f))
          return Stop.crowded;
      } while (stop >= Stop.control);
    }
    if (this._reading & Reading.ended || this._sending & Sending.ended) this._afterInput(end);
    return stop;
  }

  /**
   * A whole control frame has come: answers it and reports it, RFC 6455 §5.5. Returns whether its Pong waits and the next
   * Ping would take its place.
   */
  private _meetControl(opcode: number): boolean {
    const memory = this.memory;
    const words = this._words;
    const start: number = Place.controlIn;
    const end = start + words[Register.detail];
    let isCrowded = false;
    if (opcode === Opcode.ping) {
      isCrowded = this._state === State.open && this._pong(start, end);
    } else if (opcode === Opcode.pong) {
      if (end === start + 4) acknowledge(words, words[Place.controlIn >> 2]);
    } else {
      const fault = faultOfClose(memory, start, end);
      if (fault) {
        this._fail(fault);
        return false;
      }
      const code = end === start ? 0 : (memory[start] << 8) | memory[start + 1];
      words[Register.closeCode] = code || CloseCode.noStatus;
      words[Register.reasonEnd] = end === start ? 0 : end;
      // The answer carries the same code and reason (§5.5.1).
      this._queueClose(code, memory, start + 2, end);
      this._endSoon();
    }
    this._events.onControl(this._target, opcode, memory, start, end);
    return isCrowded;
  }

  /** What is due after input when the transport has ended, or all is over. */
  private _afterInput(end: number): void {
    const ended = this._words[Register.ended];
    if (!this.paused && ended) this._endTransport(ended - 1);
    if (this._state < State.ending) return;
    // Nobody looks at what comes when all is over.
    this._at = end;
    this._finishServer();
  }

  /** A failure is reported at once; what came before an end in order is delivered first, to whoever resumes. */
  protected _endTransport(failure: number): void {
    const state = this._state;
    if (state === State.closed) return;
    if (state === State.ending) this._endAll();
    else if (failure) this._abort(failure);
    else if (this.paused && this._hasMore) {
      this._words[Register.ended] = failure + 1;
      this._sending |= Sending.ended;
    } else if (state === State.connecting) this._abort(ErrorId.connectFailed);
    else this._abort(state === State.handshake ? ErrorId.handshakeEnded : ErrorId.transportEnded);
  }

  // --- Octets out ----------------------------------------------------------------------------------------

  /**
   * Sends `bytes[start, end)` as one frame of a message. `span`: Span.binary (1) or text (0), which the first frame of a
   * message decides; Span.more (2) leaves the message open for further fragments. Returns 0, or an error id having sent
   * nothing: `notOpen`, `argumentInvalid`, `writeTooLong` if it does not fit now (see `writable`), `randomFailed`. Throws a
   * RingletError for what is no Uint8Array.
   */
  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (!isGivenRange(bytes, start, end) || span & ~3 || span !== (span | 0)) return ErrorId.argumentInvalid;
    return this._state === State.open ? this._sendFragment(bytes, start, end, span) : ErrorId.notOpen;
  }

  /** How many octets lie at `outputStart`, for the transport to take; 0 for none. */
  get output(): number {
    return this._state === State.closed || this._words[Register.due] ? 0 : this._arrange();
  }

  /** The transport took `count` octets of the output. */
  protected _sent(count: number): void {
    this._release(count);
    this._pumping |= Pumping.moved;
    this._finishServer();
  }

  // --- The closing handshake -----------------------------------------------------------------------------

  /**
   * Begins the closing handshake with `code` (0 for none) and a reason in UTF-8. What was sent before goes out first. A
   * receiver that is paused, or pauses from now on, misses the data that still come, so that the peer's answer behind them
   * is found; what `receive` did not consume is to be offered again. Returns 0 or an error id:
   * `closeCodeRefused`, `closeReasonTooLong`, `closeReasonInvalid`, `notOpen`, `argumentInvalid`. Throws a RingletError for a
   * reason that is no Uint8Array.
   */
  close(code = 0, reason: Uint8Array = NO_REASON, start = 0, end = reason?.length): number {
    const fault = faultOfReason(code, reason, start, end);
    if (fault) return fault;
    if (this._state !== State.open) return ErrorId.notOpen;
    this._queueClose(code, reason, start, end);
    this._state = State.closing;
    if (this.paused || this._spanStart !== this._spanEnd) {
      this._reading = (this._reading & ~Reading.paused) | Reading.discards;
      // What the transport holds back is to be read, see `pump.ts`.
      this._pumping |= Pumping.resumes;
    }
    this._waitFor(Deadline.close);
    return 0;
  }

  /** Whether everything is sent and the transport is to be ended, while what the peer still sends is discarded. */
  get shouldEnd(): boolean {
    return this._state === State.ending && this._peerMask !== 0 && this._isFlushed;
  }

  /** Whether everything that was accepted has left the ring. */
  protected get _isFlushed(): boolean {
    return this._writeAt === this._readAt && (this._sending & Sending.pending) === 0;
  }

  /** A server drops the connection itself, as soon as the closing handshake is done (RFC 6455 §7.1.1). */
  private _finishServer(): void {
    if (this.shouldEnd && !this.error && !this._words[Register.due]) this._endAll();
  }

  /** Ends everything at once, without a Close frame and without an event. */
  drop(): void {
    this._drop();
  }

  /**
   * The same for our own files: XS links the `drop` of its iterators into the flash of a device whose bundle has that name,
   * with all that they need.
   */
  _drop(): void {
    this._state = State.closed;
    this._endInput();
  }

  // --- Faults and deadlines ------------------------------------------------------------------------------

  /** The time is `now`, in monotonic milliseconds; returns after how many of them to be called again, 0 for never. */
  tick(now: number): number {
    if (this._state === State.closed) return 0;
    const words = this._words;
    const limits = this._limits;
    const hasEnded = words[Register.ended] !== 0 || words[Register.streamEnded] !== 0;
    const signs = this._pumping | (this.paused ? Pumping.wasPaused : 0);
    this._pumping &= ~Pumping.sinceTick;
    const due =
      words[Register.due] || elapse(this.memory, limits, now, signs, hasEnded || !this._isFlushed, words);
    if (due === Due.ping) this._ping();
    else if (due === ErrorId.closeTimeout && this._state === State.ending) this._endAll();
    // Nobody resumed to take what came before the transport ended.
    else if (due) this._abort(hasEnded ? ErrorId.transportEnded : due);
    if ((this._state as State) === State.closed) return 0;
    return nextTick(this.memory, limits, hasEnded || !this._isFlushed, words);
  }

  /** Fails the connection, RFC 6455 §7.1.7: a Close if there is a code for it, then the end. */
  private _fail(fault: ErrorId): void {
    const words = this._words;
    const refuses = this._state === State.handshake && this._opening?.refuses(fault) === true;
    const code = closeCodeOf(fault);
    words[Register.error] = fault;
    words[Register.closeCode] = CloseCode.abnormal;
    if (refuses) this._beginText();
    else if (code) this._queueClose(code, NO_REASON, 0, 0);
    if (refuses || code) this._endSoon();
    else this._endAll();
  }

  /** Ends at once for the reason `error`, without waiting for anything. */
  private _abort(error: ErrorId): void {
    const words = this._words;
    words[Register.error] ||= error;
    words[Register.closeCode] = CloseCode.abnormal;
    this._endAll();
  }

  private _endAll(): void {
    const words = this._words;
    words[Register.error] ||= words[Register.due];
    this._state = State.closed;
    this._endInput();
    this._events.onClose(this._target, words[Register.closeCode], words[Register.error]);
  }
}
