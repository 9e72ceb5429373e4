import { faultOfFirst, faultOfSecond, LENGTH_LIMIT } from '../frame/header.ts';
import { mask } from '../frame/mask.ts';
import { HeadBit, MASKED, Opcode } from '../frame/opcode.ts';
import { findUtf8Fault, UTF8_ACCEPT, UTF8_REJECT, validateUtf8 } from '../frame/utf8.ts';
import { Inflated } from './compression.ts';
import { ErrorId } from './errors.ts';
import { BINARY, type ConnectionEvents, deliveryOf, SPAN, Span, type TakesSpans, TEXT } from './events.ts';
import { Place, Register } from './layout.ts';
import type { Limits } from './limits.ts';
import type { Source } from './options.ts';
import { Outbound } from './outbound.ts';

/** What the next octet is; see `#detail` for how far it has come. */
const enum Phase {
  first,
  second,
  length16,
  length64,
  key,
  /** Payload of a data frame. */
  data,
  /** Payload of a control frame. */
  control,
  /** The peer broke a rule, and what came before that has been told. */
  failed,
}

/** Why nothing is parsed. */
export const enum Hold {
  paused = 1,
  ended = 2,
  /** A frame is to be offered again when it is whole. */
  partial = 4,
}

/** Beside the bits of {@link Span}: the message is compressed; there is one. */
const COMPRESSED = 8;
const OPEN = 16;

/** The fast path takes no longer frames. */
const WHOLE = 0xffff;

/** First octets of whole messages, and what they have more than the bits of their span. */
const WHOLE_BINARY = 0x82;
const WHOLE_TEXT = 0x81;
const WHOLE_SPAN = 0x7d;

/** From how many octets on text is long. */
const LONG = 512;

/** Most octets that one step of decompression is given, and asked for. */
const INPUT_STEP = 4096;
const OUTPUT_STEP = 0x7fffffff;

/**
 * From octets to messages, RFC 6455 §5. Parses input where it lies, whatever its split, masks in place, and
 * delivers spans of data messages as they come. Nothing of the input is kept here, but for the payload of a control
 * frame, which is delivered whole.
 */
export abstract class Inbound<Target> extends Outbound {
  protected readonly events: ConnectionEvents<Target>;
  protected readonly target: Target;
  protected readonly limits: Limits;
  /** The target, if it takes spans itself. */
  readonly #spans: TakesSpans | undefined;
  #phase = Phase.first;
  /** Octets of the frame's payload still to come. */
  #remaining = 0;
  /** Masking key, turned to the next octet. */
  #key = 0;
  #utf8 = UTF8_ACCEPT;
  /** Octets of the message in the frames begun so far. */
  #size = 0;
  /** Bits of the next span of the open message, 0 between messages. */
  #span = 0;

  constructor(
    buffer: ArrayBuffer,
    size: number,
    isClient: boolean,
    source: Source,
    events: ConnectionEvents<Target>,
    target: Target,
    limits: Limits,
    whole: number,
    takesSpans: boolean,
  ) {
    super(buffer, size, isClient, source);
    this.events = events;
    this.target = target;
    this.limits = limits;
    this.words[Register.whole] = whole;
    this.#spans = takesSpans ? (target as TakesSpans) : undefined;
  }

  /** Stops delivering, with what follows the current event. Legal at any time. */
  pause(): void {
    this.hold |= Hold.paused;
  }

  /** Lets `receive` go on, which has to be called again with what it did not consume, even if that is nothing. */
  resume(): void {
    this.hold &= ~Hold.paused;
  }

  get paused(): boolean {
    return (this.hold & Hold.paused) !== 0;
  }

  /** Nothing is parsed any more. */
  protected endInput(): void {
    this.forbidFast();
    this.hold |= Hold.ended;
  }

  /** What the second octet of every frame of the peer has to have set. */
  protected get peerMaskBit(): number {
    return this.maskBit ^ MASKED;
  }

