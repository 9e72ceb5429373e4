import type { Delivery } from '../../src/connection/events.ts';
import type { WebSocketClient, WebSocketClientOptions } from '../../src/client/websocket-client.ts';

/** Any class with the pattern of ECMA-419's WebSocket client. */
export type WebSocketClass = new (options: WebSocketClientOptions) => WebSocketClient;

const TEXT_MORE: Delivery = Object.freeze({ more: true, binary: false });
const BINARY_MORE: Delivery = Object.freeze({ more: true, binary: true });

/**
 * An app that sends back every message it receives. A message of any length passes through, piece by piece: no
 * more is read than can be written, and what is not read stays with the peer.
 */
export class Echo {
  readonly #client: WebSocketClient;
  #delivery: Delivery = TEXT_MORE;
  /** Octets of the message that wait to be read. */
  #readable = 0;
  /** A message without octets, or the end of one, waits to be sent. */
  #isDue = false;
  #writable = 0;

  /** `onEnd` is called once: with undefined after a clean close, else with the error. */
  constructor(
    WebSocketClient: WebSocketClass,
    options: WebSocketClientOptions,
    onEnd: (error?: Error) => void,
  ) {
    this.#client = new WebSocketClient({
      ...options,
      onReadable: (count, delivery) => {
        this.#readable = count;
        this.#delivery = delivery;
        this.#isDue = true;
        this._echo();
      },
      onWritable: (count) => {
        this.#writable = count;
        this._echo();
      },
      onClose: () => onEnd(),
      onError: onEnd,
    });
  }

  private _echo(): void {
    while (this.#isDue && (this.#writable > 0 || this.#readable === 0)) {
      const count = Math.min(this.#readable, this.#writable);
      const data = count === 0 ? new ArrayBuffer(0) : (this.#client.read(count) as ArrayBuffer);
      this.#readable -= count;
      this.#isDue = this.#readable > 0;
      const { binary } = this.#delivery;
      this.#writable = this.#client.write(
        data,
        !this.#isDue ? this.#delivery : binary ? BINARY_MORE : TEXT_MORE,
      );
    }
  }
}
