import { CloseCode, isWireCloseCode } from '../frame/close-code.ts';
import { CONTROL_LIMIT, HeadBit, Opcode } from '../frame/opcode.ts';
import { decodeUtf8, stepUtf8, UTF8_ACCEPT } from '../frame/utf8.ts';
import type { Opening } from '../handshake/opening.ts';
import { type HandshakeOutcome, NO_OUTCOME, outcomeOf } from '../handshake/outcome.ts';
import { Deadlines, PING_DUE, Wait } from './deadlines.ts';
import { closeCodeOf, ErrorId, type Failure } from './errors.ts';
import { Span } from './events.ts';
import { Sending } from './sending.ts';
import { State } from './state.ts';
import { Place, Register } from './layout.ts';
import { type ConnectionOptions, limitsOf, RECEIVE_BUFFER, sizeOf, TRANSMIT_BUFFER } from './options.ts';

export { State } from './state.ts';

/** Longest reason of a Close frame in octets, RFC 6455 §5.5 less the code. */
const REASON_LIMIT = CONTROL_LIMIT - 2;

const NOTHING = new Uint8Array(0);

/** Views of memory that input lies in, if it is not the connection's own. */
interface Foreign {
  /** What the input was given in, and where that begins. */
  readonly view: Uint8Array;
  readonly offset: number;
  /** All of its buffer. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

/**
 * A WebSocket connection without input and output of its own: octets in, octets out, events, and the time told
 * from outside. Whoever owns it
 * - calls `opened` when the transport carries octets, `receive` with what arrived, `transportClosed` at its end;
 * - after each call, while `output` is not 0, hands `memory[outputStart, outputStart + output)` to the transport
 *   and says by `sent` how many octets it took;
 * - then looks at `shouldEnd` and, when `state` is closed, releases the transport;
 * - calls `tick` after as many milliseconds as the last `tick` returned, and whenever the state changed.
 *
 * What an event throws leaves the method that the event came from; the connection is as intact as without it, and
 * the owner goes on with what is behind `position`.
 *
 * Everything is allocated here, in the constructor, and for the opening handshake; nothing afterwards.
 */
export class Connection<Target = unknown> extends Deadlines<Target> implements Failure {
  /** Our half of the opening handshake, and then what it came to. */
  #handshake: Opening | HandshakeOutcome = NO_OUTCOME;
  declare private foreign: Foreign | undefined;

