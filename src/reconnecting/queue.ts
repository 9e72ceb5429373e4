import { copyOf } from '../messages/send-queue.ts';
import { octetsOf } from '../websocket/payload.ts';
import type { WebSocketLike } from './options.ts';

/** Messages that wait for a connection, in their order. Octets are copied, as by `send` of a WebSocket. */
export class MessageQueue {
  readonly #most: number;
  readonly #encode: (text: string) => Uint8Array;
  readonly #messages: unknown[] = [];
  octets = 0;
  /** Messages for which there was no room. */
  dropped = 0;

  constructor(most: number, encode: (text: string) => Uint8Array) {
    this.#most = most;
    this.#encode = encode;
  }

  push(data: unknown): void {
    const given = typeof data === 'string' ? undefined : octetsOf(data);
    if (this.#messages.length >= this.#most) {
      this.dropped++;
      return;
    }
    const message = given ? copyOf(given, 0, given.length) : isBlob(data) ? data : String(data);
    this.octets += this.#lengthOf(message);
    this.#messages.push(message);
  }

  /** Sends all of it. */
  drain(socket: WebSocketLike): void {
    for (const message of this.#messages.splice(0)) {
      this.octets -= this.#lengthOf(message);
      socket.send(message as never);
    }
  }

  #lengthOf(message: unknown): number {
    if (typeof message === 'string') return this.#encode(message).length;
    return message instanceof Uint8Array ? message.length : (message as Blob).size;
  }
}

const isBlob = (data: unknown): data is Blob =>
  typeof data === 'object' && data !== null && typeof (data as Partial<Blob>).arrayBuffer === 'function';
