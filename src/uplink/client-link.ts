import type { ConnectionError } from '../errors.ts';
import type { Delivery } from '../connection/events.ts';
import type { ClientEndpoint } from '../client/client-endpoint.ts';
import type { WebSocketClient, WebSocketClientOptions } from '../client/websocket-client.ts';
import type { Loss } from './failure.ts';
import type { LinkSink } from './link.ts';
import { PumpLink } from './pump-link.ts';

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

/** A link over the ECMA-419 client, for devices. */
export class ClientLink extends PumpLink<ClientEndpoint<WebSocketClient>> {
  readonly _sink: LinkSink;
  readonly #client: WebSocketClient;
  #isOpen = false;

  /** Throws what the class throws for its options. */
  constructor(Client: ClientClass, options: WebSocketClientOptions, sink: LinkSink) {
    super();
    this._sink = sink;
    const callbacks = { target: this, onWritable, onSpan, onClose, onError };
    this.#client = new Client(Object.assign({}, options, callbacks) as unknown as WebSocketClientOptions);
    this.endpoint = Client.endpointOf(this.#client);
  }

  /** The endpoint itself: a method on the way would cost each record some 40 bytecodes. */
  get records(): ClientEndpoint<WebSocketClient> {
    return this.endpoint;
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
