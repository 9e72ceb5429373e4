import { ErrorId } from '../connection/errors.ts';
import type { Transport, TransportSink } from '../host.ts';
import { Views } from './views.ts';

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
  readonly target: IoTransport;
}

/** Octets of the staging area where no option says otherwise; a power of four. */
export const DEFAULT_STAGING = 256;

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
const NUMBER: string = 'number';

/**
 * A transport over an ECMA-419 stream. Octets pass through a staging area in exact lengths, since these
 * streams take and give whole buffers: received into it and parsed there, copied to it and written from it.
 */
export class IoTransport implements Transport {
  /** The callbacks of every stream whose class keeps `target`: a closure costs 9 slots, and each needs three. */
  static readonly #shared = Object.freeze({
    format: 'buffer',
    onReadable(this: Served, count: number): void {
      const transport = this.target;
      transport.#readable = count;
      transport.#read();
    },
    onWritable(this: Served, count: number): void {
      this.target.#onWritable(count);
    },
    onError(this: Served, error?: unknown): void {
      this.target.#onError(error);
    },
  });

  readonly #sink: TransportSink;
  readonly #views: Views;
  readonly #memory: Uint8Array;
  #stream: ByteStream | undefined;
  /** What is asked for an address before there is a stream. */
  #resolver: { close?(): void } | undefined;
  /** Opens another stream if this one cannot connect, and says whether it has. */
  #instead: (() => boolean) | undefined;
  /** Octets that wait in the stream. */
  #readable = 0;
  /** Octets that the stream takes. */
  #writable = 0;
  #isOpen = false;
  #isReading = false;
  #isClosed = false;
  /** What `fail` was told while octets still waited; −1 for nothing. */
  #failure = -1;
  #reason: unknown;

  /** `size` octets (a power of four) of `memory` from `staging` on are the staging area. */
  constructor(sink: TransportSink, memory: Uint8Array, staging: number, size: number) {
    this.#sink = sink;
    this.#memory = memory;
    this.#views = new Views(memory.buffer, staging, size);
  }

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
    if (this.#isClosed) return;
    this.#instead = instead;
    this.#stream = create(
      keepsTarget ? Object.assign({ target: this }, IoTransport.#shared) : this.#callbacks(),
    );
  }

  #callbacks(): ByteStreamCallbacks {
    return {
      format: 'buffer',
      onReadable: (count) => {
        this.#readable = count;
        this.#read();
      },
      onWritable: (count) => this.#onWritable(count),
      onError: (error) => this.#onError(error),
    };
  }

  /** There is no stream, or it has ended; `failure` as for `transportClosed`. */
  fail(failure: number, reason?: unknown): void {
    if (this.#isClosed || this.#failure >= 0) return;
    this.#failure = failure;
    this.#reason = reason;
    this.#read();
  }

  /** Closes `resolver` with this transport; undefined: it has done its work and is closed now. */
  waitFor(resolver: { close?(): void } | undefined): void {
    this.#resolver?.close?.();
    this.#resolver = resolver;
  }

  write(_bytes: Uint8Array, start: number, end: number): number {
    const stop = this.#views.end;
    let from = start;
    while (from < end && this.#writable > 0 && this.#stream !== undefined) {
      const count = end - from;
      const view = this.#views.upTo(count < this.#writable ? count : this.#writable);
      const length = view.length;
      this.#memory.copyWithin(stop - length, from, from + length);
      try {
        const left = this.#stream.write(view);
        this.#writable = typeof left === NUMBER ? (left as number) : this.#writable - length;
      } catch {
        return -1;
      }
      from += length;
    }
    return from - start;
  }

  resume(): void {
    this.#read();
  }

  /** These streams know no half-close: the peer is waited for, until the close deadline. */
  end(): void {}

  close(): void {
    this.#isClosed = true;
    this.#readable = 0;
    this.#writable = 0;
    this.#stream?.close();
    this.#stream = undefined;
    this.waitFor(undefined);
  }

  #onWritable(count: number): void {
    this.#writable = count;
    // What `resume` asks for meanwhile is read here: the stack of a device is short.
    this.#isReading = true;
    if (this.#isOpen) this.#sink.transportWritable(0);
    else {
      this.#isOpen = true;
      this.#instead = undefined;
      this.#sink.transportOpened();
    }
    this.#isReading = false;
    // A stream that was taken over may have told of octets before it was open.
    this.#read();
  }

  #onError(error: unknown): void {
    const id = (error as { readonly id?: unknown } | null | undefined)?.id;
    const failure =
      typeof id === NUMBER ? (id as number) : this.#isOpen ? ErrorId.none : ErrorId.connectFailed;
    if (!this.#isOpen && !this.#isClosed) {
      const instead = this.#instead;
      this.#instead = undefined;
      this.#stream?.close();
      this.#stream = undefined;
      if (instead?.()) return;
    }
    this.fail(failure, error);
  }

  /** Reads as long as the stream has octets and the sink takes them. */
  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    if (!this.#isOpen && this.#failure >= 0) this.#readable = 0;
    const end = this.#views.end;
    while (this.#isOpen && this.#readable > 0 && this.#stream !== undefined) {
      const room = this.#sink.receivable;
      if (room === 0) break;
      const count = this.#fill(this.#readable < room ? this.#readable : room);
      if (count !== 0) this.#sink.transportReceived(this.#memory, end - count, end);
    }
    this.#isReading = false;
    if (this.#failure < 0 || this.#isClosed || this.#readable > 0) return;
    // All that came before the end has been consumed.
    this.close();
    this.#sink.transportClosed(this.#failure, this.#reason);
  }

  /** Reads up to `most` octets to the end of the staging area, smallest piece first; returns how many. */
  #fill(most: number): number {
    const views = this.#views;
    const end = views.end;
    const wanted = most < views.largest ? most : views.largest;
    let count = 0;
    try {
      while (count < wanted) {
        const view = views.leastOf(wanted - count);
        const length = view.length;
        if (count !== 0) this.#memory.copyWithin(end - count - length, end - count, end);
        this.#stream!.read(view);
        count += length;
      }
      this.#readable -= count;
    } catch (error) {
      this.#readable = 0;
      this.fail(ErrorId.transportFailed, error);
    }
    return count;
  }
}