  constructor(options: ConnectionOptions<Target>) {
    const receiveBuffer = sizeOf('receiveBuffer', options.receiveBuffer ?? RECEIVE_BUFFER);
    const transmitBuffer = sizeOf('transmitBuffer', options.transmitBuffer ?? TRANSMIT_BUFFER);
    const { compression, opening } = options;
    const source = options.source ?? options;
    const whole = options.whole ?? 0;
    const windows = Place.ring + transmitBuffer;
    const input = windows + (compression?.memory ?? 0) + whole;
    super(
      bufferOf(input + receiveBuffer + (options.staging ?? 0), options.resizable ?? false),
      transmitBuffer,
      options.role === 'client',
      source,
      options.events,
      options.target,
      options.limits ?? limitsOf(options),
      whole,
      options.takesSpans ?? false,
    );
    this.words[Register.closeCode] = CloseCode.abnormal;
    if (compression !== undefined) this.compression = compression.create(this.memory, windows);
    if (opening !== undefined) {
      this.#handshake = opening({
        random: source.random,
        scratch: this.memory,
        start: input,
        end: input + receiveBuffer,
        limit: this.limits.maxHeadSize,
        compression: this.compression,
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
    return this.#handshake.protocol;
  }

  /** Status of the handshake's response; 0 before there is one. */
  get httpStatus(): number {
    return this.#handshake.status;
  }

  /** Where a redirection led to (client role). */
  get location(): string {
    return this.#handshake.location;
  }

  /** When a refused client may come again, as the server wrote it. */
  get retryAfter(): string {
    return this.#handshake.retryAfter;
  }

  /** Path and query that the client asked for (server role). */
  get path(): string {
    return this.#handshake.path;
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

  // --- Octets in -----------------------------------------------------------------------------------------

  /** The transport carries octets: begins the opening handshake, or opens at once where there is none. */
  opened(): void {
    if (this.stage !== State.connecting) return;
    this.stage = State.handshake;
    this.waitFor(Wait.handshake);
    const opening = this.#opening;
    if (opening === undefined) {
      this.#open();
      return;
    }
    try {
      opening.begin();
    } catch {
      this.fail(ErrorId.randomFailed);
      return;
    }
    if (opening.text !== undefined) this.begin(opening.text);
  }

  /**
   * Octets arrived. Parses them where they lie, masks in place, and delivers what they mean. Returns `position`:
   * the end, unless the receiver paused. The octets behind it are to be offered again after `resume`, as they were
   * left.
   */
  receive(bytes: Uint8Array, start: number, end: number): number {
    if (bytes === this.memory) {
      this.words[Register.offset] = 0;
      return this.take(bytes, this.words, start, end);
    }
    // To ask a view for its buffer and offset takes longer than to parse a small message.
    const foreign = this.foreign?.view === bytes ? this.foreign : this.#cover(bytes);
    const { offset } = foreign;
    this.words[Register.offset] = offset;
    return this.take(foreign.bytes, foreign.words, start + offset, end + offset) - offset;
  }

  /** The same for memory from its first octet on, which `words` covers, too. */
  protected take(bytes: Uint8Array, words: Int32Array, start: number, end: number): number {
    const own = this.words;
    this.at = start;
    own[Register.heard] = 1 + this.tail - this.head;
    if (this.stage !== State.open) {
      if (this.stage === State.handshake) this.#readHead(bytes, end);
      if ((this.stage as State) === State.open || this.stage === State.closing) {
        this.parse(bytes, words, this.at, end);
      }
    } else this.parse(bytes, words, start, end);
    if (this.hold !== 0 || (this.sending & Sending.ended) !== 0) this.#afterInput(end);
    return this.at;
  }

  /** What is due after input when the receiver paused, or all is over. */
  #afterInput(end: number): void {
    const ended = this.words[Register.ended];
    if (this.paused) this.stopHearing();
    else if (ended !== 0) this.#endTransport(ended - 1);
    if (this.stage < State.ending) return;
    // Nobody looks at what comes when all is over.
    this.at = end;
    this.#finishServer();
  }

  /** How far the input of the last `receive` is consumed. */
  get position(): number {
    return this.at - this.words[Register.offset];
  }

  /** The transport has ended: by the peer (`failure` 0) or by a fault (an error id). */
  transportClosed(failure: number): void {
    this.#endTransport(failure);
  }

  #endTransport(failure: number): void {
    const state = this.stage;
    if (state === State.closed) return;
    if (state === State.ending) this.#finish();
    else if (state < State.ending && this.paused && this.waits) {
      // What came before the end is told before it.
      this.words[Register.ended] = failure + 1;
      this.sending |= Sending.ended;
    } else if (failure !== 0) this.#abort(failure);
    else if (state === State.connecting) this.#abort(ErrorId.connectFailed);
    else this.#abort(state === State.handshake ? ErrorId.handshakeEnded : ErrorId.transportEnded);
  }

  // --- Octets out ----------------------------------------------------------------------------------------

  /** How many octets lie at `outputStart`, for the transport to take; 0 for none. */
  get output(): number {
    return this.stage === State.closed || this.#due !== 0 ? 0 : this.arrange();
  }

  /** The transport took `count` octets of the output. */
  sent(count: number): void {
    this.leave(count);
    this.#finishServer();
  }

  /** Whether everything is sent and the transport is to be ended, while what the peer still sends is discarded. */
  get shouldEnd(): boolean {
    return this.stage === State.ending && !this.isClient && this.flushed;
  }

