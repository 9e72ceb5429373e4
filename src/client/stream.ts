/** As much of ECMA-419's TCP class (§14.3) as is used here; TLS has the same. */
export interface ByteStream {
  read(buffer: Uint8Array): unknown;
  write(buffer: Uint8Array): unknown;
  close(): void;
}

/** What a stream is constructed with, in addition to the options of its own class. */
export interface ByteStreamCallbacks {
  readonly format: 'buffer';
  readonly onReadable: (count: number) => void;
  readonly onWritable: (count: number) => void;
  /** `error` is more than the standard promises: where it has a numeric `id`, that says what went wrong. */
  readonly onError: (error?: unknown) => void;
}

/** Whom a stream reports to: first what opens it, then its owner. */
export interface StreamSink {
  _streamReadable(count: number): void;
  _streamWritable(count: number): void;
  _streamError(error?: unknown): void;
}

/** What is closed with its owner: a stream, or before that is open, what opens it. */
export interface Closable {
  close(): void;
}

/** Who uses a stream once it is open. */
export interface StreamOwner extends StreamSink {
  /** `stream` is to be closed with this owner; false if that is over already. */
  _hold(stream: Closable): boolean;
  /**
   * `stream` carries octets: it takes `writable` and has `readable`. `isNative`: it is of the host's own class, which runs
   * no code of others while it reads and writes.
   */
  _streamOpened(stream: ByteStream, isNative: boolean, writable: number, readable: number): void;
  /** The stream has ended in order (`failure` 0) or not, or there is none. */
  _streamEnded(failure: number, reason?: unknown): void;
}

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
export const NUMBER = 'number';
export const FUNCTION = 'function';

type StreamError = { readonly id?: unknown } | null | undefined;

/** The error id that a stream reported with its error; 0 where it has none. */
export function idOf(error: unknown): number {
  return typeof (error as StreamError)?.id === NUMBER ? (error as { readonly id: number }).id : 0;
}
