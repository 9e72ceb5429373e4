import { Endpoint } from '../../../src/client/endpoint.ts';
import { BufferSize, type ConnectionOptions, sizeOf } from '../../../src/connection/options.ts';
import { Place, Pumping, Sending, State } from '../../../src/connection/record.ts';
import { type Borrower, LentRing, ringsOf } from './ring-pool.ts';

const enum Least {
  /** The smallest ring that a connection can be made with. */
  ring = 256,
  words = Place.ring / 4,
}

/** Stands for the ring of a connection whose memory is all its own. */
const OWN = new LentRing(0);

/**
 * An endpoint that has a transmit ring only while it has something to send, and for a moment afterwards. What it always has
 * is its record, `memory[0, Place.ring)`: all that is known of the connection, and all that receiving needs. With a ring it
 * works in a copy of that, which has the ring behind it.
 *
 * A connection with compression keeps all its memory, since its windows live as long as it does.
 */
export class BorrowingEndpoint<Target> extends Endpoint<Target> implements Borrower {
  /** Undefined: it has none, and works in its record. */
  declare private _ring: LentRing | undefined;
  declare private _record: Uint8Array;
  declare private _recordWords: Int32Array;

  protected override _begin(options: ConnectionOptions<Target>): void {
    const { compression, transmitBuffer = BufferSize.transmit } = options;
    if (compression !== undefined) {
      super._begin(options);
      this._ring = OWN;
      this._record = this.memory;
      this._recordWords = this._words;
      return;
    }
    sizeOf('transmitBuffer', transmitBuffer);
    super._begin({ ...options, transmitBuffer: Least.ring });
    this._ringMask = transmitBuffer - 1;
    this._ring = undefined;
    const buffer = new ArrayBuffer(Place.ring);
    this._record = new Uint8Array(buffer);
    this._recordWords = new Int32Array(buffer);
    copyRecord(this._words, this._recordWords);
    this._workIn(this._record, this._recordWords);
  }

  // --- What writes into the ring --------------------------------------------------------------------------

  protected override _encode(first: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this._ring === undefined) this._borrow();
    return super._encode(first, bytes, start, end);
  }

  protected override _pong(start: number, end: number): boolean {
    if (this._ring === undefined) this._borrow();
    return super._pong(start, end);
  }

  protected override _arrange(): number {
    const waits = (this._sending & (Sending.waiting | Sending.ping | Sending.text)) !== 0;
    if (waits && this._ring === undefined) this._borrow();
    return super._arrange();
  }

  /** All that was ever in the ring comes by here, but for what the end of the connection leaves there. */
  protected override _writeOut(start: number, end: number): number {
    const ring = this._ring!;
    ring.isFresh = true;
    if (end > ring.top) ring.top = end;
    return super._writeOut(start, end);
  }

  // --- The ring ------------------------------------------------------------------------------------------

  /** Whether it works in its record. */
  protected get _isWithoutRing(): boolean {
    return this._ring === undefined;
  }

  private _borrow(): void {
    const ring = ringsOf(this._ringMask + 1).borrow(this);
    copyRecord(this._words, ring.words);
    this._workIn(ring.memory, ring.words);
    this._ring = ring;
  }

  /**
   * Never inside a call of the transport or the timer: whoever is up there has the memory in hand, and events have been given
   * octets of it that stay valid until they return.
   */
  _giveBack(): boolean {
    const ring = this._ring;
    if (ring === undefined || ring === OWN || (this._pumping & Pumping.pumping) !== 0) return false;
    const isReleased = (this._pumping & Pumping.released) !== 0;
    const isEmpty = this._writeAt === this._readAt;
    if (!isReleased && !isEmpty) return false;
    // What the end of the connection left in it lies anywhere.
    if (!isEmpty) ring.top = ring.memory.length;
    copyRecord(ring.words, this._recordWords);
    this._workIn(this._record, this._recordWords);
    this._ring = undefined;
    // A socket may still read what it could not write: then only the runtime knows until when.
    ringsOf(this._ringMask + 1).take(ring, (this._pumping & Pumping.full) !== 0);
    return true;
  }

  _yield(): boolean {
    const isBusy = (this._pumping & (Pumping.pumping | Pumping.full | Pumping.released)) !== 0;
    // In another state the last octet that leaves may be the end, which is an event.
    if (isBusy || this._state !== State.open) return false;
    this._flush();
    return this._giveBack();
  }

  protected override _releaseTransport(): void {
    super._releaseTransport();
    this._giveBack();
  }

  private _workIn(memory: Uint8Array, words: Int32Array): void {
    (this as { memory: Uint8Array }).memory = memory;
    this._words = words;
  }
}

function copyRecord(from: Int32Array, to: Int32Array): void {
  for (let i = 0; i < Least.words; i++) to[i] = from[i];
}
