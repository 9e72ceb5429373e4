import { ErrorId } from '../errors.ts';
import { extendedLength, faultOfHeader, keyAt, lengthAt, LengthLimit } from '../frame/header.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import { HeadBit, Opcode } from '../frame/opcode.ts';
import { Utf8 } from '../frame/utf8.ts';
import { findUtf8Fault } from '../frame/utf8-fault.ts';
import { type TextOwner, validateText } from '../frame/validate-text.ts';
import { type InflatedFrame, Inflation } from './compression.ts';
import { DELIVERIES, READABLE, type ReadsSpans, SPAN, Span, type TakesSpans } from './events.ts';
import { Place, Pumping, Reading, Register, State } from './record.ts';
import { WholeFrames } from './whole-frames.ts';

/** Why parsing has stopped. */
export const enum Stop {
  /** The input is used up. */
  dry,
  /** The receiver is paused, nothing is parsed any more, or a frame is to be offered again when it is whole. */
  held,
  /** A whole control frame has come: `Register.first` and `Register.detail` say which, with a payload of how many octets. */
  control,
  /** The peer broke a rule; all before that has been delivered. `Register.detail` is the error id. */
  fault,
  /** As `held`, from `Connection`: the opening handshake is done, and its owner announces that. */
  opened,
  /** As `dry`, from `Connection`: a Pong waits, and the next Ping in the input would take its place. */
  crowded,
  /** More input begins with a frame, which may have come whole. */
  whole,
}

/**
 * From octets to messages, RFC 6455 §5. Parses input where it lies, whatever its split, masks in place, and
 * delivers spans of data messages as they come. Nothing of the input is kept, but for a header that is not whole and the
 * payload of a control frame: both are collected at `Place.controlIn`.
 *
 * What comes here is what the fast path in `whole-frames.ts` leaves: frames in parts, fragments, control frames, faults.
 */
export class Receiver<Target> extends WholeFrames<Target> {
  constructor() {
    super();
  }

  /**
   * Stops delivering, with what follows the current event. Legal at any time; after `close` what follows is discarded,
   * since the peer's answer lies behind it.
   */
  pause(): void {
    this._reading |= this._state === State.closing ? Reading.discards : Reading.paused;
    this._pumping = (this._pumping | Pumping.wasPaused) & ~Pumping.resumes;
  }

  /** Lets `receive` go on, which has to be called again with what it did not consume, even if that is nothing. */
  resume(): void {
    this._reading &= ~Reading.paused;
  }

  get paused(): boolean {
    return (this._reading & Reading.paused) !== 0;
  }

  /** Whether something is to be delivered or reported for which no more input is needed. */
  protected get _hasMore(): boolean {
    const phase = this._reading & Reading.phase;
    if (phase === Reading.failed) return true;
    return phase === Reading.data && this._compression?.hasOutput === true;
  }

  /**
   * Parses `bytes[_at, end)`, `words` by 32-bit words, until something stops it; `_at` says where. Where a message begins the
   * fast path has been before: the caller's, since from here the way to the application is longer than a device's stack.
   */
  protected _parse(bytes: Uint8Array, words: Int32Array, end: number): Stop {
    for (;;) {
      const reading = this._reading;
      const phase = reading & Reading.phase;
      if (reading & Reading.stopped) return Stop.held;
      if (phase === Reading.failed) {
        this._reading &= ~Reading.phase;
        return Stop.fault;
      }
      const at = this._at;
      if (phase <= Reading.header) {
        if (at >= end) return Stop.dry;
        this._parseHeader(bytes, at, end);
        continue;
      }
      // A payload of no octets is complete without input.
      if (at >= end && this._remaining && !this._hasMore) return Stop.dry;
      const to = end - at > this._remaining ? at + this._remaining : end;
      if (phase === Reading.control) {
        if (this._collectControl(bytes, at, to)) return Stop.control;
      } else if (!(reading & Reading.compressed)) {
        if (this._peerMask) this._unmask(bytes, words, at, to);
        this._remaining -= to - at;
        this._at = to;
        this._deliver(bytes, words, at, to, this._remaining === 0, 0);
      } else {
        const compression = this._compression!;
        const done = compression.inflate(this as unknown as InflatedFrame, bytes, words, at, to);
        const isDone = done === Inflation.frameDone;
        this._deliver(
          this.memory,
          this._words,
          compression.outStart,
          compression.outEnd,
          isDone,
          isDone ? 0 : done,
        );
      }
      if (this._spanStart !== this._spanEnd) this._keepLeft();
      if (this._at !== end) {
        if (!this._reading) return Stop.whole;
      } else if (!(this._reading & Reading.alone)) return Stop.dry;
    }
  }

  /**
   * Delivers up to `end` what is nothing but the middle of a long frame, as the general path would, in fewer steps and with
   * less of the stack. Returns false if that has to go on, or had to be taken from the beginning.
   */
  protected _deliverMiddle(bytes: Uint8Array, words: Int32Array, end: number): boolean {
    const at = this._at;
    const left = this._remaining - end + at;
    if (at === end || left <= 0 || (this._reading & ~(Reading.span | Reading.inMessage)) !== Reading.data)
      return false;
    this._pumping |= Pumping.heard;
    if (this._peerMask) this._unmask(bytes, words, at, end);
    this._remaining = left;
    this._at = end;
    this._deliver(bytes, words, at, end, false, 0);
    if (this._spanStart !== this._spanEnd) this._keepLeft();
    return !(this._reading & Reading.alone);
  }

