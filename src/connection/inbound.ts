import { extendedLength, faultOfFirst, faultOfSecond, LENGTH_LIMIT } from '../frame/header.ts';
import { HeadBit, MASKED, Opcode } from '../frame/opcode.ts';
import { findUtf8Fault, UTF8_ACCEPT, UTF8_REJECT, validateUtf8 } from '../frame/utf8.ts';
import type { SpanSink } from './compression.ts';
import { ErrorId } from '../errors.ts';
import { BINARY, deliveryOf, SPAN, Span, TEXT } from './events.ts';
import { Place, Register } from './layout.ts';
import { Outbound } from './outbound.ts';
import { Sending } from './sending.ts';

/** What the next octet is; the register `detail` tells how far that has come. */
const enum Phase {
  /** The first of a frame. */
  first,
  /** Another one of its header. */
  header,
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

/**
 * From octets to messages, RFC 6455 §5. Parses input where it lies, whatever its split, masks in place, and
 * delivers spans of data messages as they come. Nothing of the input is kept here, but for a header that is not
 * whole and the payload of a control frame, which is delivered whole: both are collected at `Place.controlIn`.
 */
export abstract class Inbound<Target> extends Outbound<Target> {
  #phase = Phase.first;
  /** Bits of the next span of the open message, 0 between messages. */
  #span = 0;
  /** Masking key, turned to the next octet. */
  #key = 0;
  #utf8 = UTF8_ACCEPT;
  /** Octets of the frame's payload still to come. */
  protected remaining = 0;
  /** Octets of the message in the frames begun so far, or as far as it is decompressed. */
  protected size = 0;

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
    this.sending |= Sending.general;
    this.hold |= Hold.ended;
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
      if (phase === Phase.failed) {
        this.#phase = Phase.first;
        this.fail(this.words[Register.detail]);
        return;
      }
      if (phase < Phase.data) {
        if (phase === Phase.first && this.#span === 0) {
          i = this.#parseWhole(bytes, words, i, end);
          if (this.hold !== 0) return;
          if (this.#phase !== Phase.first) continue;
        }
        if (i >= end) return;
        this.#parseHeader(bytes, i, end);
      } else {
        // A payload of no octets is complete without input.
        if (i >= end && this.remaining !== 0 && !this.waits) return;
        const to = end - i > this.remaining ? i + this.remaining : end;
        if (phase === Phase.control) this.#parseControl(bytes, i, to);
        else if ((this.#span & COMPRESSED) === 0) this.#parseData(bytes, words, i, to);
        else this.compression!.decode(this as unknown as SpanSink, bytes, words, i, to);
      }
      i = this.at;
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
    const spans = this.spans;
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
          // Its header is whole, at least.
          this.words[Register.first] = first;
          this.#span = first === WHOLE_BINARY ? OPEN | Span.first | Span.binary : OPEN | Span.first;
          this.remaining = length - from;
          this.#utf8 = UTF8_ACCEPT;
          this.#key = keyAt(bytes, from);
          this.#phase = Phase.data;
          this.at = i = from;
        }
        break;
      }
      delivery = BINARY;
      if (first !== plain) {
        if (first === WHOLE_TEXT) delivery = TEXT;
        if (first !== WHOLE_BINARY && first !== WHOLE_TEXT) break;
        if (maskBit !== 0) this.mask(bytes, words, from, length, keyAt(bytes, from));
        if (first === WHOLE_TEXT && this.#validate(bytes, words, from, length, UTF8_ACCEPT) !== UTF8_ACCEPT) {
          // The general path unmasks again and finds the fault.
          if (maskBit !== 0) this.mask(bytes, words, from, length, keyAt(bytes, from));
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

  /** The general path: octets of a header, each checked as soon as it is there. */
  #parseHeader(bytes: Uint8Array, start: number, end: number): void {
    const { memory, words } = this;
    let count = this.#phase === Phase.first ? 0 : words[Register.detail];
    let fault: ErrorId = 0;
    this.#phase = Phase.header;
    this.at = start;
    while (this.at < end && this.#phase === Phase.header) {
      const octet = bytes[this.at++];
      memory[Place.controlIn + count++] = octet;
      // The header without the key, once there is the octet that tells.
      const whole = 2 + extendedLength(memory[Place.controlIn + 1] & 0x7f);
      if (count === 1) {
        words[Register.first] = octet;
        fault = faultOfFirst(octet, this.#span !== 0, this.compression ? HeadBit.rsv1 : 0);
      } else if (count === 2) fault = faultOfSecond(words[Register.first], octet, this.maskBit ^ MASKED);
      else if (count === 3 && whole > 4 && octet >= 0x80) fault = ErrorId.lengthTopBit;
      if (fault === 0 && count === whole) fault = this.#faultOfLength(whole);
      words[Register.detail] = count;
      if (fault !== 0) this.#faulty(fault);
      else if (count === whole + ((this.maskBit ^ MASKED) >> 5)) {
        this.#key = keyAt(memory, Place.controlIn + count);
        this.#phase = (words[Register.first] & HeadBit.control) !== 0 ? Phase.control : Phase.data;
        words[Register.detail] = 0;
      }
    }
  }

  /** Judges the length in a header of `count` octets, before the masking key has come (§5.2). */
  #faultOfLength(count: number): ErrorId {
    const { memory, words, limits } = this;
    const first = words[Register.first];
    let length = count === 2 ? memory[Place.controlIn + 1] & 0x7f : 0;
    for (let k = 2; k < count; k++) length = length * 256 + memory[Place.controlIn + k];
    if (count > 2 && length < (count === 4 ? 126 : 0x10000)) return ErrorId.lengthNotShortest;
    this.remaining = length;
    if ((first & HeadBit.control) !== 0) return 0;
    if (this.#span === 0) {
      this.#span = OPEN | Span.first | ((first & 0x0f) === Opcode.binary ? Span.binary : 0);
      if ((first & HeadBit.rsv1) !== 0) this.#span |= COMPRESSED;
      this.size = words[Register.fragments] = 0;
      this.#utf8 = UTF8_ACCEPT;
    }
    // How long a compressed message is shows as it is decompressed.
    if ((this.#span & COMPRESSED) === 0) this.size += length;
    if (length >= LENGTH_LIMIT || this.size > limits.maxMessageSize) return ErrorId.messageTooBig;
    const tooMany = limits.maxFragments !== 0 && ++words[Register.fragments] > limits.maxFragments;
    return tooMany ? ErrorId.fragmentsTooMany : 0;
  }

  /** What is known to be wrong is told when all before it has been; nothing behind it is looked at. */
  #faulty(fault: ErrorId): void {
    this.#phase = Phase.failed;
    this.words[Register.detail] = fault;
  }

  /** Takes `bytes[start, end)` of a data frame's payload. */
  #parseData(bytes: Uint8Array, words: Int32Array, start: number, end: number): void {
    this.unmask(bytes, words, start, end);
    this.remaining -= end - start;
    this.at = end;
    this.deliver(bytes, words, start, end, this.remaining === 0, 0);
  }

  /** Unmasks the next octets of a payload, if the peer masks. */
  protected unmask(bytes: Uint8Array, words: Int32Array, start: number, end: number): void {
    if (this.maskBit === 0) this.#key = this.mask(bytes, words, start, end, this.#key);
  }

  /**
   * Delivers `bytes[start, end)` of the open message after validating it as text; with `frameDone` the frame ends
   * there, and perhaps the message. `fault` is what is wrong behind it.
   */
  protected deliver(
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
    else if (frameDone) this.#phase = Phase.first;
    // What came before a fault is delivered, the end of the message only when the message is sound.
    if (found !== 0 || !messageDone) {
      if (to === start) return;
      span |= Span.more;
    }
    this.#span = messageDone && found === 0 ? 0 : this.#span & ~Span.first;
    span &= ~(COMPRESSED | OPEN);
    const { spans } = this;
    if (spans) spans[SPAN](bytes, start, to, deliveryOf(span));
    else this.events.onData(this.target, bytes, start, to, span);
  }

  /** Validates a span of text, see `frame/utf8.ts`. */
  #validate(bytes: Uint8Array, words: Int32Array, start: number, end: number, state: number): number {
    if (end - start >= LONG) return this.validateLong(bytes, words, start, end, state);
    return validateUtf8(bytes, words, start, end, state);
  }

  /** The same for a long one: for hosts that have another way. */
  protected validateLong(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    state: number,
  ): number {
    return validateUtf8(bytes, words, start, end, state);
  }

  /** Collects a control frame's payload; whole, it is dealt with. */
  #parseControl(bytes: Uint8Array, start: number, end: number): void {
    const { memory, words } = this;
    const from = Place.controlIn + words[Register.detail];
    const to = from + end - start;
    this.copy(bytes, start, end, from);
    this.unmask(memory, words, from, to);
    words[Register.detail] += end - start;
    this.remaining -= end - start;
    this.at = end;
    if (this.remaining !== 0) return;
    this.#phase = Phase.first;
    this.control(words[Register.first] & 0x0f, to);
  }
}

/** The masking key right before `from`. */
function keyAt(bytes: Uint8Array, from: number): number {
  return bytes[from - 4] | (bytes[from - 3] << 8) | (bytes[from - 2] << 16) | (bytes[from - 1] << 24);
}
