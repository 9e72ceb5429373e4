import type { Endpoint } from '../../../src/client/endpoint.ts';
import { ErrorId } from '../../../src/errors.ts';
import { Span } from '../../../src/connection/events.ts';

interface Waiting {
  readonly bytes: Uint8Array;
  readonly span: number;
  at: number;
}

/**
 * Sends messages of any length through an endpoint's ring: what does not fit waits, and a message longer than
 * the ring goes out in fragments.
 */
export class Sender {
  readonly #endpoint: Endpoint<unknown>;
  readonly #waiting: Waiting[] = [];
  #octets = 0;

  constructor(endpoint: Endpoint<unknown>) {
    this.#endpoint = endpoint;
  }

  /** Octets that wait here. */
  get waiting(): number {
    return this.#octets;
  }

  /** Sends `bytes` as one message, binary (1) or text (0), now or as soon as it fits. */
  send(bytes: Uint8Array, span: number): void {
    this.#waiting.push({ bytes, span, at: 0 });
    this.#octets += bytes.length;
    this.pump();
  }

  /** Goes on; to be called whenever the endpoint is writable. */
  pump(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const left = first.bytes.length - first.at;
      const room = this.#endpoint.writable;
      const count = left < room ? left : room;
      if (count === 0 && left !== 0) return;
      const more = count < left ? Span.more : 0;
      const fault = this.#endpoint.send(first.bytes, first.at, first.at + count, first.span | more);
      if (fault === ErrorId.writeTooLong) return;
      first.at += count;
      this.#octets -= count;
      if (more === 0) this.#waiting.shift();
      if (fault !== 0) {
        // The connection is over: nothing of this is wanted any more.
        this.#waiting.length = 0;
        this.#octets = 0;
        return;
      }
    }
  }
}
