import type { ConnectionError } from '../errors.ts';
import type { Delivery } from '../connection/events.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import { Opcode } from '../frame/opcode.ts';
import type { ClientEndpoint } from '../client/client-endpoint.ts';
import type { WebSocketClient, WebSocketClientOptions } from '../client/websocket-client.ts';
import type { Loss } from './failure.ts';
import type { LinkSink } from './link.ts';
import type { Outbox } from './outbox.ts';
import { PumpLink } from './pump-link.ts';

/** Longest payload whose header an endpoint composes once for all messages of its length. */
const SHORT = 125;
/** What is copied without a masking key needs none. */
const NO_WORDS = new Int32Array(0);

/** A class of ECMA-419 clients that is ours: it has `onSpan`, and lends its endpoint. */
export interface ClientClass {
  new (options: WebSocketClientOptions): WebSocketClient;
  endpointOf(client: WebSocketClient): ClientEndpoint<WebSocketClient>;
}

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
 * A link over the ECMA-419 client, for devices. What its endpoint sends in the fewest steps is a whole buffer, so short
 * records pass a place behind the outbox's memory where a view has their length, because that memory is cut behind them.
 */
export class ClientLink extends PumpLink<ClientEndpoint<WebSocketClient>> {
  readonly _sink: LinkSink;
  readonly #client: WebSocketClient;
  readonly #place: Uint8Array | undefined;
  /** Where it begins. */
  readonly #at: number;
  /** Octets of the place as the memory is cut now; −1 while that is not known. */
  #length = -1;
  #isOpen = false;

  /** Throws what the class throws for its options. */
  constructor(
    Client: ClientClass,
    options: WebSocketClientOptions,
    outbox: Outbox | undefined,
    sink: LinkSink,
  ) {
    super();
    this._sink = sink;
    this.#place = outbox?._place;
    this.#at = this.#place?.byteOffset ?? 0;
    const callbacks = { target: this, onWritable, onSpan, onClose, onError };
    this.#client = new Client(Object.assign({}, options, callbacks) as unknown as WebSocketClientOptions);
    this.endpoint = Client.endpointOf(this.#client);
  }

  sendWhole(bytes: Uint8Array, binary: boolean): number {
    try {
      return this.endpoint.post(bytes, binary ? Opcode.binary : Opcode.text);
    } catch {
      // There is no room, or the end is near.
      return -1;
    }
  }

  sendKept(bytes: Uint8Array, start: number, end: number, binary: boolean): number {
    const place = this.#place;
    const length = end - start;
    if (place === undefined) return this.send(bytes, start, end, binary, false);
    if (length !== this.#length) this._cut(place, length);
    if (length > SHORT) return this.send(bytes, start, end, binary, false);
    const at = this.#at;
    copyMasked(bytes, at, bytes, start, end, 0, NO_WORDS);
    return this.sendWhole(place, binary);
  }

  /** Gives the place room for `length` octets; for a longer record the memory is whole. */
  private _cut(place: Uint8Array, length: number): void {
    const buffer = place.buffer as ArrayBuffer;
    buffer.resize(length > SHORT ? buffer.maxByteLength : this.#at + length);
    this.#length = length;
  }

  override drop(): void {
    this.#client.close();
  }

  _writable(count: number): void {
    if (this.#isOpen) this._sink.linkWritable(count);
    else {
      this.#isOpen = true;
      this._sink.linkOpened(count);
    }
  }

  _closed(loss: Loss): void {
    this._sink.linkClosed(loss);
  }
}
