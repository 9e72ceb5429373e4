import { Pumping, Sending, State } from '../../../src/connection/record.ts';
import { BorrowingEndpoint } from './borrowing-endpoint.ts';
import type { SharedFrame } from './shared-frame.ts';

/** A frame on its way past the ring, and how much of it the transport has taken. */
interface Passing {
  readonly bytes: Uint8Array;
  at: number;
}

/**
 * An endpoint that can hand a frame to its transport as it is: many connections send the same octets, and none copies them.
 * While the transport looks at them, it is as full as with octets of the ring.
 */
export class SharingEndpoint<Target> extends BorrowingEndpoint<Target> {
  private _passing: Passing | undefined;

  /** Octets of a shared frame that the transport has not taken. */
  protected get _passingLeft(): number {
    return this._passing === undefined ? 0 : this._passing.bytes.length - this._passing.at;
  }

  /** Octets accepted for sending that no transport has taken yet, framing included. */
  override get bufferedAmount(): number {
    return super.bufferedAmount + this._passingLeft;
  }

  /** Sends `frame` past the ring; returns false, having done nothing, if something is to leave before it. */
  protected _pass({ bytes }: SharedFrame): boolean {
    if (this._state !== State.open || (this._sending & (Sending.inMessage | Sending.shut)) !== 0)
      return false;
    this._wake();
    this._flush();
    const isFree = super._isFlushed && (this._pumping & Pumping.stuck) === 0 && this._passing === undefined;
    if (!isFree || (this._state as State) !== State.open) return false;
    this._passing = { bytes, at: 0 };
    this._passOn(0);
    this._accepted();
    return true;
  }

  /** Offers what is left, after `sent` octets have left. */
  private _passOn(sent: number): void {
    const passing = this._passing!;
    const { bytes } = passing;
    passing.at += sent;
    while (passing.at < bytes.length) {
      const taken = this._transport.write(bytes, passing.at, bytes.length);
      if (taken > 0) this._pumping |= Pumping.moved | Pumping.taken;
      // A transport that has failed says so by itself.
      if (taken <= 0) return this._becomeFull();
      passing.at += taken;
    }
    this._passing = undefined;
  }

  override transportWritable(sent: number): void {
    if (this._passing === undefined) {
      super.transportWritable(sent);
      return;
    }
    this._pumping |= Pumping.moved | Pumping.taken;
    this._passOn(sent);
    if (this._passing === undefined) super.transportWritable(0);
  }

  /** What the transport still looks at is pending, and has the deadline of all that is. */
  protected override get _isFlushed(): boolean {
    return this._passing === undefined && super._isFlushed;
  }
}
