import { faultOfFirst, faultOfSecond, headerLength, lengthAt } from '../frame/header.ts';
import { mask, turnKey } from '../frame/mask.ts';
import type { Memory } from '../frame/memory.ts';
import { HeadBit, MASKED, Opcode } from '../frame/opcode.ts';
import { findUtf8Fault, UTF8_ACCEPT, UTF8_REJECT, validateUtf8 } from '../frame/utf8.ts';
import { ErrorId } from './errors.ts';
import { type ConnectionEvents, Span } from './events.ts';
import { type Compression, Inflated } from './compression.ts';
import type { Limits } from './limits.ts';

/** Why {@link Inbound.parse} stopped. */
export const enum Stop {
  /** The input is used up. */
  input,
  /** `pause` was called: what follows waits. */
  paused,
  /** A whole control frame lies in the control area. */
  control,
  /** The peer broke a rule: `fault` tells which. Nothing is parsed any more. */
  fault,
}

const enum State {
  /** Collecting the octets of a header. */
  header,
  /** Inside the payload of a data frame. */
  data,
  /** Inside the payload of a control frame. */
  control,
  /** After a fault. */
  dead,
}

/** The fast path takes no longer frames. */
const WHOLE = 0xffff;

/** From how many octets on text is long. */
const LONG = 512;

/** Most octets that one step of decompression is given, and asked for. */
const INPUT_STEP = 4096;
const OUTPUT_STEP = 0x7fffffff;

/** Octets of a connection's memory that {@link Inbound} needs: one header, one control payload, in words. */
export const INBOUND_MEMORY = 16 + 128;

/**
 * From octets to messages, RFC 6455 §5. Parses input where it lies, whatever its split, and delivers the
 * spans of data messages itself; a control frame or a fault ends `parse`, so that the connection deals with
 * it before anything behind it is looked at.
 */
export class Inbound<Target> {
  readonly #events: ConnectionEvents<Target>;
  readonly #target: Target;
  readonly #limits: Limits;
  readonly #own: Memory;
  /** Where the split header lies; the control payload follows 16 octets behind. */
  readonly #base: number;
  /** Second-octet bit that every frame of the peer must have: MASKED in the server role. */
  readonly #maskBit: number;
  readonly #validateLong: typeof validateUtf8 | undefined;
  #state = State.header;
  /** Octets of the header collected so far. */
  #collected = 0;
  /** First octet of the frame being read. */
  #first = 0;
  /** Opcode of the open data message, 0 between messages. */
  #message = 0;
  /** Octets of the frame's payload still to come. */
  #remaining = 0;
  /** Masking key, turned to the next octet. */
  #key = 0;
  #utf8 = UTF8_ACCEPT;
  /** Octets of the message in the frames begun so far. */
  #size = 0;
  #fragments = 0;
  #span = 0;
  #paused = false;
  /** permessage-deflate, if it was agreed. */
  #compression: Compression | undefined;
  /** Whether the open message is compressed. */
  #isCompressed = false;
  /** Octets from the next one on that are unmasked already, because decompression takes its time. */
  #unmasked = 0;
  /** Whether there is output left of input that was taken. */
  waits = false;
  /** How much of the control payload has come. */
  controlLength = 0;
  /** Position up to which the input is used; kept up to date before every event. */
  position = 0;
  stop = Stop.input;
  fault = ErrorId.none;

  /** `own[base, base + INBOUND_MEMORY)` is this object's; `masked` tells that the peer is a client. */
  constructor(
    events: ConnectionEvents<Target>,
    target: Target,
    limits: Limits,
    own: Memory,
    base: number,
    masked: boolean,
    validateLong: typeof validateUtf8 | undefined,
  ) {
    this.#events = events;
    this.#target = target;
    this.#limits = limits;
    this.#own = own;
    this.#base = base;
    this.#maskBit = masked ? MASKED : 0;
    this.#validateLong = validateLong;
  }

