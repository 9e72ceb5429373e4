import { tellStore } from './events.ts';
import type { LinkSink } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { PostOptions } from './outbox/options.ts';
import { AcknowledgementReader } from './protocol.ts';
import { UplinkStates } from './states.ts';

/**
 * A connection that comes back: it connects, stays connected, is made anew after every kind of loss without hammering
 * the server, and sends what an {@link Outbox} keeps. All its methods may be called in any state and from every callback.
 *
 * It waits by the host's timer and never looks at a clock, so that a clock that jumps, goes back or stands still changes
 * nothing. There is one connection or attempt at a time.
 */
export abstract class Uplink extends UplinkStates implements LinkSink {
  /** Made for the first gateway that acknowledges by numbers. */
  private _acknowledgements: AcknowledgementReader | undefined;

  /** What waits to be sent. */
  get outbox(): Outbox | undefined {
    return this._options.outbox;
  }

  /** Whether the gateway acknowledges records by their numbers, as docs/uplink.md says. */
  get isNumbered(): boolean {
    return this._sender._isNumbered;
  }

  /** Posts to the outbox and sends what can be sent; see {@link Outbox.post}. */
  post(bytes: Uint8Array, options?: PostOptions): number {
    const sender = this._sender;
    const passed = sender._pass(bytes, options);
    if (passed >= 0) return passed;
    const number = this._options.outbox!.post(bytes, options);
    sender._pump();
    this._noteStore();
    return number;
  }

  /** The receiver has these records, as the application knows; see {@link Outbox.acknowledge}. */
  acknowledge(upTo: number, urgent = false): number {
    const { outbox } = this._options;
    if (outbox === undefined) return 0;
    const count = outbox.acknowledge(upTo, urgent);
    // A reply proves the connection.
    if (count > 0) this._backoff.reset();
    this._noteStore();
    return count;
  }

  /**
   * Sends a message that is not kept: `bytes[start, end)`. Returns whether it is on its way; not without a connection or
   * room, and not in the middle of a record that is sent in pieces.
   */
  send(bytes: Uint8Array, start: number, end: number, binary: boolean): boolean {
    return this._sender._send(bytes, start, end, binary);
  }

  // --- What the connection tells -------------------------------------------------------------------------

  override linkOpened(room: number): void {
    this._acknowledgements?.reset();
    super.linkOpened(room);
  }

  linkWritable(room: number): void {
    const sender = this._sender;
    sender._room = room;
    const { outbox } = this._options;
    if (outbox !== undefined && outbox._tally._kept !== 0) sender._pump();
  }

  linkReceived(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void {
    const isNumbered = binary && this._sender._isNumbered;
    const reader = isNumbered ? (this._acknowledgements ??= new AcknowledgementReader()) : undefined;
    if (reader === undefined || reader.isOther(bytes, start, end, more)) {
      this._options.onData?.call(this, bytes, start, end, binary, more);
      return;
    }
    if (!reader.read(bytes, start, end, more)) return;
    const { number, urgent } = reader;
    const count = this.acknowledge(number, urgent);
    if (count > 0) this._options.onAcknowledged?.call(this, number, urgent, count);
  }

  private _noteStore(): void {
    const keeper = this._options.outbox!._keeper;
    if (keeper !== undefined && keeper._hasNews) tellStore(this._options, this, keeper, this._host);
  }
}
