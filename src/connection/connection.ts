import { CloseCode, isWireCloseCode } from '../frame/close-code.ts';
import { copyWords } from '../frame/copy.ts';
import { Memory } from '../frame/memory.ts';
import { CONTROL_LIMIT, Opcode } from '../frame/opcode.ts';
import type { Opening, OpeningFactory } from '../handshake/opening.ts';
import { type HandshakeOutcome, NO_OUTCOME, outcomeOf } from '../handshake/outcome.ts';
import { faultOfClose, isUtf8, REASON_LIMIT } from './closing.ts';
import { Deadlines, PING_DUE, Wait } from './deadlines.ts';
import type { Compression } from './compression.ts';
import { closeCodeOf, ErrorId } from './errors.ts';
import { type ConnectionEvents, Span } from './events.ts';
import { Inbound, INBOUND_MEMORY, Stop } from './inbound.ts';
import type { Limits } from './limits.ts';
import { type ConnectionOptions, limitsOf, ringSize } from './options.ts';
import { Outbound, OUTBOUND_MEMORY } from './outbound.ts';
import { Ring } from './ring.ts';

/** The life of a connection, in order. */
export const enum State {
  /** The transport is not there yet. */
  connecting,
  /** The opening handshake is under way. */
  handshake,
  open,
  /** Our Close is on its way, the peer's is awaited. */
  closing,
  /** Nothing more is parsed; what is left to send goes out, then the transport ends. */
  ending,
  closed,
}

const NOTHING = new Uint8Array(0);

/**
 * A WebSocket connection without input and output of its own: octets in, octets out, events, and the time told
 * from outside. Whoever owns it
 * - calls `opened` when the transport carries octets, `receive` with what arrived, `transportClosed` at its end;
 * - after each call, while `output` is not 0, hands `outputBytes[outputStart, outputStart + output)` to the
 *   transport and says by `sent` how many octets it took;
 * - then looks at `shouldEnd` and, when `state` is closed, releases the transport;
 * - calls `tick` after `nextTick` milliseconds, and whenever the state changed.
 *
 * Everything is allocated here, in the constructor, and for the opening handshake; nothing afterwards.
 */
export class Connection<Target = unknown> {
  readonly #events: ConnectionEvents<Target>;
  readonly #target: Target;
  readonly #random: () => number;
  readonly #limits: Limits;
  readonly #memory: Memory;
  /** Memory that input lay in, if it was not our own. */
  #foreign: Memory | undefined;
  /** The view of it that the input last came in, and the view's offset. */
  #view: Uint8Array | undefined;
  #offset = 0;
  /** Input that waits for the receiver. */
  readonly #ring: Ring;
  readonly #retain: boolean;
  readonly #inbound: Inbound<Target>;
  readonly #outbound: Outbound;
  readonly #deadlines: Deadlines;
  /** Makes our half of the opening handshake; undefined once it is done, or where there is none. */
  #makeOpening: OpeningFactory | undefined;
  readonly #isClient: boolean;
  readonly #receiveBuffer: number;
  /** What compresses, if that is to be negotiated. */
  readonly #compression: Compression | undefined;
  /** The half of the opening handshake that is ours, until the connection is open. */
  #opening: Opening | undefined;
  #outcome: HandshakeOutcome = NO_OUTCOME;
  #state = State.connecting;
  /** Octets at the head of the receive ring that the receiver still looks at. */
  #held = 0;
  /** Payload of our last Ping. */
  #pings = 0;
  #closeCode: number = CloseCode.abnormal;
  #error = ErrorId.none;
  /** A fault that the next `tick` tells of, because no event may come from inside what found it. */
  #due = ErrorId.none;
  /** Whether `receive` or `resume` is at work: what an event calls must not begin again inside. */
  #busy = false;
  /** What `transportClosed` said while input still waited; −1 if it said nothing. */
  #transportEnd = -1;
  /** First exception that left an event of this `receive`. */
  #thrown: unknown;
  #hasThrown = false;
  /** Octets that the last `receive` consumed, told here too because it may throw what an event threw. */
  consumed = 0;