  /** Takes compressed messages from now on (RFC 7692). */
  use(compression: Compression): void {
    this.#compression = compression;
  }

  /** Opcode of the control frame in the control area. */
  get controlOpcode(): number {
    return this.#first & 0x0f;
  }

  /** Where the control payload begins in the connection's memory. */
  get controlStart(): number {
    return this.#base + 16;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Whether nothing has been read of the frame that comes next, and no message is open. */
  get betweenMessages(): boolean {
    return this.#state === State.header && this.#collected === 0 && this.#message === 0;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Parses `memory[start, end)` until something stops it; see `stop` and `position`. */
  parse(memory: Memory, start: number, end: number): void {
    let i = start;
    this.stop = Stop.input;
    while (this.stop === Stop.input && !this.#paused) {
      if (this.#state === State.header) {
        if (this.#collected === 0) i = this.#parseWhole(memory, i, end);
        if (i >= end || this.#paused) break;
        i = this.#collectHeader(memory, i, end);
      } else {
        // A payload of no octets is complete without input.
        if (i >= end && this.#remaining !== 0 && !this.waits) break;
        if (this.#state === State.data) i = this.#parseData(memory, i, end);
        else if (this.#state === State.control) i = this.#parseControl(memory, i, end);
        else {
          // What follows a fault or a Close is not looked at.
          i = end;
          break;
        }
      }
    }
    this.position = i;
    if (this.#unmasked !== 0) this.#maskAgain(memory, i);
    if (this.#paused && this.stop === Stop.input) this.stop = Stop.paused;
  }

  /** What was unmasked and not used is to be offered again as it came, perhaps from elsewhere. */
  #maskAgain(memory: Memory, start: number): void {
    const key = turnKey(this.#key, -this.#unmasked);
    mask(memory.bytes, memory.words, start, start + this.#unmasked, key);
    this.#key = key;
    this.#unmasked = 0;
  }

  /**
   * The fast path: whole unfragmented data frames with lengths below 64 KiB, one after the other. Anything
   * else, and any fault, is left to the general path, which finds the same octets untouched. Without it a
   * small message costs about three times as much.
   */
  #parseWhole(memory: Memory, start: number, end: number): number {
    if (this.#message !== 0) return start;
    const { bytes, words, data } = memory;
    const events = this.#events;
    const maskBit = this.#maskBit;
    const most = this.#limits.maxMessageSize;
    // An integer, so that no length is compared as a floating-point number.
    const limit = most < WHOLE ? most | 0 : WHOLE;
    let i = start;
    while (end - i >= 2) {
      const head = data.getUint16(i);
      // FIN without RSV bits, opcode 1 or 2, the mask bit as it has to be.
      const opcode = (head >> 8) - HeadBit.fin;
      if ((opcode !== Opcode.text && opcode !== Opcode.binary) || (head & MASKED) !== maskBit) break;
      let length = head & 0x7f;
      let from = i + 2;
      if (length >= 126) {
        if (length !== 126 || end - i < 4) break;
        length = data.getUint16(from);
        if (length < 126) break;
        from += 2;
      }
      if (maskBit !== 0) from += 4;
      const to = from + length;
      if (to > end || length > limit) break;
      if (maskBit !== 0) {
        const key = data.getInt32(from - 4, true);
        mask(bytes, words, from, to, key);
        if (opcode === Opcode.text && this.#validate(memory, from, to, UTF8_ACCEPT) !== UTF8_ACCEPT) {
          // The general path unmasks again and finds the fault.
          mask(bytes, words, from, to, key);
          break;
        }
      } else if (opcode === Opcode.text && this.#validate(memory, from, to, UTF8_ACCEPT) !== UTF8_ACCEPT) {
        break;
      }
      i = to;
      this.position = to;
      events.onData(
        this.#target,
        bytes,
        from,
        to,
        opcode === Opcode.binary ? Span.binary | Span.first : Span.first,
      );
      if (this.#paused) break;
    }
    return i;
  }

  /** The general path: takes header octets singly, checks each as soon as it is there. */
  #collectHeader(memory: Memory, start: number, end: number): number {
    const base = this.#base;
    const own = this.#own;
    let i = start;
    let count = this.#collected;
    while (i < end) {
      const octet = memory.bytes[i++];
      own.bytes[base + count++] = octet;
      if (count === 1) {
        this.#first = octet;
        const fault = faultOfFirst(
          octet,
          this.#message !== 0,
          this.#compression === undefined ? 0 : HeadBit.rsv1,
        );
        if (fault !== 0) return this.#fail(fault, i);
        continue;
      }
      const second = own.bytes[base + 1];
      if (count === 2) {
        const fault = faultOfSecond(this.#first, second, this.#maskBit !== 0);
        if (fault !== 0) return this.#fail(fault, i);
      }
      // The length is judged before the masking key has come.
      if (count === headerLength(second & 0x7f)) {
        const fault = this.#faultOfLength(lengthAt(own.data, base));
        if (fault !== 0) return this.#fail(fault, i);
      }
      if (count === headerLength(second)) {
        this.#collected = 0;
        this.#begin(
          lengthAt(own.data, base),
          second >= MASKED ? own.data.getInt32(base + count - 4, true) : 0,
        );
        return i;
      }
    }
    this.#collected = count;
    return i;
  }

  /** What is wrong with a frame of `length` octets (minus an error id if the length itself is), or 0. */
  #faultOfLength(length: number): ErrorId {
    if (length < 0) return -length;
    if ((this.#first & HeadBit.control) !== 0) return 0;
    const before = this.#message === 0 ? 0 : this.#size;
    // How long a compressed message is shows as it is decompressed.
    const isCompressed = this.#message === 0 ? (this.#first & HeadBit.rsv1) !== 0 : this.#isCompressed;
    if (!isCompressed && length > this.#limits.maxMessageSize - before) return ErrorId.messageTooBig;
    const most = this.#limits.maxFragments;
    return most !== 0 && this.#message !== 0 && this.#fragments >= most ? ErrorId.fragmentsTooMany : 0;
  }

  /** Begins the payload of a frame whose header is whole and sound. */
  #begin(length: number, key: number): void {
    const first = this.#first;
    this.#remaining = length;
    this.#key = key;
    if ((first & HeadBit.control) !== 0) {
      this.controlLength = 0;
      this.#state = State.control;
      return;
    }
    if (this.#message === 0) {
      this.#message = first & 0x0f;
      this.#span = Span.first | (this.#message === Opcode.binary ? Span.binary : 0);
      this.#isCompressed = (first & HeadBit.rsv1) !== 0;
      this.#size = 0;
      this.#fragments = 0;
      this.#utf8 = UTF8_ACCEPT;
    }
    if (!this.#isCompressed) this.#size += length;
    this.#fragments++;
    this.#state = State.data;
  }

  /** Takes what there is of a data frame's payload. */
  #parseData(memory: Memory, start: number, end: number): number {
    const remaining = this.#remaining;
    const available = end - start;
    const length = remaining < available ? remaining : available;
    const to = start + length;
    if (this.#isCompressed) return this.#parseCompressed(memory, start, to);
    if (this.#maskBit !== 0 && length !== 0) {
      this.#key = mask(memory.bytes, memory.words, start, to, this.#key);
    }
    this.#remaining = remaining - length;
    this.position = to;
    this.#deliver(memory, start, to, this.#remaining === 0, 0);
    return to;
  }

  /** One step of decompression, RFC 7692 §7.2.2: some input, one span of output. */
  #parseCompressed(memory: Memory, start: number, end: number): number {
    const inflate = this.#compression!;
    const unmasked = start + this.#unmasked;
    let to = end;
    if (this.#maskBit !== 0) {
      if (to - start > INPUT_STEP) to = start + INPUT_STEP;
      if (unmasked < to) this.#key = mask(memory.bytes, memory.words, unmasked, to, this.#key);
      this.#unmasked = to - start;
    }
    const room = this.#limits.maxMessageSize - this.#size;
    const status = inflate.inflate(memory.bytes, start, to, room > OUTPUT_STEP ? OUTPUT_STEP : room);
    const position = inflate.consumed;
    const outStart = inflate.outStart;
    const outEnd = inflate.outEnd;
    this.#size += outEnd - outStart;
    this.#remaining -= position - start;
    if (this.#maskBit !== 0) this.#unmasked = to - position;
    this.waits = status === Inflated.more;
    this.position = position;
    const isDone = status === Inflated.done && this.#remaining === 0;
    let fault: ErrorId = 0;
    if (status === Inflated.failed) fault = ErrorId.compressionInvalid;
    // Room for nothing, and still something comes: one octet more would be too many.
    else if (this.waits && room === outEnd - outStart) fault = ErrorId.messageTooBig;
    else if (isDone && this.#isFinal() && inflate.endInflate() !== Inflated.done) {
      fault = ErrorId.compressionInvalid;
    }
    this.#deliver(this.#own, outStart, outEnd, isDone, fault);
    return position;
  }

  /**
   * Delivers `memory[start, end)` of the open message after validating it as text; with `frameDone` the frame
   * ends there, and perhaps the message. `fault` is what is wrong behind it.
   */
  #deliver(memory: Memory, start: number, end: number, frameDone: boolean, fault: ErrorId): void {
    const { bytes } = memory;
    const messageDone = frameDone && this.#isFinal();
    let to = end;
    let found = fault;
    if (this.#message === Opcode.text) {
      const before = this.#utf8;
      const after = this.#validate(memory, start, end, before);
      this.#utf8 = after;
      if (after === UTF8_REJECT) {
        to = findUtf8Fault(bytes, start, end, before);
        found = ErrorId.textInvalid;
      } else if (found === 0 && messageDone && after !== UTF8_ACCEPT) found = ErrorId.textInvalid;
    }
    let span = this.#span;
    if (found !== 0) this.#fail(found, this.position);
    else if (frameDone) {
      this.#state = State.header;
      if (messageDone) this.#message = 0;
    }
    // What came before a fault is delivered, the end of the message only when the message is sound.
    if (found !== 0 || !messageDone) span |= Span.more;
    if (to === start && (span & Span.more) !== 0) return;
    this.#span = span & Span.binary;
    this.#events.onData(this.#target, bytes, start, to, span);
  }

  /** Validates a span of text: by the automaton, or if it is long and in the host's memory by the host's way. */
  #validate(memory: Memory, start: number, end: number, state: number): number {
    const { bytes, words } = memory;
    const validateLong = this.#validateLong;
    return end - start < LONG || validateLong === undefined || memory === this.#own
      ? validateUtf8(bytes, words, start, end, state)
      : validateLong(bytes, words, start, end, state);
  }

  /** Whether the frame being read is the last of its message. */
  #isFinal(): boolean {
    return this.#first >= HeadBit.fin;
  }

  /** Collects a control frame's payload in the control area; whole, it stops the parsing. */
  #parseControl(memory: Memory, start: number, end: number): number {
    const available = end - start;
    const length = this.#remaining < available ? this.#remaining : available;
    const own = this.#own;
    const from = this.controlStart + this.controlLength;
    for (let k = 0; k < length; k++) own.bytes[from + k] = memory.bytes[start + k];
    if (this.#maskBit !== 0) this.#key = mask(own.bytes, own.words, from, from + length, this.#key);
    this.controlLength += length;
    this.#remaining -= length;
    if (this.#remaining === 0) {
      this.#state = State.header;
      this.stop = Stop.control;
    }
    return start + length;
  }

  /** Ends the parsing for good. */
  end(): void {
    this.#state = State.dead;
    this.#unmasked = 0;
    this.waits = false;
  }

  #fail(fault: ErrorId, position: number): number {
    this.fault = fault;
    this.stop = Stop.fault;
    this.end();
    return position;
  }
}
