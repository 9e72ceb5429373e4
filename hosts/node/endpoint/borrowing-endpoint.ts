import { Endpoint } from '../../../src/client/endpoint.ts';
import { BufferSize, type ConnectionOptions, sizeOf } from '../../../src/connection/options.ts';
import { Place, Pumping, Reading, Sending, State } from '../../../src/connection/record.ts';
import { type HandshakeOutcome, NO_OUTCOME, outcomeOf } from '../../../src/handshake/outcome.ts';
import { type Borrower, LentMemory, memoryWith } from './memory-pool.ts';

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

/**
 * An endpoint that has memory only while it is busy, and for a moment afterwards. There are three stages, each with all that
 * is known of the connection, `memory[0, Place.ring)`:
 *
 * - at rest, the record is text, one character an octet: the smallest thing that the runtime can keep octets in;
 * - to receive, and to look at its deadlines, it works in memory for a record;
 * - to send, in memory that has the transmit ring behind that.
 *
 * Whoever asks for `memory` or `_words` of one that is at rest ends that. An endpoint with compression keeps all its memory,
 * since its windows live as long as it does.
 */
export class BorrowingEndpoint<Target> extends Endpoint<Target> implements Borrower {
  /** What it works in; undefined at rest. */
  declare private _lent: LentMemory | undefined;
  /** Memory for a record, also while it works in memory with a ring; undefined at rest, and for one that borrows nothing. */
  declare private _small: LentMemory | undefined;
  /** The record at rest, up to where it is not known to be zero. */
  declare private _record: string;

  static {
    // The fields of the same names stand in a class that devices have, too.
    Object.defineProperties(this.prototype, {
      memory: {
        get(this: BorrowingEndpoint<unknown>): Uint8Array {
          return (this._lent ?? this._wake()).bytes;
        },
        set(this: BorrowingEndpoint<unknown>, bytes: Uint8Array): void {
          this._lent = new LentMemory(bytes);
        },
      },
      _words: {
        get(this: BorrowingEndpoint<unknown>): Int32Array {
          return (this._lent ?? this._wake()).words;
        },
        // They come with the memory.
        set(): void {},
      },
    });
  }

  protected override _begin(options: ConnectionOptions<Target>): void {
    const { compression, transmitBuffer = BufferSize.transmit } = options;
    this._lent = this._small = undefined;
    this._record = '';
    if (compression !== undefined) {
      super._begin(options);
      return;
    }
    sizeOf('transmitBuffer', transmitBuffer);
    super._begin({ ...options, transmitBuffer: Least.ring });
    this._ringMask = transmitBuffer - 1;
    const { words } = this._lent as unknown as LentMemory;
    this._lent = this._small = records.borrow(this);
    copyRecord(words, this._lent.words);
  }

  override transportReceived(bytes: Uint8Array, start: number, end: number): number {
    const small = this._small;
    if (small !== undefined) small.isFresh = true;
    return super.transportReceived(bytes, start, end);
  }

  // --- What writes into the ring -------------------------------------------------------------------------

  protected override _encode(first: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this._lent === this._small) this._borrow();
    return super._encode(first, bytes, start, end);
  }

  protected override _pong(start: number, end: number): boolean {
    if (this._lent === this._small) this._borrow();
    return super._pong(start, end);
  }

  protected override _arrange(): number {
    const sending = this._sending;
    if ((sending & (Sending.waiting | Sending.ping | Sending.text)) !== 0 && this._lent === this._small)
      this._borrow();
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

  /** Whether it would have to borrow a ring to send anything. */
  protected get _isWithoutRing(): boolean {
    return this._lent === this._small;
  }

  private _wake(): LentMemory {
    const small = records.borrow(this);
    small.record.write(this._record, 0, 'latin1');
    this._record = '';
    this._small = this._lent = small;
    return small;
  }

  private _borrow(): void {
    const small = this._lent ?? this._wake();
    const lent = memoryWith(this._ringMask + 1).borrow(this);
    copyRecord(small.words, lent.words);
    this._lent = lent;
  }

  /**
   * Never inside a call of the transport or the timer: whoever is up there has the memory in hand, and events have been given
   * octets of it that stay valid until they return.
   */
  _giveBack(memory: LentMemory): boolean {
    const small = this._small;
    if (small === undefined || (this._pumping & Pumping.pumping) !== 0) return false;
    if (memory !== small) return this._giveRing(memory, small);
    if (this._lent !== small) return false;
    this._record = memory.record.toString('latin1', 0, this._recordEnd);
    this._lent = this._small = undefined;
    records.take(memory, false);
    return true;
  }

  private _giveRing(memory: LentMemory, small: LentMemory): boolean {
    const isReleased = (this._pumping & Pumping.released) !== 0;
    const isEmpty = this._writeAt === this._readAt;
    if (!isReleased && !isEmpty) return false;
    // What the end of the connection left in it lies anywhere.
    if (!isEmpty) memory.top = memory.bytes.length;
    copyRecord(memory.words, small.words);
    this._lent = small;
    // A socket may still read what it could not write: then only the runtime knows until when.
    memoryWith(this._ringMask + 1).take(memory, (this._pumping & Pumping.full) !== 0);
    this._rest();
    return true;
  }

  /**
   * Where the record ends that is to be kept: in a server's no masking key lies behind the registers, and mostly nothing of
   * the payload of a control frame, nor of a header that is not whole.
   */
  private get _recordEnd(): number {
    const phase = this._reading & Reading.phase;
    const isCollecting = phase === Reading.header || phase === Reading.control;
    const isPlain = this._peerMask !== 0 && (this._sending & Sending.waiting) === 0 && !isCollecting;
    // Later it holds the reason that the peer gave.
    return isPlain && this._state <= State.open ? Place.controlIn : Place.ring;
  }

  _yield(memory: LentMemory): boolean {
    const isBusy = (this._pumping & (Pumping.pumping | Pumping.full | Pumping.released)) !== 0;
    // In another state the last octet that leaves may be the end, which is an event.
    if (isBusy || this._state !== State.open) return false;
    this._flush();
    return this._giveBack(memory);
  }

  protected override _releaseTransport(): void {
    super._releaseTransport();
    const lent = this._lent;
    if (lent !== undefined && lent !== this._small) this._giveBack(lent);
  }

  // --- What is not needed at rest ------------------------------------------------------------------------

  private _rest(): void {
    // Made again when it is needed.
    this._onTurn = undefined as never;
    (this._transport as Resting | undefined)?.rest?.();
    // What made our half of the handshake is not, once that has been sent.
    if (this._state === State.open && (this._sending & Sending.text) === 0)
      this._handshake = sharedOutcomeOf(this._handshake);
  }

  protected override _accepted(): void {
    this._onTurn ??= () => this._turn();
    super._accepted();
  }

  protected override _soon(): void {
    this._onTurn ??= () => this._turn();
    super._soon();
  }
}

let last: HandshakeOutcome = NO_OUTCOME;

/** What `handshake` came to; the same object for connections that come in turn and ask for the same. */
function sharedOutcomeOf(handshake: HandshakeOutcome): HandshakeOutcome {
  const outcome = 'done' in handshake ? outcomeOf(handshake) : handshake;
  if (outcome.extensions !== undefined || outcome.headers !== undefined) return outcome;
  const { path, protocol, status } = outcome;
  if (last.path !== path || last.protocol !== protocol || last.status !== status) last = outcome;
  return last;
}

function copyRecord(from: Int32Array, to: Int32Array): void {
  for (let i = 0; i < Least.words; i++) to[i] = from[i];
}