  constructor(options: ConnectionOptions<Target>) {
    const receiveBuffer = ringSize('receiveBuffer', options.receiveBuffer);
    const transmitBuffer = ringSize('transmitBuffer', options.transmitBuffer);
    const limits = options.limits ?? limitsOf(options);
    const isClient = options.role === 'client';
    const transmit = INBOUND_MEMORY + receiveBuffer;
    const staging = transmit + transmitBuffer + OUTBOUND_MEMORY;
    const windows = staging + (options.staging ?? 0);
    const memory = new Memory(new ArrayBuffer(windows + (options.compression?.memory ?? 0)));
    this.#events = options.events;
    this.#target = options.target;
    this.#random = options.random;
    this.#limits = limits;
    this.#memory = memory;
    this.#receiveBuffer = receiveBuffer;
    this.#ring = new Ring(memory, INBOUND_MEMORY, receiveBuffer);
    this.#retain = options.retain ?? false;
    this.#inbound = new Inbound(
      options.events,
      options.target,
      limits,
      memory,
      0,
      !isClient,
      options.validateLong,
    );
    this.#outbound = new Outbound(memory, transmit, transmitBuffer, isClient, options.random);
    this.#deadlines = new Deadlines(limits);
    this.#isClient = isClient;
    this.#makeOpening = options.opening;
    this.stagingStart = staging;
    this.#compression = options.compression?.create(memory.bytes, windows);
  }

  // --- What is known -------------------------------------------------------------------------------------

  get state(): number {
    return this.#state;
  }

  /** The negotiated subprotocol; empty for none. */
  get protocol(): string {
    return this.#outcome.protocol;
  }

  /** Status of the handshake's response; 0 before there is one. */
  get httpStatus(): number {
    return this.#outcome.status;
  }

  /** Where a redirection led to (client role). */
  get location(): string {
    return this.#outcome.location;
  }

  /** When a refused client may come again, as the server wrote it. */
  get retryAfter(): string {
    return this.#outcome.retryAfter;
  }

  /** Path and query that the client asked for (server role). */
  get path(): string {
    return this.#outcome.path;
  }

  /** The peer's close code, see `onClose`. */
  get closeCode(): number {
    return this.#closeCode;
  }

  /** Error id of what went wrong; 0 while all is well. */
  get error(): number {
    return this.#error;
  }

  /** Longest payload that `send` takes now; 0 unless the connection is open. */
  get writable(): number {
    return this.#state === State.open ? this.#outbound.writable : 0;
  }

  /** Octets that `receive` is sure to consume now. */
  get receivable(): number {
    return this.#state === State.open || this.#state === State.closing
      ? this.#ring.free
      : this.#receiveBuffer;
  }

  /** Octets accepted for sending that no transport has taken yet, framing included. */
  get bufferedAmount(): number {
    return this.#outbound.ring.used;
  }

  /** The octets in the connection's own memory that the host may use, by option `staging`. */
  readonly stagingStart: number;

  get memory(): Uint8Array {
    return this.#memory.bytes;
  }

  // --- Octets in -----------------------------------------------------------------------------------------

  /** The transport carries octets: begins the opening handshake, or opens at once where there is none. */
  opened(): void {
    if (this.#state !== State.connecting) return;
    this.#state = State.handshake;
    this.#deadlines.begin(Wait.handshake);
    if (this.#makeOpening === undefined) this.#open();
    else {
      try {
        const opening = this.#makeOpening({
          random: this.#random,
          scratch: this.#memory.bytes,
          start: INBOUND_MEMORY,
          end: INBOUND_MEMORY + this.#receiveBuffer,
          limit: this.#limits.maxHeadSize,
          compression: this.#compression,
        });
        this.#opening = opening;
        this.#outcome = opening;
        if (opening.text !== undefined) this.#outbound.begin(opening.text);
      } catch {
        this.#fail(ErrorId.randomFailed);
      }
    }
    this.#rethrow();
  }

  /**
   * Octets arrived. Parses them where they lie, masks in place, and delivers what they mean. Returns how many
   * were consumed: less than all when the receiver paused and the receive ring is full (the rest is to be
   * offered again after `resume`).
   * Throws, at its end, what an event threw first.
   */
  receive(bytes: Uint8Array, start: number, end: number): number {
    const count = end - start;
    this.#deadlines.heard = true;
    let memory = this.#memory;
    let offset = 0;
    if (bytes !== memory.bytes) {
      memory = this.#memoryOf(bytes);
      offset = this.#offset;
    }
    const blocked = this.#outbound.ring.used !== 0;
    this.#busy = true;
    let from = start + offset;
    const to = end + offset;
    if (this.#state === State.handshake) from = this.#receiveHead(memory.bytes, from, to);
    if (this.#state === State.open || this.#state === State.closing) {
      // Parsed where it lies, unless spans must outlive this call or older octets still wait.
      if (!this.#retain && !this.#hasInput()) from = this.#receiveFrames(memory, from, to, blocked);
      while (from < to && this.#state < State.ending) {
        const kept = this.#keep(memory, from, to);
        if (kept === 0) break;
        from += kept;
        this.#drain(blocked);
      }
    }
    this.#busy = false;
    this.#finishServer();
    // A full ring stops the reading, and a pong may lie behind what is not read.
    if (this.#ring.free === 0) this.#deadlines.held = true;
    // Nobody looks at what comes when all is over.
    this.consumed = this.#state >= State.ending ? count : from - start - offset;
    this.#rethrow();
    return this.consumed;
  }

  /** Stops delivering, with what follows the current event. Legal at any time. */
  pause(): void {
    this.#inbound.pause();
  }

  get paused(): boolean {
    return this.#inbound.paused;
  }

  /** Goes on delivering: first what waits here (so that events may come before the return), then `receive`. */
  resume(): void {
    if (!this.#inbound.paused) return;
    this.#inbound.resume();
    // From an event: parsing goes on by itself after it.
    if (this.#busy) return;
    this.#ring.release(this.#held);
    this.#held = 0;
    this.#busy = true;
    this.#drain(this.#outbound.ring.used !== 0);
    if (!this.#inbound.paused) this.#failInbound();
    this.#busy = false;
    this.#finishServer();
    if (this.#transportEnd >= 0 && !this.#inbound.paused) this.transportClosed(this.#transportEnd);
    this.#rethrow();
  }

  /** The transport has ended: by the peer (`failure` 0) or by a fault (an error id). */
  transportClosed(failure: number): void {
    const state = this.#state;
    if (state === State.closed) return;
    const waits = this.#inbound.paused && (this.#hasInput() || this.#inbound.fault !== 0);
    if ((state === State.open || state === State.closing) && waits) {
      // What came before the end is delivered before it.
      this.#transportEnd = failure;
      return;
    }
    if (state === State.ending) this.#finish();
    else if (state === State.connecting) this.#abort(failure === 0 ? ErrorId.connectFailed : failure);
    else if (state === State.handshake) this.#abort(failure === 0 ? ErrorId.handshakeEnded : failure);
    else this.#abort(failure === 0 ? ErrorId.transportEnded : failure);
    this.#rethrow();
  }

  // --- Octets out ----------------------------------------------------------------------------------------

  /** How many octets lie at `outputStart`, for the transport to take; 0 for none. */
  get output(): number {
    if (this.#state === State.closed || this.#due !== 0) return 0;
    try {
      return this.#outbound.arrange();
    } catch {
      this.#failSoon(ErrorId.randomFailed);
      return 0;
    }
  }

  get outputStart(): number {
    return this.#outbound.ring.start;
  }

  /** The transport took `count` octets of the output. */
  sent(count: number): void {
    this.#outbound.sent(count);
    this.#finishServer();
    this.#rethrow();
  }

  /** Whether everything is sent and the transport is to be ended, while what the peer still sends is discarded. */
  get shouldEnd(): boolean {
    return this.#state === State.ending && !this.#isClient && this.#outbound.flushed;
  }

  /**
   * Sends `bytes[start, end)` as one frame of a message. `span`: Span.binary (1) or text (0); Span.more (2)
   * leaves the message open for further fragments. Returns 0, or an error id having sent nothing: `notOpen`,
   * `writeTooLong` if it does not fit now (see `writable`), `randomFailed`.
   */
  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (this.#state !== State.open) return ErrorId.notOpen;
    const opcode = (span & Span.binary) === 0 ? Opcode.text : Opcode.binary;
    try {
      return this.#outbound.send(bytes, start, end, opcode, (span & Span.more) === 0)
        ? 0
        : ErrorId.writeTooLong;
    } catch {
      return this.#failSoon(ErrorId.randomFailed);
    }
  }

  /** Sends a Ping (9) or Pong (10) of at most 125 octets. Returns 0 or an error id. */
  sendControl(opcode: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.#state !== State.open) return ErrorId.notOpen;
    if (opcode !== Opcode.ping && opcode !== Opcode.pong) return ErrorId.argumentInvalid;
    if (end - start > CONTROL_LIMIT) return ErrorId.controlPayloadTooLong;
    try {
      return this.#outbound.sendControl(bytes, start, end, opcode) ? 0 : ErrorId.writeTooLong;
    } catch {
      return this.#failSoon(ErrorId.randomFailed);
    }
  }

  /**
   * Begins the closing handshake with `code` (0 for none) and a reason in UTF-8. Returns 0 or an error id.
   * What was sent before goes out first.
   */
  close(code = 0, reason: Uint8Array = NOTHING, start = 0, end = reason.length): number {
    if (code !== 0 && !isWireCloseCode(code)) return ErrorId.closeCodeRefused;
    if (end - start > REASON_LIMIT || (code === 0 && end !== start)) return ErrorId.closeReasonTooLong;
    if (
      end !== start &&
      !isUtf8(new Memory(reason.buffer), reason.byteOffset + start, reason.byteOffset + end)
    ) {
      return ErrorId.closeReasonInvalid;
    }
    if (this.#state !== State.open) return ErrorId.notOpen;
    this.#outbound.close(code, reason, start, end);
    this.#state = State.closing;
    this.#deadlines.begin(Wait.close);
    return 0;
  }

  /** Ends everything at once, without a Close frame and without an event. */
  drop(): void {
    this.#state = State.closed;
    this.#inbound.pause();
    this.#inbound.end();
  }

  // --- Time ----------------------------------------------------------------------------------------------

  /** Tells the time in monotonic milliseconds; returns after how many of them to tell it again, 0 for never. */
  tick(now: number): number {
    if (this.#state === State.closed) return 0;
    if (this.#due !== 0) {
      this.#abort(this.#due);
      this.#rethrow();
      return 0;
    }
    const due = this.#deadlines.tick(now, this.#inbound.paused);
    if (due === PING_DUE) this.#outbound.ping(++this.#pings);
    else if (due === ErrorId.closeTimeout && this.#state === State.ending) this.#finish();
    else if (due !== 0) this.#abort(due);
    this.#rethrow();
    return this.state === State.closed ? 0 : this.#deadlines.next();
  }

  // --- Inside --------------------------------------------------------------------------------------------

  /** The memory under `view`: our own, or one that is bound to the view's buffer and kept. */
  #memoryOf(view: Uint8Array): Memory {
    // To ask a view for its buffer and offset takes longer than to parse a small message.
    if (view === this.#view) return this.#foreign!;
    const own = this.#memory;
    const { buffer } = view;
    this.#offset = view.byteOffset;
    if (buffer === own.bytes.buffer) {
      this.#view = undefined;
      return own;
    }
    this.#view = view;
    if (this.#foreign === undefined) this.#foreign = new Memory(buffer);
    else this.#foreign.cover(buffer);
    return this.#foreign;
  }

  #receiveHead(bytes: Uint8Array, start: number, end: number): number {
    const opening = this.#opening;
    if (opening === undefined) return start;
    let position: number;
    try {
      position = opening.reader.read(bytes, start, end);
    } catch (error) {
      this.#threw(error);
      position = -ErrorId.requestRefused;
    }
    if (position < 0) {
      this.#fail(-position);
      return end;
    }
    if (opening.reader.done) {
      if (!this.#isClient && opening.text !== undefined) this.#outbound.begin(opening.text);
      this.#open();
    }
    return position;
  }

  #open(): void {
    this.#state = State.open;
    // What the handshake needed is free for the application.
    if (this.#outcome !== NO_OUTCOME) this.#outcome = outcomeOf(this.#outcome);
    this.#opening = undefined;
    this.#makeOpening = undefined;
    const compression = this.#compression;
    if (compression?.isAgreed === true) {
      this.#inbound.use(compression);
      this.#outbound.use(compression);
    }
    this.#deadlines.begin(Wait.none);
    try {
      this.#events.onOpen(this.#target);
    } catch (error) {
      this.#threw(error);
    }
  }

  /** Takes input into the receive ring, as much as fits in one piece; returns how much. */
  #keep(memory: Memory, start: number, end: number): number {
    const ring = this.#ring;
    const own = this.#memory;
    const room = ring.room;
    const count = end - start < room ? end - start : room;
    if (memory === own) own.bytes.copyWithin(ring.tail, start, start + count);
    else copyWords(memory, start, start + count, own, ring.tail);
    ring.grow(count);
    return count;
  }

  /** Parses what the receive ring holds. While the receiver looks at a span, its octets stay. */
  #drain(blocked: boolean): void {
    const ring = this.#ring;
    while ((ring.used !== 0 || this.#inbound.waits) && this.#state < State.ending && !this.#inbound.paused) {
      const start = ring.start;
      const count = this.#receiveFrames(this.#memory, start, ring.end, blocked) - start;
      if (this.#inbound.paused) this.#held = count;
      else ring.release(count);
    }
  }

  /** Parses frames until the input is used up or the receiver pauses; returns the position reached. */
  #receiveFrames(memory: Memory, start: number, end: number, blocked: boolean): number {
    const inbound = this.#inbound;
    inbound.position = start;
    for (;;) {
      try {
        inbound.parse(memory, inbound.position, end);
        if (inbound.stop === Stop.control) this.#control(blocked);
        else if (inbound.stop !== Stop.fault) return inbound.position;
      } catch (error) {
        // What an event threw. The state behind the event is reached already, so that parsing just goes on.
        this.#threw(error);
      }
      if (inbound.fault !== 0) {
        // What came before the fault is the receiver's until it resumes. Nothing behind it is looked at.
        if (!inbound.paused) this.#failInbound();
        return end;
      }
      if (this.#state >= State.ending) return end;
    }
  }

  /** Fails for the fault that the parsing has found, unless that is done or it found none. */
  #failInbound(): void {
    if (this.#inbound.fault !== 0 && this.#state < State.ending) this.#fail(this.#inbound.fault);
  }

  /** A whole control frame lies in the control area: answers it and tells of it. RFC 6455 §5.5. */
  #control(blocked: boolean): void {
    const inbound = this.#inbound;
    const memory = this.#memory;
    const start = inbound.controlStart;
    const end = start + inbound.controlLength;
    const opcode = inbound.controlOpcode;
    switch (opcode) {
      case Opcode.ping:
        if (this.#state === State.open) this.#answer(start, end, blocked);
        break;
      case Opcode.pong:
        if (end - start === 4 && memory.data.getUint32(start) === this.#pings >>> 0) this.#deadlines.pong();
        break;
      default: {
        const fault = faultOfClose(memory, start, end);
        if (fault !== 0) {
          this.#fail(fault);
          return;
        }
        this.#closeCode = end === start ? CloseCode.noStatus : memory.data.getUint16(start);
        // The answer carries the same code and reason (RFC 6455 §5.5.1).
        this.#outbound.close(end === start ? 0 : this.#closeCode, memory.bytes, start + 2, end);
        this.#end();
      }
    }
    this.#events.onControl(this.#target, opcode, memory.bytes, start, end);
  }

  #answer(start: number, end: number, blocked: boolean): void {
    try {
      this.#outbound.pong(this.#memory.bytes, start, end, blocked);
    } catch {
      this.#failSoon(ErrorId.randomFailed);
    }
  }

  /** Fails the connection, RFC 6455 §7.1.7: a Close if there is a code for it, then the end. */
  #fail(fault: ErrorId): void {
    const code = closeCodeOf(fault);
    this.#error = fault;
    const refusal = this.#state === State.handshake ? this.#opening?.refuse(fault) : undefined;
    if (refusal !== undefined) {
      this.#outbound.begin(refusal);
      this.#end();
    } else if (code === 0) this.#abort(fault);
    else {
      this.#outbound.close(code, NOTHING, 0, 0);
      this.#end();
    }
  }

  /** Nothing more is parsed or accepted; what is queued still goes out. */
  #end(): void {
    this.#state = State.ending;
    this.#inbound.end();
    this.#deadlines.begin(Wait.close);
  }

  /** Stops everything; the next `tick` ends it for the reason `error`. Returns that. */
  #failSoon(error: ErrorId): ErrorId {
    this.#due = error;
    this.#inbound.pause();
    this.#end();
    return error;
  }

  /** Ends at once for the reason `error`, without waiting for anything. */
  #abort(error: ErrorId): void {
    if (this.#error === 0) this.#error = error;
    this.#closeCode = CloseCode.abnormal;
    this.#finish();
  }

  /** A server drops the connection itself, as soon as the closing handshake is done (RFC 6455 §7.1.1). */
  #finishServer(): void {
    if (this.#isClient || this.#state !== State.ending || this.#error !== 0 || this.#due !== 0) return;
    if (this.#outbound.flushed) this.#finish();
  }

  #finish(): void {
    if (this.#error === 0) this.#error = this.#due;
    this.#state = State.closed;
    this.#inbound.pause();
    this.#inbound.end();
    try {
      this.#events.onClose(this.#target, this.#closeCode, this.#error);
    } catch (error) {
      this.#threw(error);
    }
  }

  /** Whether something that was received is still to be delivered. */
  #hasInput(): boolean {
    return this.#ring.used !== 0 || this.#inbound.waits;
  }

  #threw(error: unknown): void {
    if (this.#hasThrown) return;
    this.#hasThrown = true;
    this.#thrown = error;
  }

  #rethrow(): void {
    if (!this.#hasThrown) return;
    const error = this.#thrown;
    this.#hasThrown = false;
    this.#thrown = undefined;
    throw error;
  }
}
