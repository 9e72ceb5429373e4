import { Endpoint } from '../../../src/client/endpoint.ts';
import { BufferSize, type ConnectionOptions, sizeOf } from '../../../src/connection/options.ts';
import { Place, Pumping, Reading, Sending, State } from '../../../src/connection/record.ts';
import { type Borrower, LentMemory, memoryWith } from './memory-pool.ts';
import { sharedOutcomeOf } from './shared-outcome.ts';

const enum Least {
  /** The smallest ring that a connection can be made with. */
  ring = 256,
  words = Place.ring / 4,
}

/** A transport that keeps things to write with. */
interface Resting {
  /** Nothing will be written for a while. */
  rest?(): void;
}

const records = memoryWith(0);

/** The memory of a connection at rest: there is nothing to be read or written in it by mistake. */
const NOTHING = new Uint8Array(0);

/** Stands for what a connection works in that borrows nothing (any more). */
const OWN = new LentMemory(new Uint8Array(Place.ring));

/**
 * An endpoint that has memory only while it is busy, and for a moment afterwards. There are three stages, each with all that
 * is known of the connection, `memory[0, Place.ring)`:
 *
 * - to send, it works in memory that has the transmit ring behind its record;
 * - to receive, to wait for an answer, and to look at its deadlines, in memory for a record;
 * - open and at rest, it has none, and the record is text, one character an octet: the smallest thing that the runtime can
 *   keep octets in.
 *
 * An endpoint with compression keeps all its memory, since its windows live as long as it does. If the peer does not agree to
 * compression, it goes on as one without it.
 */
export class BorrowingEndpoint<Target> extends Endpoint<Target> implements Borrower {
  /** What it works in; undefined at rest, {@link OWN} where it borrows nothing. */
  declare private _lent: LentMemory | undefined;
  /** Memory for a record, also while it works in memory with a ring; undefined at rest, and where it borrows nothing. */
  declare private _small: LentMemory | undefined;
  /** The record at rest. */
  declare private _record: string | undefined;

  protected override _begin(options: ConnectionOptions<Target>): void {
    const { compression, transmitBuffer = BufferSize.transmit } = options;
    const borrows = compression === undefined;
    if (borrows) sizeOf('transmitBuffer', transmitBuffer);
    super._begin(borrows ? { ...options, transmitBuffer: Least.ring } : options);
    this._small = this._record = undefined;
    this._lent = OWN;
    if (!borrows) return;
    this._ringMask = transmitBuffer - 1;
    const small = records.borrow(this);
    copyRecord(this._words, small.words);
    this._small = small;
    this._workIn(small);
  }

  // --- Calls from outside, of which each wakes it --------------------------------------------------------

  override transportReceived(bytes: Uint8Array, start: number, end: number): number {
    this._wake();
    const isOpening = this._state < State.open;
    const at = super.transportReceived(bytes, start, end);
    if (isOpening) {
      if (this._small === undefined) this._beginToBorrow();
      // Most of those who come ask for nothing more at once than the response.
      this._giveBack(this._lent!);
    }
    return at;
  }

  override transportWritable(sent: number): void {
    this._wake();
    super.transportWritable(sent);
  }

  override transportClosed(failure: number, reason?: unknown): void {
    this._wake();
    super.transportClosed(failure, reason);
  }

  protected override _turn(): void {
    this._wake();
    super._turn();
  }

  override sendControl(opcode: number, bytes: Uint8Array, start: number, end: number): number {
    this._provideRing();
    return super.sendControl(opcode, bytes, start, end);
  }

  override close(code?: number, reason?: Uint8Array, start?: number, end?: number): number {
    this._wake();
    return super.close(code, reason, start, end);
  }

  override resume(): void {
    this._wake();
    super.resume();
  }

  override get closeCode(): number {
    this._wake();
    return super.closeCode;
  }

  override get closeReason(): string {
    this._wake();
    return super.closeReason;
  }

  override get error(): number {
    this._wake();
    return super.error;
  }

  // --- What writes into the ring -------------------------------------------------------------------------

  /** Before a frame of the application's: here, since what encodes it is called for every message, and knows no other call. */
  protected _provideRing(): void {
    if (this._lent === this._small && this._state === State.open) this._borrow();
  }

  protected override _pong(start: number, end: number): boolean {
    this._provideRing();
    return super._pong(start, end);
  }

  protected override _arrange(): number {
    const waits = (this._sending & (Sending.waiting | Sending.ping | Sending.text)) !== 0;
    if (waits && this._lent === this._small) this._borrow();
    return super._arrange();
  }

