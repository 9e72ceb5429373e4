import { ErrorId, RingletError } from '../errors.ts';
import { Hold } from '../connection/inbound.ts';
import { Span } from '../connection/events.ts';
import { Place, Register, Size } from '../connection/layout.ts';
import { HeadBit, MASKED, Opcode } from '../frame/opcode.ts';
import { turnKey } from '../frame/mask-bytes.ts';
import { RECEIVE_BUFFER } from '../connection/options.ts';
import { State } from '../connection/state.ts';
import type { Host } from '../host.ts';
import { type EndpointOptions, Pump, PumpFlag } from './pump.ts';

/** As much of ECMA-419's TCP class (§14.3) as is used here; TLS has the same. */
export interface ByteStream {
  read(buffer: Uint8Array): unknown;
  write(buffer: Uint8Array): unknown;
  close(): void;
}

/** What a stream is constructed with, beside the options of its own class. */
export interface ByteStreamCallbacks {
  readonly format: 'buffer';
  readonly onReadable: (count: number) => void;
  readonly onWritable: (count: number) => void;
  /** `error` is more than the standard promises: where it has a numeric `id`, that tells what went wrong. */
  readonly onError: (error?: unknown) => void;
}

/** A class of streams; it has options of its own, too. */
export type StreamClass = new (options: ByteStreamCallbacks) => ByteStream;

/** A stream that calls its callbacks as its own methods and keeps the option `target` as a property. */
interface Served {
  readonly target: StreamEndpoint<unknown>;
}

/** What an endpoint knows of its stream before that is open, and after its end. */
interface Aside {
  /** What is asked for an address. */
  resolver?: { close?(): void } | undefined;
  /** Opens another stream if this one cannot connect, and says whether it has. */
  instead?: (() => boolean) | undefined;
  /** How the stream ended; −1 if it did not. */
  failure: number;
  reason?: unknown;
}

/** Octets of the staging area: a payload whose length stands in the second octet of its frame. */
const STAGING = 128;

/** The frames of the fast path: two octets, the masking key, a payload. */
const enum Short {
  /** Longest payload. */
  most = 125,
  /** What the first two octets have beside opcode and length, as a 16-bit word. */
  finAndMask = HeadBit.fin | (MASKED << 8),
  /** Where a frame is composed: the words of its header, key and payload, and its first octet. */
  payload = Place.controlOut >> 2,
  key = payload - 1,
  header = payload - 2,
  from = Place.controlOut - 6,
  /** Where it goes: from its place in the ring to that in memory, with its header. */
  target = Place.ring - 6,
  /**
   * What the octets left in the ring have more than the next payload: header, key, what is kept for a control frame, less
   * the one that is not counted; and where the header is two octets longer. From where on they are enough for that, and for
   * the longest payload with the shorter header.
   */
  before = 5 + Size.controlFrame,
  beforeLong = before + 2,
  roomForLong = before + 127,
  roomForMost = before + 124,
}

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const NUMBER: string = 'number';

/**
 * A connection on an ECMA-419 stream. What is received is parsed where it was read to, and stays there until it is
 * consumed. Nothing more is read meanwhile: what the receiver does not take holds the peer back.
 *
 * These streams take and give whole buffers, and to make a view of every length allocates. Where the host can, two
 * views that follow the length of a resizable buffer serve for all: the one begins at the receive buffer, the other at
 * the staging area behind it. For one read or write the buffer is cut where the octets end, which loses what lies
 * behind; everything that has to be kept lies in front. Other streams are given a new view each time. When a stream
 * throws, the buffer stays short: the exception may have caused a collection, and then more memory would be taken.
 */
