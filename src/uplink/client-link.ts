import type { ConnectionError } from '../errors.ts';
import type { Delivery } from '../connection/events.ts';
import { Opcode } from '../frame/opcode.ts';
import type { WebSocketClient, WebSocketClientOptions, WriteOptions } from '../client/websocket-client.ts';
import type { Loss } from './failure.ts';
import type { Link, LinkSink } from './link.ts';
import type { Outbox } from './outbox.ts';

const TEXT: WriteOptions = Object.freeze({ binary: false, more: false });
const BINARY: WriteOptions = Object.freeze({ binary: true, more: false });
const TEXT_MORE: WriteOptions = Object.freeze({ binary: false, more: true });
const BINARY_MORE: WriteOptions = Object.freeze({ binary: true, more: true });
const CLOSE: WriteOptions = Object.freeze({ opcode: Opcode.close });

/** A class of ECMA-419 clients that is ours: it has `onSpan`. */
export type ClientClass = new (options: WebSocketClientOptions) => WebSocketClient;

function onWritable(this: WebSocketClient, count: number): void {
  (this.target as ClientLink)._writable(count);
}

function onSpan(
  this: WebSocketClient,
  bytes: Uint8Array,
  start: number,
  end: number,
  delivery: Delivery,
): void {
  (this.target as ClientLink)._sink.linkReceived(bytes, start, end, delivery.binary, delivery.more);
}

function onClose(this: WebSocketClient): void {
  const { closeCode } = this;
  (this.target as ClientLink)._closed({
    error: 0,
    closeCode,
    httpStatus: 0,
    retryAfter: '',
    location: '',
    reason: undefined,
  });
}

function onError(this: WebSocketClient, failure: ConnectionError): void {
  const { id: error, closeCode, httpStatus, retryAfter, location, reason } = failure;
  (this.target as ClientLink)._closed({ error, closeCode, httpStatus, retryAfter, location, reason });
}

/**
 * A {@link Link} over the ECMA-419 client, for devices. What is written there is a whole buffer, so records pass a place
 * behind the outbox's memory where a view has their length, because that memory is cut behind them.
 */
export class ClientLink implements Link {
  readonly #client: WebSocketClient;
  readonly #outbox: Outbox | undefined;
  /** The view of the place behind the records. */
  readonly #view: Uint8Array | undefined;
  /** Octets that can be sent; that could when the connection was new. */
  #room = 0;
  #capacity = 0;
  readonly _sink: LinkSink;

  /** Throws what the class throws for its options. */
  constructor(
    Client: ClientClass,
    options: WebSocketClientOptions,
    outbox: Outbox | undefined,
    sink: LinkSink,
  ) {
    this._sink = sink;
    this.#outbox = outbox;
    if (outbox?._buffer !== undefined) this.#view = new Uint8Array(outbox._buffer, outbox._staging);
    const callbacks = { target: this, onWritable, onSpan, onClose, onError };
    this.#client = new Client(Object.assign({}, options, callbacks) as unknown as WebSocketClientOptions);
  }

  get protocol(): string {
    return this.#client.protocol;
  }

  get longest(): number {
    return this.#view === undefined ? Infinity : this.#view.length;
  }

  get isFlushed(): boolean {
    return this.#room >= this.#capacity;
  }

  send(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): number {
    const options = more ? (binary ? BINARY_MORE : TEXT_MORE) : binary ? BINARY : TEXT;
    const buffer = this.#outbox?._buffer;
    let room = -1;
    if (buffer !== undefined && bytes.buffer === buffer) {
      const staging = this.#outbox!._staging;
      const all = buffer.byteLength;
      bytes.copyWithin(staging, start, end);
      buffer.resize(staging + end - start);
      try {
        room = this.#client.write(this.#view!, options);
      } catch {
        // There is no room, or the end is near.
      }
      buffer.resize(all);
    } else {
      try {
        const isWhole = start === 0 && end === bytes.length;
        room = this.#client.write(isWhole ? bytes : bytes.subarray(start, end), options);
      } catch {
        // As above.
      }
    }
    this.#room = room < 0 ? 0 : room;
    return room;
  }

  sendWhole(bytes: Uint8Array, binary: boolean): number {
    try {
      // Binary is what a client sends unless it is told otherwise, in fewer steps.
      return (this.#room = binary ? this.#client.write(bytes) : this.#client.write(bytes, TEXT));
    } catch {
      this.#room = 0;
      return -1;
    }
  }

  close(code: number): void {
    try {
      this.#client.write(Uint8Array.of(code >> 8, code & 0xff), CLOSE);
    } catch {
      // The peer was faster: the end is on its way.
    }
  }

  drop(): void {
    this.#client.close();
  }

  _writable(count: number): void {
    this.#room = count;
    if (this.#capacity !== 0) this._sink.linkWritable(count);
    else {
      this.#capacity = count;
      this._sink.linkOpened(count);
    }
  }

  _closed(loss: Loss): void {
    this._sink.linkClosed(loss);
  }
}