  /** All that was ever in the ring comes by here, but for what the end of the connection leaves there. */
  protected override _writeOut(start: number, end: number): number {
    const lent = this._lent!;
    lent.isFresh = true;
    if (end > lent.top) lent.top = end;
    return super._writeOut(start, end);
  }

  // --- From stage to stage -------------------------------------------------------------------------------

  /** Where the peer did not agree to compression: what it was made with is given back as what it has borrowed. */
  private _beginToBorrow(): void {
    if (this._state !== State.open || this._compression !== undefined) return;
    const own = new LentMemory(this.memory);
    this._small = records.borrow(this);
    memoryWith(this._ringMask + 1).lend(own, this);
    this._workIn(own);
  }

  /** Whether it would have to borrow a ring to send anything. */
  protected get _isWithoutRing(): boolean {
    return this._lent === this._small;
  }

  /** Before anything that reads or changes more than fields. */
  protected _wake(): void {
    if (this._record !== undefined) this._endRest(this._record);
    else if (this._small !== undefined) this._small.isFresh = true;
  }

  private _endRest(record: string): LentMemory {
    const small = records.borrow(this);
    small.record.write(record, 0, 'latin1');
    this._record = undefined;
    this._onTurn = () => this._turn();
    this._small = small;
    this._workIn(small);
    return small;
  }

  private _borrow(): void {
    const small = this._small ?? this._endRest(this._record!);
    const lent = memoryWith(this._ringMask + 1).borrow(this);
    copyRecord(small.words, lent.words);
    this._workIn(lent);
  }

  private _workIn(lent: LentMemory): void {
    (this as { memory: Uint8Array }).memory = lent.bytes;
    this._words = lent.words;
    this._lent = lent;
  }

  /**
   * Never inside a call of the transport or the timer: whoever is up there has the memory in hand, and events have been given
   * octets of it that stay valid until they return.
   */
  _giveBack(memory: LentMemory): void {
    const small = this._small;
    if (small === undefined || (this._pumping & Pumping.pumping) !== 0) return;
    if (memory !== small) this._giveRing(memory, small);
    else if (this._lent !== small) return;
    else if ((this._pumping & Pumping.released) === 0) this._rest(small);
    else this._keep(small);
  }

  private _giveRing(memory: LentMemory, small: LentMemory): void {
    const isEmpty = this._writeAt === this._readAt;
    if (!isEmpty && (this._pumping & Pumping.released) === 0) return;
    // What the end of the connection left in it lies anywhere.
    if (!isEmpty) memory.top = memory.bytes.length;
    copyRecord(memory.words, small.words);
    this._workIn(small);
    // A socket may still read what it could not write: then only the runtime knows until when.
    memoryWith(this._ringMask + 1).take(memory, (this._pumping & Pumping.full) !== 0);
  }

  /** Begins the rest, unless the connection is not open, or a turn is asked for. Without a ring nothing waits to be sent. */
  private _rest(small: LentMemory): void {
    const isBusy = (this._pumping & (Pumping.deferred | Pumping.later)) !== 0;
    if (isBusy || this._state !== State.open) return;
    this._record = small.record.toString('latin1', 0, this._recordEnd);
    (this as { memory: Uint8Array }).memory = NOTHING;
    this._words = this._lent = this._small = undefined as never;
    records.take(small, false);
    this._onTurn = undefined as never;
    (this._transport as Resting).rest?.();
    this._handshake = sharedOutcomeOf(this._handshake);
  }

  /**
   * Where the record ends that is to be kept: in a server's no masking key lies behind the registers, and mostly nothing of
   * the payload of a control frame, nor of a header that is not whole.
   */
  private get _recordEnd(): number {
    const phase = this._reading & Reading.phase;
    const isCollecting = phase === Reading.header || phase === Reading.control;
    return this._peerMask === 0 || isCollecting ? Place.ring : Place.controlIn;
  }

  /** It is over: its record is kept for whoever asks how, and nobody else gets that memory. */
  private _keep(small: LentMemory): void {
    this._lent = OWN;
    this._small = undefined;
    records.take(small, true);
  }

  _yield(memory: LentMemory): boolean {
    const isBusy = (this._pumping & (Pumping.pumping | Pumping.full | Pumping.released)) !== 0;
    // In another state the last octet that leaves may be the end, which is an event.
    if (isBusy || this._state !== State.open) return false;
    this._flush();
    this._giveBack(memory);
    return this._lent !== memory;
  }

  protected override _releaseTransport(): void {
    super._releaseTransport();
    // A ring, if it has one, and then its record.
    this._giveBack(this._lent!);
    this._giveBack(this._lent!);
  }
}

function copyRecord(from: Int32Array, to: Int32Array): void {
  for (let i = 0; i < Least.words; i++) to[i] = from[i];
}