  /**
   * Sends `bytes[start, end)` as one frame of a message. `span`: Span.binary (1) or text (0); Span.more (2)
   * leaves the message open for further fragments. Returns 0, or an error id having sent nothing: `notOpen`,
   * `writeTooLong` if it does not fit now (see `writable`), `randomFailed`.
   */
  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (this.stage !== State.open) return ErrorId.notOpen;
    const opcode = (span & Span.binary) === 0 ? Opcode.text : Opcode.binary;
    if (this.encodeData(bytes, start, end, opcode, (span & Span.more) === 0)) return 0;
    return this.#due !== 0 ? this.#due : ErrorId.writeTooLong;
  }

  /** Sends a Ping (9) or Pong (10) of at most 125 octets. Returns 0 or an error id. */
  sendControl(opcode: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.stage !== State.open) return ErrorId.notOpen;
    if (opcode !== Opcode.ping && opcode !== Opcode.pong) return ErrorId.argumentInvalid;
    if (end - start > CONTROL_LIMIT) return ErrorId.controlPayloadTooLong;
    if (this.encode(HeadBit.fin | opcode, bytes, start, end)) return 0;
    return this.#due !== 0 ? this.#due : ErrorId.writeTooLong;
  }

  /**
   * Begins the closing handshake with `code` (0 for none) and a reason in UTF-8. Returns 0 or an error id.
   * What was sent before goes out first.
   */
  close(code = 0, reason: Uint8Array = NOTHING, start = 0, end = reason.length): number {
    if (code !== 0 && !isWireCloseCode(code)) return ErrorId.closeCodeRefused;
    if (end - start > REASON_LIMIT || (code === 0 && end !== start)) return ErrorId.closeReasonTooLong;
    if (!isUtf8(reason, start, end)) return ErrorId.closeReasonInvalid;
    if (this.stage !== State.open) return ErrorId.notOpen;
    this.queueClose(code, reason, start, end);
    this.stage = State.closing;
    this.waitFor(Wait.close);
    return 0;
  }

  /** Ends everything at once, without a Close frame and without an event. */
  drop(): void {
    this.stage = State.closed;
    this.endInput();
  }

  // --- Time ----------------------------------------------------------------------------------------------

  /** Tells the time in monotonic milliseconds; returns after how many of them to tell it again, 0 for never. */
  tick(now: number): number {
    if (this.stage === State.closed) return 0;
    const due = this.#due !== 0 ? this.#due : this.elapse(now);
    if (due === PING_DUE) this.ping();
    else if (due === ErrorId.closeTimeout && this.stage === State.ending) this.#finish();
    else if (due !== 0) this.#abort(due);
    return (this.stage as State) === State.closed ? 0 : this.next();
  }

  // --- Inside --------------------------------------------------------------------------------------------

  get #due(): number {
    return this.words[Register.due];
  }

  /** Our half of the opening handshake while it is at work; undefined where there is none, and afterwards. */
  get #opening(): Opening | undefined {
    const handshake = this.#handshake;
    return 'reader' in handshake ? handshake : undefined;
  }

  /** Views of the memory under `view`, from its first octet on: made once for every other view. */
  #cover(view: Uint8Array): Foreign {
    const { buffer, byteOffset: offset } = view;
    const bytes = view.byteLength === buffer.byteLength ? view : new Uint8Array(buffer);
    const foreign = { view, offset, bytes, words: new Int32Array(buffer, 0, buffer.byteLength >> 2) };
    this.foreign = foreign;
    return foreign;
  }

  /** Reads `bytes[at, end)` as far as the head of the opening handshake goes. */
  #readHead(bytes: Uint8Array, end: number): void {
    const opening = this.#opening;
    if (opening === undefined) return;
    let position = -ErrorId.requestRefused;
    try {
      position = opening.reader.read(bytes, this.at, end);
    } finally {
      // A server's hook may have thrown.
      if (position < 0) this.fail(-position);
    }
    if (position < 0) return;
    this.at = position;
    if (!opening.reader.done) return;
    if (!this.isClient && opening.text !== undefined) this.begin(opening.text);
    this.#open();
  }

  #open(): void {
    this.stage = State.open;
    // What the handshake needed is free for the application.
    this.#handshake = outcomeOf(this.#handshake);
    if (this.compression?.isAgreed === false) this.compression = undefined;
    this.allowFast();
    this.waitFor(Wait.none);
    this.events.onOpen(this.target);
  }

  /** A whole control frame has come: answers it and tells of it. RFC 6455 §5.5. */
  protected override control(opcode: number, end: number): void {
    const { memory, words } = this;
    if (opcode === Opcode.ping) {
      if (this.stage === State.open) this.pong(Place.controlIn, end);
    } else if (opcode === Opcode.pong) {
      if (end === Place.controlIn + 4 && words[Place.controlIn >> 2] === words[Register.pings])
        this.answered();
    } else {
      let code = 0;
      words[Register.closeCode] = CloseCode.noStatus;
      if (end !== Place.controlIn) {
        code = (memory[Place.controlIn] << 8) | memory[Place.controlIn + 1];
        const isSound = isWireCloseCode(code);
        if (!isSound || !isUtf8(memory, Place.controlIn + 2, end)) {
          this.fail(isSound ? ErrorId.closeReasonInvalid : ErrorId.closeCodeInvalid);
          return;
        }
        words[Register.closeCode] = code;
        words[Register.reasonEnd] = end;
      }
      // The answer carries the same code and reason (RFC 6455 §5.5.1).
      this.queueClose(code, memory, Place.controlIn + 2, end);
      this.#end();
    }
    this.events.onControl(this.target, opcode, memory, Place.controlIn, end);
  }

  /** Fails the connection, RFC 6455 §7.1.7: a Close if there is a code for it, then the end. */
  protected override fail(fault: ErrorId): void {
    this.words[Register.error] = fault;
    const refusal = this.stage === State.handshake ? this.#opening?.refuse(fault) : undefined;
    const code = closeCodeOf(fault);
    if (refusal !== undefined) this.begin(refusal);
    else if (code === 0) {
      this.#abort(fault);
      return;
    } else {
      this.words[Register.closeCode] = CloseCode.abnormal;
      this.queueClose(code, NOTHING, 0, 0);
    }
    this.#end();
  }

  /** Nothing more is parsed or accepted; what is queued still goes out. */
  #end(): void {
    this.stage = State.ending;
    this.endInput();
    this.waitFor(Wait.close);
  }

  /** The random source fails: stops everything; the next `tick` ends it. */
  protected override failSoon(): void {
    this.words[Register.due] = ErrorId.randomFailed;
    this.#end();
  }

  /** Ends at once for the reason `error`, without waiting for anything. */
  #abort(error: ErrorId): void {
    const { words } = this;
    if (words[Register.error] === 0) words[Register.error] = error;
    words[Register.closeCode] = CloseCode.abnormal;
    this.#finish();
  }

  /** A server drops the connection itself, as soon as the closing handshake is done (RFC 6455 §7.1.1). */
  #finishServer(): void {
    if (this.stage !== State.ending || this.isClient || this.error !== 0 || this.#due !== 0) return;
    if (this.flushed) this.#finish();
  }

  #finish(): void {
    const { words } = this;
    if (words[Register.error] === 0) words[Register.error] = words[Register.due];
    this.stage = State.closed;
    this.endInput();
    this.events.onClose(this.target, words[Register.closeCode], words[Register.error]);
  }
}

/** A buffer of `octets`; a resizable one can be made shorter, and as long again. */
function bufferOf(octets: number, resizable: boolean): ArrayBuffer {
  return resizable ? new ArrayBuffer(octets, { maxByteLength: octets }) : new ArrayBuffer(octets);
}

/** Whether `bytes[start, end)` is UTF-8 by itself. Reasons are short: octet by octet. */
function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  return stepUtf8(bytes, start, end, UTF8_ACCEPT) === UTF8_ACCEPT;
}
