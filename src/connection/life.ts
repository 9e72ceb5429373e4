import { CloseCode, isWireCloseCode } from '../frame/close-code.ts';
import { CONTROL_LIMIT, Opcode } from '../frame/opcode.ts';
import { decodeUtf8, stepUtf8, UTF8_ACCEPT } from '../frame/utf8.ts';
import type { Opening } from '../handshake/opening.ts';
import { outcomeOf } from '../handshake/outcome.ts';
import { Deadlines, PING_DUE, Wait } from './deadlines.ts';
import { closeCodeOf, ErrorId, type Failure } from '../errors.ts';
import { Place, Register } from './layout.ts';
import { type ConnectionOptions, RECEIVE_BUFFER } from './options.ts';
import { Sending } from './sending.ts';
import { State } from './state.ts';

/** Longest reason of a Close frame in octets, RFC 6455 §5.5 less the code. */
const REASON_LIMIT = CONTROL_LIMIT - 2;

/** What is told of beside data. */
export const enum Tell {
  open,
  control,
  close,
}

/**
 * The life of a connection: the opening handshake, the closing handshake, faults and deadlines, RFC 6455 §4, §7. What
 * an event throws leaves the method that the event came from; the connection is as intact as without it.
 */
export abstract class Life<Target> extends Deadlines<Target> implements Failure {
  constructor(options: ConnectionOptions<Target>) {
    super(options);
    const { source, limits, compression } = this;
    this.words[Register.closeCode] = CloseCode.abnormal;
    if (options.opening) {
      this.handshake = options.opening({
        random: source.random,
        longestLine: options.receiveBuffer ?? RECEIVE_BUFFER,
        limit: limits.maxHeadSize,
        compression,
      });
    }
    this.waitFor(Wait.connect);
  }

  // --- What is known -------------------------------------------------------------------------------------

  get state(): number {
    return this.stage;
  }

  /** The negotiated subprotocol; empty for none. */
  get protocol(): string {
    return this.handshake.protocol;
  }

  /** Status of the handshake's response; 0 before there is one. */
  get httpStatus(): number {
    return this.handshake.status;
  }

  /** Where a redirection led to (client role). */
  get location(): string {
    return this.handshake.location;
  }

  /** When a refused client may come again, as the server wrote it. */
  get retryAfter(): string {
    return this.handshake.retryAfter;
  }

  /** Path and query that the client asked for (server role). */
  get path(): string {
    return this.handshake.path;
  }

  /** The peer's close code, see `onClose`. */
  get closeCode(): number {
    return this.words[Register.closeCode];
  }

  /** The peer's reason for closing; it is decoded now. */
  get closeReason(): string {
    return decodeUtf8(this.memory, Place.controlIn + 2, this.words[Register.reasonEnd]);
  }

  /** Error id of what went wrong; 0 while all is well. */
  get error(): number {
    return this.words[Register.error];
  }

  // --- The transport -------------------------------------------------------------------------------------

  /** The transport carries octets: begins the opening handshake, or opens at once where there is none. */
  opened(): void {
    if (this.stage !== State.connecting) return;
    this.stage = State.handshake;
    this.waitFor(Wait.handshake);
    const opening = this.#opening;
    if (!opening) {
      this.#open();
      return;
    }
    try {
      opening.begin();
    } catch {
      this.fail(ErrorId.randomFailed);
      return;
    }
    this.begin();
  }

  /**
   * Octets arrived in memory from its first octet on, which `words` covers, too. Parses them where they lie, masks in
   * place, and delivers what they mean; `at` tells how far.
   */
  protected take(bytes: Uint8Array, words: Int32Array, start: number, end: number): void {
    this.at = start;
    this.words[Register.heard] = 1 + this.tail - this.head;
    if (this.stage === State.handshake) this.#readHead(bytes, end);
    if (this.stage > State.handshake) this.parse(bytes, words, this.at, end);
    if (this.hold !== 0 || (this.sending & Sending.ended) !== 0) this.#afterInput(end);
  }

