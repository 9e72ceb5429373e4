import type { ByteStreamCallbacks } from '../../src/client/stream.ts';
import { concat } from './octets.ts';

type Options = ByteStreamCallbacks & { readonly from?: ScriptedStream; readonly [name: string]: unknown };

/**
 * A stream of ECMA-419 that does what a test says, as strict as a device's: a view longer than what is
 * available, or than what can be written, is an error.
 */
export class ScriptedStream {
  /** The one made last. */
  static last: ScriptedStream;
  readonly options: Options;
  /** As the standard has it. */
  readonly target: unknown;
  isClosed = false;
  readonly #written: Uint8Array[] = [];
  #available: Uint8Array = new Uint8Array(0);
  #writable = 0;

  constructor(options: Options) {
    this.options = options;
    this.target = options.target;
    ScriptedStream.last = this;
  }

  read(view: Uint8Array): number {
    if (this.isClosed) throw new Error('closed');
    if (view.length > this.#available.length) throw new Error('longer than what is available');
    view.set(this.#available.subarray(0, view.length));
    this.#available = this.#available.slice(view.length);
    return view.length;
  }

  write(view: Uint8Array): number {
    if (this.isClosed) throw new Error('closed');
    if (view.length > this.#writable) throw new Error('longer than what can be written');
    this.#written.push(view.slice());
    return (this.#writable -= view.length);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Octets that the peer has by now, since this was asked last. */
  taken(): Uint8Array {
    return concat(...this.#written.splice(0));
  }

  get unread(): number {
    return this.#available.length;
  }

  becomeWritable(count = 8192): void {
    this.#writable = count;
    this.options.onWritable.call(this, count);
  }

  deliver(bytes: Uint8Array): void {
    this.#available = concat(this.#available, bytes);
    this.options.onReadable.call(this, this.#available.length);
  }

  fail(): void {
    this.options.onError.call(this);
  }
}
