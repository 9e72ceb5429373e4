import { Span } from '../connection/events.ts';
import { SendQueue } from '../messages/send-queue.ts';
import type { Closing } from './close-arguments.ts';
import type { Link } from './runtime.ts';

/**
 * What a WebSocket sends: messages that wait for room in the link, the Close behind them, and the count of octets that the
 * standard calls `bufferedAmount`.
 */
export class Outgoing extends SendQueue<Link> {
  /** The bound of what waits here, octets. */
  readonly #most: number;
  /** Octets of payload that the link has taken since nothing of its own waited any more. */
  #taken = 0;
  /** Octets that will never be sent, since the connection was over. */
  #lost = 0;
  /** The close that waits behind messages. */
  #closing: Closing | undefined;

  constructor(link: Link, most: number) {
    super(link);
    this.#most = most;
  }

  /** Octets of messages, without framing, that the network has not taken. */
  amount(hasExtensions: boolean): number {
    return this._inLink(hasExtensions) + this.length + this.#lost;
  }

  /** `length` octets came too late to be sent. */
  lose(length: number): void {
    this.#lost += length;
  }

  /** Sends the first `length` of `octets` as one message. Returns false, counting them, if too much would wait. */
  post(octets: Uint8Array, length: number, span: number): boolean {
    const before = this.length;
    if (before + length > this.#most) {
      this.#lost += length;
      return false;
    }
    if (this._sender.bufferedAmount === 0) this.#taken = 0;
    const fault = this.send(octets, 0, length, span);
    if (fault === 0) this.#taken += before + length - this.length;
    else this.#lost += length;
    return true;
  }

  /**
   * Sends the `size` octets of a Blob, in its place among other messages; `onUnreadable` is called if there are none after
   * all. Returns as {@link post}.
   */
  postBlob(size: number, octets: Promise<ArrayBuffer>, onUnreadable: () => void): boolean {
    if (this.length + size > this.#most) {
      octets.catch(() => undefined);
      this.#lost += size;
      return false;
    }
    const place = this.reserve(size, Span.binary);
    octets.then(
      (buffer) => {
        place(new Uint8Array(buffer));
        this.proceed();
      },
      () => {
        place(undefined);
        onUnreadable();
      },
    );
    return true;
  }

  /** Sends what waits, as far as it fits, and the Close that waits behind it. */
  proceed(): void {
    const link = this._sender;
    if (link.bufferedAmount === 0) this.#taken = 0;
    // Mostly nothing waits.
    if (this.isEmpty && this.#closing === undefined) return;
    const before = this.length;
    const fault = this.pump();
    this.#taken += before - this.length;
    if (fault !== 0 || !this.isEmpty || this.#closing === undefined) return;
    const { code, reason } = this.#closing;
    this.#closing = undefined;
    link.close(code, reason);
  }

  /** Begins the closing handshake behind all that was sent. */
  close(closing: Closing): void {
    if (this.isEmpty) this._sender.close(closing.code, closing.reason);
    else this.#closing = closing;
  }

  /** The connection is over: what was not sent is forgotten, but goes on being counted. */
  abandon(wasClean: boolean, hasExtensions: boolean): void {
    // What the link had taken went out before the Close.
    const left = wasClean ? 0 : this._inLink(hasExtensions);
    this.#lost += left + this.length;
    this.#taken = 0;
    this.#closing = undefined;
    this.clear();
  }

  /** Octets of payload in the link. Exact while it has taken all or nothing of them; else what lies there, framed. */
  private _inLink(hasExtensions: boolean): number {
    const left = this._sender.bufferedAmount;
    if (left === 0) return 0;
    return hasExtensions || this.#taken < left ? this.#taken : left;
  }
}