  /** Whether something is to be told for which no more input is needed. */
  protected get waits(): boolean {
    return (
      this.#phase === Phase.failed ||
      (this.#phase === Phase.data && this.compression !== undefined && this.compression.waits)
    );
  }

  /** The payload of a whole control frame is `memory[Place.controlIn, end)`. */
  protected abstract control(opcode: number, end: number): void;

  /** Fails the connection. */
  protected abstract fail(fault: ErrorId): void;

  /** Parses `bytes[start, end)`, `words` by 32-bit words, until it is used up or something stops it; see `at`. */
  protected parse(bytes: Uint8Array, words: Int32Array, start: number, end: number): void {
    let i = start;
    if (this.hold !== 0) this.hold &= ~Hold.partial;
    while (this.hold === 0) {
      const phase = this.#phase;
      if (phase === Phase.first) {
        if (this.#span === 0) {
          i = this.#parseWhole(bytes, words, i, end);
          if (this.hold !== 0) return;
          if (this.#phase !== Phase.first) continue;
        }
        if (i >= end) break;
        this.#headerOctet(bytes[i++]);
      } else if (phase < Phase.data) {
        if (i >= end) break;
        this.#headerOctet(bytes[i++]);
      } else if (phase === Phase.failed) {
        this.fail(this.words[Register.detail]);
      } else {
        // A payload of no octets is complete without input.
        if (i >= end && this.#remaining !== 0 && !this.waits) break;
        const to = end - i > this.#remaining ? i + this.#remaining : end;
        if (phase === Phase.control) i = this.#parseControl(bytes, i, to);
        else if ((this.#span & COMPRESSED) !== 0) i = this.#parseCompressed(bytes, words, i, to);
        else i = this.#parseData(bytes, words, i, to);
      }
      this.at = i;
    }
  }

  /**
   * The fast path: whole unfragmented data frames with lengths below 64 KiB, one after the other. Anything else,
   * and any fault, is left to the general path, which finds the same octets untouched. Without it a small message
   * costs about three times as much.
   */
  #parseWhole(bytes: Uint8Array, words: Int32Array, start: number, end: number): number {
    const events = this.events;
    const target = this.target;
    const spans = this.#spans;
    const maskBit = this.maskBit ^ MASKED;
    if (this.limits.maxMessageSize < WHOLE) return start;
    const header = 2 + (maskBit >> 5);
    let delivery = BINARY;
    // A frame that asks for nothing but to be told.
    const plain = maskBit === 0 ? WHOLE_BINARY : -1;
    const last = end - 1;
    let i = start;
    let first = 0;
    let length = 0;
    let from = 0;
    while (i < last) {
      first = bytes[i];
      // With the mask bit as it has to be, a length.
      length = bytes[i + 1] ^ maskBit;
      from = i + header;
      if (length > 125) {
        if (length !== 126 || i + 3 > last) break;
        length = (bytes[i + 2] << 8) | bytes[i + 3];
        if (length < 126) break;
        from += 2;
      }
      length += from;
      if (length > end) {
        // Not text, which has to fail at its first impossible octet.
        if (first === WHOLE_BINARY && length - i <= this.words[Register.whole]) this.hold |= Hold.partial;
        else if (from <= end && (first === WHOLE_BINARY || first === WHOLE_TEXT)) {
          this.at = i = from;
          this.#beginWhole(first, length - from, maskBit === 0 ? 0 : keyAt(bytes, from));
        }
        break;
      }
      delivery = BINARY;
      if (first !== plain) {
        if (first === WHOLE_TEXT) delivery = TEXT;
        if (first !== WHOLE_BINARY && first !== WHOLE_TEXT) break;
        if (maskBit !== 0) mask(bytes, words, from, length, keyAt(bytes, from));
        if (first === WHOLE_TEXT && this.#validate(bytes, words, from, length, UTF8_ACCEPT) !== UTF8_ACCEPT) {
          // The general path unmasks again and finds the fault.
          if (maskBit !== 0) mask(bytes, words, from, length, keyAt(bytes, from));
          break;
        }
      }
      i = this.at = length;
      if (spans) spans[SPAN](bytes, from, i, delivery);
      else events.onData(target, bytes, from, i, first - WHOLE_SPAN);
      if (this.hold) break;
    }
    return i;
  }

  /** Begins the payload of a frame that is a whole message, of which all but the header may be still to come. */
  #beginWhole(first: number, length: number, key: number): void {
    this.words[Register.first] = first;
    this.#span = first === WHOLE_BINARY ? OPEN | Span.first | Span.binary : OPEN | Span.first;
    this.#remaining = length;
    this.#utf8 = UTF8_ACCEPT;
    this.#key = key;
    this.#phase = Phase.data;
  }

  /** The general path: one octet of a header, checked as soon as it is there. */
  #headerOctet(octet: number): void {
    let fault: ErrorId = 0;
    switch (this.#phase) {
      case Phase.first: {
        const rsv = this.compression === undefined ? 0 : HeadBit.rsv1;
        fault = faultOfFirst(octet, this.#span !== 0, rsv);
        this.words[Register.first] = octet;
        this.#phase = Phase.second;
        break;
      }
      case Phase.second: {
        fault = faultOfSecond(this.words[Register.first], octet, this.peerMaskBit);
        const length = octet & 0x7f;
        this.#remaining = 0;
        this.words[Register.detail] = length === 126 ? 2 : 8;
        this.#phase = length === 126 ? Phase.length16 : Phase.length64;
        if (fault === 0 && length < 126) {
          this.#remaining = length;
          fault = this.#lengthEnd(0);
        }
        break;
      }
      case Phase.length16:
      case Phase.length64:
        if (this.words[Register.detail] === 8 && octet >= 0x80) fault = ErrorId.lengthTopBit;
        this.#remaining = this.#remaining * 256 + octet;
        if (--this.words[Register.detail] === 0)
          fault = this.#lengthEnd(this.#phase === Phase.length16 ? 126 : 0x10000);
        break;
      default:
        this.#key |= octet << ((4 - this.words[Register.detail]) << 3);
        if (--this.words[Register.detail] === 0) this.#begin();
    }
    if (fault !== 0) this.#faulty(fault);
  }

  /** Judges the length, before the masking key has come: its form is for lengths from `least` on (§5.2). */
  #lengthEnd(least: number): ErrorId {
    const length = this.#remaining;
    if (length < least) return ErrorId.lengthNotShortest;
    if (length >= LENGTH_LIMIT) return ErrorId.messageTooBig;
    const { words } = this;
    const first = words[Register.first];
    if ((first & HeadBit.control) === 0) {
      const { maxMessageSize, maxFragments } = this.limits;
      if (this.#span === 0) {
        this.#span = OPEN | Span.first;
        if ((first & 0x0f) === Opcode.binary) this.#span |= Span.binary;
        if ((first & HeadBit.rsv1) !== 0) this.#span |= COMPRESSED;
        this.#size = words[Register.fragments] = 0;
        this.#utf8 = UTF8_ACCEPT;
      }
      // How long a compressed message is shows as it is decompressed.
      if ((this.#span & COMPRESSED) === 0) {
        if (length > maxMessageSize - this.#size) return ErrorId.messageTooBig;
        this.#size += length;
      }
      if (maxFragments !== 0 && words[Register.fragments] >= maxFragments) return ErrorId.fragmentsTooMany;
      words[Register.fragments]++;
    }
    this.#key = 0;
    this.words[Register.detail] = 4;
    if (this.peerMaskBit !== 0) this.#phase = Phase.key;
    else this.#begin();
    return 0;
  }

  /** Begins the payload of a frame whose header is whole and sound. */
  #begin(): void {
    this.#phase = (this.words[Register.first] & HeadBit.control) !== 0 ? Phase.control : Phase.data;
    this.words[Register.detail] = 0;
  }

  /** What is known to be wrong is told when all before it has been; nothing behind it is looked at. */
  #faulty(fault: ErrorId): void {
    this.#phase = Phase.failed;
    this.words[Register.detail] = fault;
  }

  /** Takes `bytes[start, end)` of a data frame's payload. */
  #parseData(bytes: Uint8Array, words: Int32Array, start: number, end: number): number {
    if (this.peerMaskBit !== 0) this.#key = mask(bytes, words, start, end, this.#key);
    this.#remaining -= end - start;
    this.at = end;
    this.#deliver(bytes, words, start, end, this.#remaining === 0, 0);
    return end;
  }

  /** One step of decompression, RFC 7692 §7.2.2: some input, one span of output. */
  #parseCompressed(bytes: Uint8Array, words: Int32Array, start: number, end: number): number {
    const inflate = this.compression!;
    let to = end;
    if (this.peerMaskBit !== 0) {
      if (to - start > INPUT_STEP) to = start + INPUT_STEP;
      // What was offered before is offered as it was left then.
      const from = start + this.words[Register.unmasked];
      if (from < to) {
        this.#key = mask(bytes, words, from, to, this.#key);
        this.words[Register.unmasked] = to - start;
      }
    }
    const room = this.limits.maxMessageSize - this.#size;
    const status = inflate.inflate(bytes, start, to, room > OUTPUT_STEP ? OUTPUT_STEP : room);
    const { consumed, outStart, outEnd } = inflate;
    this.#size += outEnd - outStart;
    this.#remaining -= consumed - start;
    if (this.peerMaskBit !== 0) this.words[Register.unmasked] -= consumed - start;
    this.at = consumed;
    const isDone = status === Inflated.done && this.#remaining === 0;
    let fault: ErrorId = 0;
    if (status === Inflated.failed) fault = ErrorId.compressionInvalid;
    // Room for nothing, and still something comes: one octet more would be too many.
    else if (status === Inflated.more && room === outEnd - outStart) fault = ErrorId.messageTooBig;
    else if (isDone && this.words[Register.first] >= HeadBit.fin && inflate.endInflate() !== Inflated.done) {
      fault = ErrorId.compressionInvalid;
    }
    this.#deliver(this.memory, this.words, outStart, outEnd, isDone, fault);
    return consumed;
  }