  /** What is due after input when the receiver paused, or all is over. */
  #afterInput(end: number): void {
    const ended = this.words[Register.ended];
    if (this.paused) this.stopHearing();
    else if (ended !== 0) this.endTransport(ended - 1);
    if (this.stage < State.ending) return;
    // Nobody looks at what comes when all is over.
    this.at = end;
    this.#finishServer();
  }

  /** The transport has ended: by the peer (`failure` 0) or by a fault (an error id). */
  protected endTransport(failure: number): void {
    const { stage } = this;
    if (stage === State.closed) return;
    if (stage === State.ending) this.#finish();
    else if (this.paused && this.waits) {
      // What came before the end is told before it.
      this.words[Register.ended] = failure + 1;
      this.sending |= Sending.ended;
    } else if (failure !== 0) this.#abort(failure);
    else if (stage === State.connecting) this.#abort(ErrorId.connectFailed);
    else this.#abort(stage === State.handshake ? ErrorId.handshakeEnded : ErrorId.transportEnded);
  }

  /** How many octets lie at `outputStart`, for the transport to take; 0 for none. */
  get output(): number {
    return this.stage === State.closed || this.words[Register.due] !== 0 ? 0 : this.arrange();
  }

  /** The transport took `count` octets of the output. */
  sent(count: number): void {
    this.leave(count);
    this.#finishServer();
  }

  /** Whether everything that was accepted has left the ring. */
  get #isFlushed(): boolean {
    return this.tail === this.head && (this.sending & Sending.pending) === 0;
  }

  /** Whether everything is sent and the transport is to be ended, while what the peer still sends is discarded. */
  get shouldEnd(): boolean {
    return this.stage === State.ending && this.maskBit === 0 && this.#isFlushed;
  }

  /**
   * Begins the closing handshake with `code` (0 for none) and a reason in UTF-8. Returns 0 or an error id.
   * What was sent before goes out first.
   */
  close(code = 0, reason?: Uint8Array, start = 0, end = reason?.length ?? 0): number {
    const bytes = reason ?? this.memory;
    if (code !== 0 && !isWireCloseCode(code)) return ErrorId.closeCodeRefused;
    if (end - start > (code === 0 ? 0 : REASON_LIMIT)) return ErrorId.closeReasonTooLong;
    if (!isUtf8(bytes, start, end)) return ErrorId.closeReasonInvalid;
    if (this.stage !== State.open) return ErrorId.notOpen;
    this.queueClose(code, bytes, start, end);
    this.stage = State.closing;
    this.waitFor(Wait.close);
    this.accepted();
    return 0;
  }

  /** Ends everything at once, without a Close frame and without an event. */
  drop(): void {
    this.stage = State.closed;
    this.endInput();
  }

  /** Tells the time in monotonic milliseconds; returns after how many of them to tell it again, 0 for never. */
  tick(now: number): number {
    if (this.stage === State.closed) return 0;
    const due = this.words[Register.due] || this.elapse(now);
    if (due === PING_DUE) this.ping();
    else if (due === ErrorId.closeTimeout && this.stage === State.ending) this.#finish();
    else if (due !== 0) this.#abort(due);
    return (this.stage as State) === State.closed ? 0 : this.next();
  }

  // --- Inside --------------------------------------------------------------------------------------------

  /** Tells of something beside data; what the event throws leaves this. */
  protected tell(what: Tell, opcode = 0, end = 0): void {
    const { events, target, words } = this;
    if (what === Tell.open) events.onOpen(target);
    else if (what === Tell.control) events.onControl(target, opcode, this.memory, Place.controlIn, end);
    else events.onClose(target, words[Register.closeCode], words[Register.error]);
  }

  /** Our half of the opening handshake while it is at work; undefined where there is none, and afterwards. */
  get #opening(): Opening | undefined {
    const handshake = this.handshake;
    return 'done' in handshake ? handshake : undefined;
  }

  /** Reads `bytes[at, end)` as far as the head of the opening handshake goes. */
  #readHead(bytes: Uint8Array, end: number): void {
    const opening = this.#opening!;
    let position = -ErrorId.requestRefused;
    try {
      position = opening.read(bytes, this.at, end);
    } finally {
      // A server's hook may have thrown.
      if (position < 0) this.fail(-position);
    }
    if (position < 0) return;
    this.at = position;
    if (!opening.done) return;
    this.begin();
    this.#open();
  }

  #open(): void {
    this.stage = State.open;
    // What the handshake needed is free for the application, once it has been sent.
    if ((this.sending & Sending.text) === 0) this.handshake = outcomeOf(this.handshake);
    if (this.compression?.isAgreed === false) this.compression = undefined;
    // While `sending` is 0, whatever fits is a frame that is masked and nothing else.
    if (this.maskBit !== 0 && !this.compression) this.sending &= ~Sending.general;
    this.waitFor(Wait.none);
    this.tell(Tell.open);
  }

  /** A whole control frame has come: answers it and tells of it. RFC 6455 §5.5. */
  protected override control(opcode: number, end: number): void {
    const { memory, words } = this;
    const start: number = Place.controlIn;
    if (opcode === Opcode.ping) {
      if (this.stage === State.open) this.pong(start, end);
    } else if (opcode === Opcode.pong) {
      if (end === start + 4 && words[Place.controlIn >> 2] === words[Register.pings]) this.answered();
    } else {
      let code = 0;
      words[Register.closeCode] = CloseCode.noStatus;
      if (end !== start) {
        words[Register.closeCode] = code = (memory[start] << 8) | memory[start + 1];
        const isSound = isWireCloseCode(code);
        if (!isSound || !isUtf8(memory, start + 2, end)) {
          this.fail(isSound ? ErrorId.closeReasonInvalid : ErrorId.closeCodeInvalid);
          return;
        }
        words[Register.reasonEnd] = end;
      }
      // The answer carries the same code and reason (RFC 6455 §5.5.1).
      this.queueClose(code, memory, start + 2, end);
      this.#end();
    }
    this.tell(Tell.control, opcode, end);
  }

  /** Fails the connection, RFC 6455 §7.1.7: a Close if there is a code for it, then the end. */
  protected override fail(fault: ErrorId): void {
    const { words } = this;
    const refuses = this.stage === State.handshake && this.#opening?.refuses(fault) === true;
    const code = closeCodeOf(fault);
    words[Register.error] = fault;
    words[Register.closeCode] = CloseCode.abnormal;
    if (refuses) this.begin();
    else if (code !== 0) this.queueClose(code, this.memory, 0, 0);
    if (refuses || code !== 0) this.#end();
    else this.#finish();
  }

  /** Nothing more is parsed or accepted; what is queued still goes out. */
  #end(): void {
    this.stage = State.ending;
    this.endInput();
    this.waitFor(Wait.close);
  }

  /** Stops everything; the next `tick` ends it. */
  protected override failSoon(fault: ErrorId): void {
    this.words[Register.due] = fault;
    this.#end();
  }

  /** Ends at once for the reason `error`, without waiting for anything. */
  #abort(error: ErrorId): void {
    const { words } = this;
    words[Register.error] ||= error;
    words[Register.closeCode] = CloseCode.abnormal;
    this.#finish();
  }

  /** A server drops the connection itself, as soon as the closing handshake is done (RFC 6455 §7.1.1). */
  #finishServer(): void {
    if (this.shouldEnd && this.error === 0 && this.words[Register.due] === 0) this.#finish();
  }

  #finish(): void {
    const { words } = this;
    words[Register.error] ||= words[Register.due];
    this.stage = State.closed;
    this.endInput();
    this.tell(Tell.close);
  }
}

/** Whether `bytes[start, end)` is UTF-8 by itself. Reasons are short: octet by octet. */
function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  return stepUtf8(bytes, start, end, UTF8_ACCEPT) === UTF8_ACCEPT;
}