export class StreamEndpoint<Target> extends Pump<Target> {
  /** The callbacks of every stream whose class keeps `target`: a closure costs 9 slots, and each needs three. */
  static readonly #shared = Object.freeze({
    format: 'buffer',
    onReadable(this: Served, count: number): void {
      this.target.#onReadable(count);
    },
    onWritable(this: Served, count: number): void {
      this.target.#onWritable(count);
    },
    onError(this: Served, error?: unknown): void {
      this.target.#onError(error);
    },
  });

  /** What can be cut, with its views; where that cannot be, undefined. */
  readonly #buffer: ArrayBuffer | undefined;
  /** Where the receive buffer begins, and the staging area. */
  readonly #input: number;
  readonly #staging: number;
  readonly #inputView: Uint8Array;
  readonly #stagingView: Uint8Array;
  /** Where a short payload is composed behind its header, and a masking key at other times. */
  readonly #payloadView: Uint8Array;
  readonly #keyView: Uint8Array;
  #stream: ByteStream | undefined;
  /** What there is before the stream is open, and when it has ended. */
  #aside: Aside | undefined;
  /** Octets that wait in the stream, that it takes, and where the input ends that was read. */
  #readable = 0;
  #writable = 0;
  #inputEnd = 0;
  /** The span that the receiver is reading. */
  #spanStart = 0;
  #spanEnd = 0;

  constructor(host: Host, options: EndpointOptions<Target>) {
    const { receiveBuffer = RECEIVE_BUFFER } = options;
    const resizable = host.resizable ?? false;
    const whole = Math.max(receiveBuffer >> 3, STAGING);
    super(host, Object.assign({}, options, { input: whole + receiveBuffer + STAGING, whole, resizable }));
    const buffer = this.memory.buffer as ArrayBuffer;
    this.#staging = buffer.byteLength - STAGING;
    this.#input = this.#staging - receiveBuffer;
    this.#stagingView = new Uint8Array(buffer, this.#staging);
    this.#payloadView = new Uint8Array(buffer, Place.controlOut, STAGING);
    this.#keyView = new Uint8Array(buffer, Register.key * 4, 4);
    this.#inputView = new Uint8Array(buffer, this.#input);
    if (resizable) this.#buffer = buffer;
  }

  // --- Octets out ----------------------------------------------------------------------------------------

  /**
   * Sends all of `octets` as a whole message; `opcode` is text or binary. Returns how many octets can be sent next.
   * Throws a RingletError, having sent nothing, for what {@link Connection.send} refuses.
   *
   * The fast path takes short messages: a view is filled with the masking key, and the host's native XORs the payload
   * into it, which copies it, too; with its header in front it goes into the ring. The twin is `send`.
   */
  post(octets: Uint8Array, opcode: number): number {
    const length = octets.length;
    const to = this.tail + length + 6;
    const left = this.wrap - to;
    // Where the ring wraps, the general way knows how.
    if (
      this.sending === 0 &&
      left >= Size.controlFrame &&
      (this.lastHead === (opcode | (length << 8)) || this.#compose(length, opcode))
    ) {
      const source = this.source;
      const key = source.random();
      if (key !== 0) {
        this.words.fill(key, Short.key, Short.payload + ((length + 3) >> 2));
        source.xor!(this.#payloadView, octets, length);
        this.memory.copyWithin(to - length + Short.target, Short.from, Place.controlOut + length);
        this.tail = to;
        if ((this.pumping & PumpFlag.pumps) === 0) {
          this.accepted();
          return this.writable;
        }
        if (this.head !== 0) return this.writable;
        if (left > Short.roomForLong) return left - Short.beforeLong;
        return left > Short.roomForMost ? 125 : left > Short.before ? left - Short.before : 0;
      }
    }
    return this.writableAfter(this.send(octets, 0, length, opcode === Opcode.binary ? Span.binary : 0));
  }

  /** How many octets can be sent next, after `fault` 0 of a method that sends; else throws. */
  writableAfter(fault: number): number {
    if (fault === 0) return this.writable;
    throw new RingletError(this.stage === State.closed ? ErrorId.closed : fault, 'nothing was written');
  }

  /** Composes the header of a short frame, which the next ones of its length can use. Returns false if it is none. */
  #compose(length: number, opcode: number): boolean {
    if (length === 0 || length > Short.most || !this.source.xor || this.wrap > 0xffff) return false;
    this.lastHead = opcode | (length << 8);
    this.words[Short.header] = (this.lastHead | Short.finAndMask) << 16;
    return true;
  }

  protected override write(start: number, end: number): number {
    const stream = this.#stream;
    if (stream === undefined || !this.hasFreshKey()) return 0;
    const memory = this.memory;
    const place = this.#passage;
    const all = this.#staging + STAGING;
    const buffer = (this.pumping & PumpFlag.native) === 0 ? undefined : this.#buffer;
    let view = place === this.#input ? this.#inputView : this.#stagingView;
    let writable = this.#writable;
    let from = start;
    while (from < end && writable > 0) {
      let count = end - from;
      if (count > writable) count = writable;
      if (count > all - place) count = all - place;
      memory.copyWithin(place, from, from + count);
      if (buffer !== undefined) buffer.resize(place + count);
      else view = memory.subarray(place, place + count);
      try {
        const left = stream.write(view);
        writable = typeof left === NUMBER ? (left as number) : writable - count;
      } catch {
        writable = -1;
      }
      this.#writable = writable;
      if (writable < 0) return -1;
      if (buffer !== undefined) buffer.resize(all);
      from += count;
    }
    return from - start;
  }

  /**
   * The fast path for longer messages, as in `post`: a whole buffer that is not longer than the view. The twin is to copy
   * and then to mask.
   */
  protected override load(bytes: Uint8Array, start: number, end: number, key: number): boolean {
    const { xor } = this.source;
    const place = this.#passage;
    const view = place === this.#input ? this.#inputView : this.#stagingView;
    if (!xor || key === 0 || start !== 0 || end !== bytes.length || end > view.length) return false;
    this.words.fill(key, place >> 2, (place + end + 3) >> 2);
    xor(view, bytes, end);
    this.append(place, place + end);
    return true;
  }

  /** By the host's native, in a view of the memory that `bytes` has to be. */
  protected override mask(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    key: number,
  ): number {
    const { xor, mask } = this.source;
    if (!xor) return mask!(bytes, words, start, end, key);
    const place = this.#passage;
    const view = place === this.#input ? this.#inputView : this.#stagingView;
    words[Register.key] = key;
    for (let from = start; from < end;) {
      const count = end - from < view.length ? end - from : view.length;
      bytes.copyWithin(place, from, from + count);
      xor(view, this.#keyView, count);
      bytes.copyWithin(from, place, place + count);
      from += count;
    }
    return turnKey(key, end - start);
  }

  // --- Octets in -----------------------------------------------------------------------------------------

  /** Reads as long as the stream has octets and the receiver takes them. */
  protected override read(): void {
    if ((this.pumping & (PumpFlag.reading | PumpFlag.open | PumpFlag.closed)) === PumpFlag.open) {
      const memory = this.memory;
      this.pumping |= PumpFlag.reading;
      while ((this.hold & Hold.paused) === 0) {
        if (this.at === this.#inputEnd || (this.hold & Hold.partial) !== 0) {
          if (this.#readable > 0) this.#fill(memory);
          else if (this.hold !== 0 || !this.waits) break;
        }
        this.onReceived(memory, this.words, this.at, this.#inputEnd);
        if ((this.pumping & PumpFlag.closed) !== 0) break;
      }
      this.pumping &= ~PumpFlag.reading;
    } else if ((this.pumping & PumpFlag.reading) !== 0) return;
    const aside = this.#aside;
    if (aside === undefined || aside.failure < 0 || (this.pumping & PumpFlag.closed) !== 0) return;
    const isLeft =
      this.#readable > 0 ||
      (this.at !== this.#inputEnd && (this.hold & Hold.partial) === 0) ||
      this.available !== 0;
    if ((this.pumping & PumpFlag.open) !== 0 && isLeft) return;
    // All that came before the end has been consumed.
    this.release();
    this.onEnded(aside.failure, aside.reason);
  }

  /** Reads what there is, as far as it fits, behind what is left, which is moved in front of the receive buffer. */
  #fill(memory: Uint8Array): void {
    const input = this.#input;
    const staging = this.#staging;
    let end = input + this.#readable;
    if (end > staging) end = staging;
    this.#readable -= end - input;
    const before = this.at;
    const left = this.#inputEnd - before;
    if (left !== 0) memory.copyWithin(input - left, before, before + left);
    this.at = input - left;
    this.#inputEnd = end;
    const buffer = (this.pumping & PumpFlag.native) === 0 ? undefined : this.#buffer;
    let view = this.#inputView;
    if (buffer !== undefined) buffer.resize(end);
    else view = memory.subarray(input, end);
    try {
      this.#stream!.read(view);
    } catch (error) {
      this.at = end;
      this.#readable = 0;
      this.transportReason = error;
      this.failSoon(ErrorId.transportFailed);
      return;
    }
    if (buffer !== undefined) buffer.resize(staging + STAGING);
  }

  #onReadable(count: number): void {
    this.#readable = count;
    this.read();
  }

  #onWritable(count: number): void {
    this.#writable = count;
    // What `resume` asks for meanwhile is read here: the stack of a device is short.
    this.pumping |= PumpFlag.reading;
    if ((this.pumping & PumpFlag.open) !== 0) this.onTaken(0);
    else {
      this.pumping |= PumpFlag.open;
      this.#aside = undefined;
      this.onOpened();
    }
    this.pumping &= ~PumpFlag.reading;
    // A stream that was taken over may have told of octets before it was open.
    this.read();
  }

  #onError(error: unknown): void {
    const id = (error as { readonly id?: unknown } | null | undefined)?.id;
    let failure = typeof id === NUMBER ? (id as number) : ErrorId.none;
    if ((this.pumping & (PumpFlag.open | PumpFlag.closed)) === 0) {
      if (failure === 0) failure = ErrorId.connectFailed;
      const instead = this.#aside?.instead;
      this.#stream?.close();
      this.#stream = undefined;
      if (instead?.()) return;
    }
    this.failStream(failure, error);
  }

  /** These streams know no half-close: the peer is waited for, until the close deadline. */
  protected override end(): void {}

  protected override release(): void {
    this.pumping |= PumpFlag.closed;
    this.#readable = this.#writable = 0;
    this.#stream?.close();
    this.#stream = undefined;
    this.awaitResolver(undefined);
  }

  // --- Opening -------------------------------------------------------------------------------------------

  /**
   * Makes a stream of the class `Stream` with `options`; throws what that throws. If it cannot connect, `instead` is
   * asked to open another one, and says whether it has.
   */
  open(Stream: StreamClass, options: object, instead?: () => boolean): void {
    if ((this.pumping & PumpFlag.closed) !== 0) return;
    if (instead !== undefined) (this.#aside ??= { failure: -1 }).instead = instead;
    // It calls its callbacks as its own methods, and keeps its option `target`.
    const isNative = Stream === this.source.TCP;
    if (isNative) this.pumping |= PumpFlag.native;
    else this.pumping &= ~PumpFlag.native;
    const callbacks = isNative
      ? Object.assign({ target: this }, StreamEndpoint.#shared)
      : {
          format: 'buffer' as const,
          onReadable: (count: number) => this.#onReadable(count),
          onWritable: (count: number) => this.#onWritable(count),
          onError: (error?: unknown) => this.#onError(error),
        };
    this.#stream = new Stream(Object.assign({}, options, callbacks));
  }

  /** There is no stream, or it has ended; `failure` as for `transportClosed`. */
  failStream(failure: number, reason?: unknown): void {
    if ((this.pumping & PumpFlag.closed) !== 0) return;
    this.#aside ??= { failure: -1 };
    if (this.#aside.failure < 0) Object.assign(this.#aside, { failure, reason });
    this.read();
  }

  /** Closes `resolver` with this endpoint; undefined: it has done its work and is closed now. */
  awaitResolver(resolver: { close?(): void } | undefined): void {
    this.#aside?.resolver?.close?.();
    if (resolver !== undefined || this.#aside !== undefined) {
      (this.#aside ??= { failure: -1 }).resolver = resolver;
    }
  }

  // --- The span that waits for the receiver --------------------------------------------------------------

  /** Keeps `memory[start, end)` until it is read. What the receiver leaves for later stops the reading. */
  keepSpan(start: number, end: number): void {
    this.#spanStart = start;
    this.#spanEnd = end;
    if (end === start) return;
    this.hold |= Hold.paused;
    this.pumping &= ~PumpFlag.resumes;
  }

  /** Where the span begins that is being read, and how many octets are left of it. */
  get spanStart(): number {
    return this.#spanStart;
  }

  get available(): number {
    return this.#spanEnd - this.#spanStart;
  }

  /** The first `count` octets of the span have been read. */
  advance(count: number): void {
    this.#spanStart += count;
    if (this.#spanStart !== this.#spanEnd) return;
    // Inside the event that told of it, the parsing goes on by itself.
    if ((this.pumping & PumpFlag.receiving) !== 0) this.hold &= ~Hold.paused;
    else this.resume();
  }

  /** Reads of the span what fits into `octets`; returns how many octets that is, or undefined if there are none. */
  readInto(octets: Uint8Array): number | undefined {
    const { xor } = this.source;
    const start = this.#spanStart;
    const left = this.#spanEnd - start;
    if (left === 0) return undefined;
    const length = octets.length;
    const count = length < left ? length : left;
    if (xor && start >= this.#input && count !== 0) {
      // The native copies into zeros, which it makes, from where a view begins: what lies there has been consumed.
      this.memory.copyWithin(this.#input, start, start + count);
      xor(octets, octets, count);
      xor(octets, this.#inputView, count);
    } else this.#copyOut(octets, start, count);
    if (count === left && (this.pumping & PumpFlag.receiving) !== 0) {
      this.#spanStart = this.#spanEnd;
      this.hold &= ~Hold.paused;
    } else this.advance(count);
    return count;
  }

  /** Copies `memory[start, start + count)` to the beginning of `octets`; piece by piece where views cost nothing. */
  #copyOut(octets: Uint8Array, start: number, count: number): void {
    const { memory } = this;
    const buffer = this.#buffer;
    if (buffer === undefined) octets.set(memory.subarray(start, start + count));
    else
      for (let at = 0; at < count; at += STAGING) {
        const end = start + (count - at < STAGING ? count : at + STAGING);
        memory.copyWithin(this.#staging, start + at, end);
        buffer.resize(this.#staging + end - start - at);
        octets.set(this.#stagingView, at);
        buffer.resize(this.#staging + STAGING);
      }
  }

  // --- Views of exact lengths ----------------------------------------------------------------------------

  /** Where octets pass on their way out: through the receive buffer, or while that is in use, behind it. */
  get #passage(): number {
    const isIdle =
      (this.pumping & PumpFlag.receiving) === 0 &&
      this.stage >= State.open &&
      this.at === this.#inputEnd &&
      this.#spanStart === this.#spanEnd;
    return isIdle ? this.#input : this.#staging;
  }
}
