import { ErrorId, RingletError } from '../errors.ts';
import { reportStore } from './events.ts';
import type { LinkSink } from './link.ts';
import type { Outbox } from './outbox.ts';
import type { PostOptions } from './outbox/options.ts';
import { acknowledge } from './outbox/acknowledgement.ts';
import { AcknowledgementReader, OTHER } from './protocol.ts';
import { UplinkStates } from './states.ts';

// A global is looked for in hundreds of others.
const Octets = Uint8Array;

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
    let length = 0;
    try {
      if (bytes instanceof Octets) length = bytes.length;
    } catch {
      // Found below, as all that is no record.
    }
    if (length !== 0 && length <= sender._straight && length + sender._head <= sender._room) {
      const number = sender._keeps
        ? sender._postKept(bytes, length, options)
        : sender._pass(bytes, length, options);
      if (number >= 0) return number;
    }
    return this._postToWait(bytes, options);
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
    this._acknowledgements?._reset();
    super.linkOpened(room);
  }

  linkWritable(room: number): void {
    const sender = this._sender;
    sender._room = room;
    const outbox = sender._outbox;
    if (outbox !== undefined && outbox.kept !== 0) sender._pump();
  }

  linkReceived(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): void {
    const sender = this._sender;
    if (binary && sender._head !== 0) {
      // eslint-disable-next-line no-restricted-syntax -- once
      const reader = (this._acknowledgements ??= new AcknowledgementReader());
      const number = reader._take(bytes, start, end, more);
      if (number >= 0) this._letGo(number, reader._urgent);
      if (number !== OTHER) return;
    }
    this._options.onData?.call(this, bytes, start, end, binary, more);
  }

  /** The gateway has the record `upTo` and all before it. */
  private _letGo(upTo: number, urgent: boolean): void {
    const ring = this._sender._outbox!._ring;
    const lane = urgent && ring._urgent !== undefined ? ring._urgent : ring._normal;
    const count = acknowledge(ring, lane, upTo);
    if (count === 0) return;
    this._backoff.reset();
    if (ring._keeper !== undefined) this._noteStore();
    this._options.onAcknowledged?.call(this, upTo, urgent, count);
  }

  private _postToWait(bytes: Uint8Array, options: PostOptions | undefined): number {
    const { outbox } = this._options;
    if (outbox === undefined) throw new RingletError(ErrorId.optionInvalid, 'there is no outbox');
    const number = outbox.post(bytes, options);
    this._sender._pump();
    this._noteStore();
    return number;
  }

  private _noteStore(): void {
    const keeper = this._sender._outbox!._keeper;
    if (keeper !== undefined && keeper._hasNews) reportStore(this._options, this, keeper, this._host);
  }
}