  /** The general path: octets of a header, each judged as soon as it is there. */
  private _parseHeader(bytes: Uint8Array, start: number, end: number): void {
    const memory = this.memory;
    const words = this._words;
    const peerMask = this._peerMask;
    const inMessage = (this._reading & Reading.inMessage) !== 0;
    const rsv = this._compression ? HeadBit.rsv1 : 0;
    let count = this._reading & Reading.phase ? words[Register.detail] : 0;
    let fault: ErrorId = 0;
    let i = start;
    this._setPhase(Reading.header);
    while (i < end) {
      memory[Place.controlIn + count++] = bytes[i++];
      fault = faultOfHeader(memory, Place.controlIn, count, inMessage, rsv, peerMask);
      if (fault) break;
      // The header without the key, once there is the octet that says so.
      const whole = 2 + extendedLength(memory[Place.controlIn + 1] & 0x7f);
      if (count === 1) words[Register.first] = memory[Place.controlIn];
      // A length is judged before the masking key has come (§5.2).
      else if (count === whole) fault = this._beginFrame();
      if (fault) break;
      if (count > 1 && count === whole + (peerMask >> 5)) {
        words[Register.key] = keyAt(memory, Place.controlIn + count);
        this._setPhase(words[Register.first] & HeadBit.control ? Reading.control : Reading.data);
        count = 0;
        break;
      }
    }
    this._at = i;
    words[Register.detail] = count;
    if (fault) this._fault(fault);
  }

  /** Begins the frame, and perhaps the message, whose header is at `Place.controlIn`. Returns what is wrong with it. */
  private _beginFrame(): ErrorId {
    const memory = this.memory;
    const words = this._words;
    const limits = this._limits;
    const first = words[Register.first];
    const length = lengthAt(memory, Place.controlIn);
    this._remaining = length;
    if (first & HeadBit.control) return 0;
    if (!(this._reading & Reading.inMessage)) {
      this._reading |=
        Reading.inMessage |
        Span.first |
        ((first & 0x0f) === Opcode.binary ? Span.binary : 0) |
        (first & HeadBit.rsv1 ? Reading.compressed : 0);
      this._size = words[Register.fragments] = 0;
      words[Register.utf8] = Utf8.accept;
    }
    // How long a compressed message is shows as it is decompressed.
    if (!(this._reading & Reading.compressed)) this._size += length;
    if (length >= LengthLimit.exact || this._size > limits.maxMessageSize) return ErrorId.messageTooBig;
    const isTooMany = ++words[Register.fragments] > limits.maxFragments && limits.maxFragments !== 0;
    return isTooMany ? ErrorId.fragmentsTooMany : 0;
  }

  private _setPhase(phase: number): void {
    this._reading = (this._reading & ~Reading.phase) | phase;
  }

  /** What is known to be wrong stops the parsing when all before it has been delivered; nothing behind is looked at. */
  private _fault(fault: ErrorId): void {
    this._setPhase(Reading.failed);
    this._words[Register.detail] = fault;
  }

  /** Unmasks the next octets of a payload, if the peer masks. */
  protected _unmask(bytes: Uint8Array, words: Int32Array, start: number, end: number): void {
    if (!this._peerMask) return;
    const registers = this._words;
    registers[Register.key] = copyMasked(bytes, start, bytes, start, end, registers[Register.key], words);
  }

  /**
   * Delivers `bytes[start, end)` of the open message after validating it as text; with `isFrameDone` the frame ends
   * there, and perhaps the message. `fault` is what is wrong behind it. What is left of the span is the caller's to keep: the
   * application is called last, so that XS has no frame of this method on its stack meanwhile.
   */
  private _deliver(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    isFrameDone: boolean,
    fault: ErrorId,
  ): void {
    const registers = this._words;
    const reading = this._reading;
    const isDone = isFrameDone && registers[Register.first] >= HeadBit.fin;
    let found = fault;
    let to = end;
    let span = reading & Reading.span;
    if (!(span & Span.binary)) {
      const before = registers[Register.utf8];
      const after = validateText(bytes, start, end, before, words, this as unknown as TextOwner);
      registers[Register.utf8] = after;
      if (after === Utf8.reject) {
        to = findUtf8Fault(bytes, start, end, before);
        found = ErrorId.textInvalid;
      } else if (!found && isDone && after !== Utf8.accept) found = ErrorId.textInvalid;
    }
    if (found) this._fault(found);
    else if (isFrameDone) this._reading &= ~Reading.phase;
    // What came before a fault is delivered, the end of the message only when the message is sound.
    if (found || !isDone) {
      if (to === start) return;
      span |= Span.more;
    }
    this._reading &= isDone && !found ? ~Reading.message : ~Span.first;
    if (reading & Reading.discards) return;
    const target = this._target;
    const delivery = DELIVERIES[span & (Span.binary | Span.more)];
    if (this._pumping & Pumping.takesSpans) return (target as TakesSpans)[SPAN](bytes, start, to, delivery);
    if (!(this._pumping & Pumping.keepsSpans)) return this._events.onData(target, bytes, start, to, span);
    this._spanStart = start;
    this._spanEnd = to;
    return (target as ReadsSpans)[READABLE](to - start, delivery);
  }

  /** Collects a control frame's payload; returns whether it is whole. */
  private _collectControl(bytes: Uint8Array, start: number, end: number): boolean {
    const memory = this.memory;
    const words = this._words;
    const count = words[Register.detail];
    const from = Place.controlIn + count;
    for (let i = start; i < end; i++) memory[from + i - start] = bytes[i];
    this._unmask(memory, words, from, from + end - start);
    words[Register.detail] = count + end - start;
    this._remaining -= end - start;
    this._at = end;
    if (this._remaining) return false;
    this._reading &= ~Reading.phase;
    return true;
  }
}
