import { State } from '../connection/connection.ts';
import { ErrorId, RingletError } from '../connection/errors.ts';
import { Hold } from '../connection/inbound.ts';
import { Span } from '../connection/events.ts';
import { Place } from '../connection/layout.ts';
import { HeadBit, MASKED, Opcode } from '../frame/opcode.ts';
import { turnKey } from '../frame/mask.ts';
import { RECEIVE_BUFFER } from '../connection/options.ts';
import { Sending } from '../connection/sending.ts';
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
}

/** Payloads of fewer octets than this are masked without the native. */
const NATIVE_FROM = 16;

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
  readonly #inputView: Uint8Array | undefined;
  readonly #stagingView: Uint8Array;
  /** Where a short payload is composed behind its header. */
  readonly #payloadView: Uint8Array;
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
    super(host, Object.assign({}, options, { staging: STAGING, whole, resizable }));
    const buffer = this.memory.buffer as ArrayBuffer;
    this.#staging = buffer.byteLength - STAGING;
    this.#input = this.#staging - receiveBuffer;
    this.#stagingView = new Uint8Array(buffer, this.#staging);
    this.#payloadView = new Uint8Array(buffer, Place.controlOut, STAGING);
    if (resizable) {
      this.#buffer = buffer;
      this.#inputView = new Uint8Array(buffer, this.#input);
    }
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
    const room = this.wrap - to;
    // Where the ring wraps, the general way knows how.
    if (
      this.sending === 0 &&
      room >= 0 &&
      (this.lastHead === (opcode | (length << 8)) || this.#compose(length, opcode))
    ) {
      const key = this.source.random();
      if (key !== 0) {
        this.words.fill(key, Short.key, Short.payload + ((length + 3) >> 2));
        this.source.xor!(this.#payloadView, octets, length);
        this.memory.copyWithin(to - length + Short.target, Short.from, Place.controlOut + length);
        this.tail = to;
        if ((this.pumping & PumpFlag.pumps) === 0) {
          this.pumpSoon();
          return this.writable;
        }
        if (this.head !== 0) return this.writable;
        return room > 132 ? room - 7 : room > 129 ? 125 : room > 5 ? room - 5 : 0;
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
    if (length === 0 || length > Short.most) return false;
    this.lastHead = opcode | (length << 8);
    this.words[Short.header] = (this.lastHead | Short.finAndMask) << 16;
    return true;
  }

  protected override get hasFast(): boolean {
    return this.source.xor !== undefined;
  }

  protected override write(start: number, end: number): number {
    const stream = this.#stream;
    if (stream === undefined || !this.hasFreshKey()) return 0;
    const memory = this.memory;
    const place = this.#passage;
    const all = this.#staging + STAGING;
    const buffer = (this.pumping & PumpFlag.native) === 0 ? undefined : this.#buffer;
    let view = place === this.#input ? this.#inputView! : this.#stagingView;
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
   * The fast path: a view is filled with the masking key, and the host's native XORs the payload into it, which
   * copies it, too. A whole buffer that is not longer than the view.
   */
  protected override payload(bytes: Uint8Array, start: number, end: number, key: number): void {
    const { xor } = this.source;
    if (key !== 0 && xor !== undefined && start === 0 && end >= NATIVE_FROM && end === bytes.length) {
      const place = end > STAGING ? this.#passage : this.#staging;
      const view = place === this.#staging ? this.#stagingView : this.#inputView;
      if (view !== undefined && end <= view.length) {
        this.words.fill(key, place >> 2, (place + end + 3) >> 2);
        xor(view, bytes, end);
        this.append(place, place + end);
        return;
      }
    }
    super.payload(bytes, start, end, key);
  }

  /** The same for octets that lie in the ring. */
  protected override maskOwn(start: number, end: number, key: number): number {
    const { xor } = this.source;
    const isUsed = (this.sending & Sending.waiting) !== 0 || this.#stagingView.length < STAGING;
    if (xor === undefined || isUsed || end - start < NATIVE_FROM) return super.maskOwn(start, end, key);
    const { memory } = this;
    const staging = this.#staging;
    this.words.fill(key, Short.payload, Short.payload + STAGING / 4);
    for (let from = start; from < end; from += STAGING) {
      const count = end - from < STAGING ? end - from : STAGING;
      memory.copyWithin(staging, from, from + count);
      xor(this.#stagingView, this.#payloadView, count);
      memory.copyWithin(from, staging, staging + count);
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
          if (this.#readable <= 0) break;
          this.#fill(memory);
        }
        this.onReceived(memory, this.at, this.#inputEnd);
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
    const isOpen = this.stage >= State.open;
    // The handshake keeps lines in the receive buffer.
    const place = isOpen ? input : staging;
    const most = isOpen ? staging - input : STAGING;
    let count = this.#readable;
    if (count > most) count = most;
    this.#readable -= count;
    const before = this.at;
    const left = this.#inputEnd - before;
    if (left !== 0) memory.copyWithin(input - left, before, before + left);
    this.at = input - left;
    this.#inputEnd = input + count;
    const buffer = (this.pumping & PumpFlag.native) === 0 ? undefined : this.#buffer;
    let failed = false;
    let reason: unknown;
    try {
      if (buffer === undefined) this.#stream!.read(memory.subarray(place, place + count));
      else {
        buffer.resize(place + count);
        this.#stream!.read(isOpen ? this.#inputView! : this.#stagingView);
      }
    } catch (error) {
      failed = true;
      reason = error;
    }
    if (failed) {
      this.at = this.#inputEnd;
      this.#readable = 0;
      this.failStream(ErrorId.transportFailed, reason);
      return;
    }
    if (buffer !== undefined) buffer.resize(staging + STAGING);
    if (!isOpen) {
      memory.copyWithin(input - count, place, place + count);
      this.at = input - count;
      this.#inputEnd = input;
    }
  }

  #onReadable(count: number): void {
    // What failed once is read no more.
    this.#readable = (this.pumping & PumpFlag.failed) === 0 ? count : 0;
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
   * Makes the stream by `create`, which is handed the callbacks; throws what it throws. `keepsTarget` tells that
   * the stream calls them as its own methods and keeps its option `target`. If the stream cannot connect,
   * `instead` is asked to open another one, and says whether it has.
   */
  open(
    create: (callbacks: ByteStreamCallbacks) => ByteStream,
    keepsTarget: boolean,
    instead?: () => boolean,
  ): void {
    if ((this.pumping & PumpFlag.closed) !== 0) return;
    if (instead !== undefined) (this.#aside ??= { failure: -1 }).instead = instead;
    if (keepsTarget) this.pumping |= PumpFlag.native;
    else this.pumping &= ~PumpFlag.native;
    this.#stream = create(
      keepsTarget
        ? Object.assign({ target: this }, StreamEndpoint.#shared)
        : {
            format: 'buffer',
            onReadable: (count) => this.#onReadable(count),
            onWritable: (count) => this.#onWritable(count),
            onError: (error) => this.#onError(error),
          },
    );
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
    const start = this.#spanStart;
    const source = this.source;
    const left = this.#spanEnd - start;
    if (left === 0) return undefined;
    const length = octets.length;
    const count = length < left ? length : left;
    if (source.copy !== undefined) source.copy(this.memory, start, start + count, octets, 0);
    else if (
      start >= this.#input &&
      this.#inputView !== undefined &&
      source.xor !== undefined &&
      count !== 0
    ) {
      // The native copies into zeros, which it makes, from where a view begins: what lies there has been consumed.
      this.memory.copyWithin(this.#input, start, start + count);
      source.xor(octets, octets, count);
      source.xor(octets, this.#inputView, count);
    } else this.#copy(octets, start, count);
    if (count === left && (this.pumping & PumpFlag.receiving) !== 0) {
      this.#spanStart = this.#spanEnd;
      this.hold &= ~Hold.paused;
    } else this.advance(count);
    return count;
  }

  /** Copies `memory[start, start + count)` to the beginning of `octets`, piece by piece. */
  #copy(octets: Uint8Array, start: number, count: number): void {
    for (let at = 0; at < count; at += STAGING) {
      const length = count - at < STAGING ? count - at : STAGING;
      const staging = this.#staging;
      const buffer = this.#buffer;
      this.memory.copyWithin(staging, start + at, start + at + length);
      if (buffer === undefined) octets.set(this.memory.subarray(staging, staging + length), at);
      else {
        buffer.resize(staging + length);
        octets.set(this.#stagingView, at);
        buffer.resize(staging + STAGING);
      }
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
