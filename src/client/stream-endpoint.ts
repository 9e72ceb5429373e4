import { State } from '../connection/connection.ts';
import { ErrorId } from '../connection/errors.ts';
import { Hold } from '../connection/inbound.ts';
import { RECEIVE, Register } from '../connection/layout.ts';
import { turnKey } from '../frame/mask.ts';
import { RECEIVE_BUFFER } from '../connection/options.ts';
import type { Host } from '../host.ts';
import { type EndpointOptions, Pump, PumpFlag } from './pump.ts';
import { placeOf, SPARE, viewsOf } from './views.ts';

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

/** Fewer octets than this are masked without the native. */
const NATIVE_FROM = 16;

const enum Flag {
  /** The stream can carry octets. */
  open = 1,
  /** Reading, or about to. */
  reading = 2,
  closed = 8,
}

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const NUMBER: string = 'number';

/**
 * A connection on an ECMA-419 stream. These streams take and give whole buffers, so octets pass through views of
 * exact lengths at the beginning of the receive buffer; what is received is parsed at its end, and stays there until
 * it is consumed. Nothing more is read meanwhile: what the receiver does not take holds the peer back.
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

  readonly #views: readonly Uint8Array[];
  #stream: ByteStream | undefined;
  /** What there is before the stream is open, and when it has ended. */
  #aside: Aside | undefined;
  /** The span that the receiver is reading. */
  #spanStart = 0;
  #spanEnd = 0;
  #flags = 0;

  constructor(host: Host, options: EndpointOptions<Target>) {
    // While the handshake keeps lines of the head in one half, input passes through the other.
    const { receiveBuffer = RECEIVE_BUFFER } = options;
    const whole = receiveBuffer >> 3;
    super(host, Object.assign({}, options, { spare: SPARE + whole, scratch: receiveBuffer >> 1, whole }));
    this.#views = viewsOf(this.memory.buffer, receiveBuffer >> 1, this.ring);
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
    if ((this.#flags & Flag.closed) !== 0) return;
    if (instead !== undefined) (this.#aside ??= { failure: -1 }).instead = instead;
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
    if ((this.#flags & Flag.closed) !== 0) return;
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

  /** Keeps `memory[start, end)` until it is read. */
  keepSpan(start: number, end: number): void {
    this.#spanStart = start;
    this.#spanEnd = end;
    // What the receiver leaves for later stops the reading.
    if (end !== start) this.pause();
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
    if (this.#spanStart === this.#spanEnd) this.resume();
  }

  /** Copies the first `count` octets of the span to the beginning of `octets`. */
  copySpan(octets: Uint8Array, count: number): void {
    const { memory } = this;
    let index = 2;
    let length = SPARE;
    let from = this.#spanStart;
    for (let at = 0; at < count; at += length, from += length) {
      while (length > count - at) {
        length >>= 3;
        index--;
      }
      memory.copyWithin(placeOf(length, 0), from, from + length);
      octets.set(this.#views[index], at);
    }
  }

  /** Index of the longest view that can be used now: while there is input, of those that are spare. */
  get #longest(): number {
    if ((this.pumping & PumpFlag.receiving) !== 0 || this.stage < State.open) return 2;
    const isIdle = this.at === this.words[Register.inputEnd] && this.#spanStart === this.#spanEnd;
    return isIdle ? this.#views.length - 1 : 2;
  }

  // --- Octets out ----------------------------------------------------------------------------------------

  protected override write(start: number, end: number): number {
    const memory = this.memory;
    const words = this.words;
    const stream = this.#stream;
    const views = this.#views;
    let index = this.#longest;
    let length = 1 << (3 * index);
    let writable = words[Register.writable];
    let from = start;
    while (from < end && writable > 0 && stream !== undefined) {
      // The longest view that is not too long; pieces only get shorter.
      while (length > end - from || length > writable) {
        length >>= 3;
        index--;
      }
      const place = placeOf(length, this.ring);
      memory.copyWithin(place, from, from + length);
      try {
        const left = stream.write(views[index]);
        writable = typeof left === NUMBER ? (left as number) : writable - length;
      } catch {
        return -1;
      }
      from += length;
    }
    words[Register.writable] = writable;
    return from - start;
  }

  /**
   * The fast path: a view is filled with the masking key, and the host's native XORs the payload into it, which
   * copies it, too. A whole buffer that is not longer than the view.
   */
  protected override payload(bytes: Uint8Array, start: number, end: number, key: number): void {
    const xor = this.source.xor;
    if (key !== 0 && xor !== undefined && start === 0 && end >= NATIVE_FROM && end === bytes.length) {
      const index = this.#longest;
      const length = 1 << (3 * index);
      if (end <= length) {
        const place = placeOf(length, this.ring);
        this.words.fill(key, place >> 2, (place + end + 3) >> 2);
        xor(this.#views[index], bytes, end);
        this.append(place, place + end);
        return;
      }
    }
    super.payload(bytes, start, end, key);
  }

  /** The same for octets that lie in the ring. */
  protected override maskOwn(start: number, end: number, key: number): number {
    const { xor } = this.source;
    if (xor === undefined || end - start < NATIVE_FROM) return super.maskOwn(start, end, key);
    const { memory, words } = this;
    const index = this.#longest;
    const length = 1 << (3 * index);
    const place = placeOf(length, this.ring);
    words[Register.headerKey] = words[Register.headerKey + 1] = key;
    for (let from = start; from < end; from += length) {
      const count = end - from < length ? end - from : length;
      memory.copyWithin(place, from, from + count);
      xor(this.#views[index], this.#views[1], count);
      memory.copyWithin(from, place, place + count);
    }
    return turnKey(key, end - start);
  }

  // --- Octets in -----------------------------------------------------------------------------------------

  /** Reads as long as the stream has octets and the receiver takes them. */
  protected override read(): void {
    if ((this.#flags & (Flag.reading | Flag.open | Flag.closed)) === Flag.open) {
      const memory = this.memory;
      const words = this.words;
      this.#flags |= Flag.reading;
      while ((this.hold & Hold.paused) === 0) {
        if (this.at === words[Register.inputEnd] || (this.hold & Hold.partial) !== 0) {
          if (words[Register.readable] <= 0) break;
          this.#fill(memory, words);
        }
        this.onReceived(memory, this.at, words[Register.inputEnd]);
        if ((this.#flags & Flag.closed) !== 0) break;
      }
      this.#flags &= ~Flag.reading;
    } else if ((this.#flags & Flag.reading) !== 0) return;
    const aside = this.#aside;
    if (aside === undefined || aside.failure < 0 || (this.#flags & Flag.closed) !== 0) return;
    const isLeft =
      this.words[Register.readable] > 0 ||
      (this.at !== this.words[Register.inputEnd] && (this.hold & Hold.partial) === 0) ||
      this.available !== 0;
    if ((this.#flags & Flag.open) !== 0 && isLeft) return;
    // All that came before the end has been consumed.
    this.release();
    this.onEnded(aside.failure, aside.reason);
  }

  /** Reads what there is, as far as it fits, to the end of the receive buffer, behind what is left there. */
  #fill(memory: Uint8Array, words: Int32Array): void {
    const before = this.at;
    const left = words[Register.inputEnd] - before;
    const views = this.#views;
    let index = views.length - 1;
    let end = this.ring;
    if (this.stage < State.open) {
      // The handshake keeps lines in the second half of the buffer.
      end = RECEIVE + ((end - RECEIVE) >> 1) - SPARE;
      index = 2;
    }
    let length = 1 << (3 * index);
    const room = end - RECEIVE - SPARE - left;
    let count = words[Register.readable];
    // All that fits, or as much of it as moves in the longest pieces.
    if (count > room) count = room > length ? room & -length : room;
    const from = end - count;
    if (left !== 0) memory.copyWithin(from - left, before, before + left);
    this.at = from - left;
    words[Register.inputEnd] = end;
    words[Register.readable] -= count;
    try {
      const stream = this.#stream!;
      for (let at = from; at < end; at += length) {
        // The longest view that is not too long; pieces only get shorter.
        while (length > end - at) {
          length >>= 3;
          index--;
        }
        stream.read(views[index]);
        const place = placeOf(length, end);
        if (place !== at) memory.copyWithin(at, place, place + length);
      }
    } catch (error) {
      this.at = end;
      words[Register.readable] = 0;
      this.failStream(ErrorId.transportFailed, error);
    }
  }

  #onReadable(count: number): void {
    this.words[Register.readable] = count;
    this.read();
  }

  #onWritable(count: number): void {
    this.words[Register.writable] = count;
    // What `resume` asks for meanwhile is read here: the stack of a device is short.
    this.#flags |= Flag.reading;
    if ((this.#flags & Flag.open) !== 0) this.onTaken(0);
    else {
      this.#flags |= Flag.open;
      this.#aside = undefined;
      this.onOpened();
    }
    this.#flags &= ~Flag.reading;
    // A stream that was taken over may have told of octets before it was open.
    this.read();
  }

  #onError(error: unknown): void {
    const id = (error as { readonly id?: unknown } | null | undefined)?.id;
    let failure = typeof id === NUMBER ? (id as number) : ErrorId.none;
    if ((this.#flags & (Flag.open | Flag.closed)) === 0) {
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
    this.#flags |= Flag.closed;
    this.words[Register.readable] = this.words[Register.writable] = 0;
    this.#stream?.close();
    this.#stream = undefined;
    this.awaitResolver(undefined);
  }
}
