import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { concat } from '../../support/octets.ts';
import { delay, until } from '../../hosts/support/loopback.ts';

/** A peer on a socket of its own: sends the octets that it is given, keeps what it gets, and never ends its side by itself. */
export class RawPeer {
  received: Uint8Array = new Uint8Array(0);
  hasEnded = false;
  isClosed = false;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket.setNoDelay();
    socket.on('data', (octets) => (this.received = concat(this.received, octets)));
    socket.on('end', () => (this.hasEnded = true));
    socket.on('error', () => {});
    socket.on('close', () => (this.isClosed = true));
  }

  /** What came before the frames; empty as long as it is not whole. */
  get head(): string {
    const at = Buffer.from(this.received).indexOf('\r\n\r\n');
    return at < 0 ? '' : new TextDecoder('latin1').decode(this.received.subarray(0, at + 4));
  }

  get frames(): Uint8Array {
    return this.received.subarray(this.head.length);
  }

  async headArrived(): Promise<void> {
    await until(() => this.head !== '' || this.isClosed, 'a head');
  }

  /** Each piece in a write of its own, with a turn for whoever reads it in between. */
  async send(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      if (this.isClosed) return;
      this.#socket.write(piece);
      await turn();
      await turn();
    }
  }

  /**
   * Waits until the other side is released, and not only its half of the connection: octets that nobody can take are
   * answered with a reset.
   */
  async released(): Promise<void> {
    await until(() => this.hasEnded || this.isClosed, 'an end');
    while (!this.isClosed) {
      if (this.#socket.writable) this.#socket.write(Uint8Array.of(0));
      await delay(2);
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