  /**
   * Delivers `bytes[start, end)` of the open message after validating it as text; with `frameDone` the frame ends
   * there, and perhaps the message. `fault` is what is wrong behind it.
   */
  #deliver(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    frameDone: boolean,
    fault: ErrorId,
  ): void {
    const messageDone = frameDone && this.words[Register.first] >= HeadBit.fin;
    let found = fault;
    let to = end;
    let span = this.#span;
    if ((span & Span.binary) === 0) {
      const before = this.#utf8;
      const after = this.#validate(bytes, words, start, end, before);
      this.#utf8 = after;
      if (after === UTF8_REJECT) {
        to = findUtf8Fault(bytes, start, end, before);
        found = ErrorId.textInvalid;
      } else if (found === 0 && messageDone && after !== UTF8_ACCEPT) found = ErrorId.textInvalid;
    }
    if (found !== 0) this.#faulty(found);
    else if (frameDone) {
      this.#phase = Phase.first;
    }
    // What came before a fault is delivered, the end of the message only when the message is sound.
    if (found !== 0 || !messageDone) {
      if (to === start) return;
      span |= Span.more;
    }
    this.#span = messageDone && found === 0 ? 0 : this.#span & ~Span.first;
    span &= ~(COMPRESSED | OPEN);
    const spans = this.#spans;
    if (spans === undefined) this.events.onData(this.target, bytes, start, to, span);
    else spans[SPAN](bytes, start, to, deliveryOf(span));
  }

  /** Validates a span of text: by the automaton, or if it is long and in the host's memory by the host's way. */
  #validate(bytes: Uint8Array, words: Int32Array, start: number, end: number, state: number): number {
    if (end - start >= LONG && bytes !== this.memory) {
      const { validateLong } = this.source;
      if (validateLong !== undefined) return validateLong(bytes, words, start, end, state);
    }
    return validateUtf8(bytes, words, start, end, state);
  }

  /** Collects a control frame's payload; whole, it is dealt with. */
  #parseControl(bytes: Uint8Array, start: number, end: number): number {
    const { memory, words } = this;
    const from = Place.controlIn + this.words[Register.detail];
    const to = from + end - start;
    for (let k = from, i = start; k < to; k++, i++) memory[k] = bytes[i];
    if (this.peerMaskBit !== 0) this.#key = mask(memory, words, from, to, this.#key);
    this.words[Register.detail] += end - start;
    this.#remaining -= end - start;
    this.at = end;
    if (this.#remaining === 0) {
      this.#phase = Phase.first;
      this.control(this.words[Register.first] & 0x0f, to);
    }
    return end;
  }
}

/** The masking key right before `from`. */
function keyAt(bytes: Uint8Array, from: number): number {
  return bytes[from - 4] | (bytes[from - 3] << 8) | (bytes[from - 2] << 16) | (bytes[from - 1] << 24);
}
