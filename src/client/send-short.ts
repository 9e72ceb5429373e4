import { Span } from '../connection/events.ts';
import { Place, Pumping, Register, Size, State } from '../connection/record.ts';
import { ErrorId, RingletError } from '../errors.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import { shortHeader } from '../frame/header.ts';
import { Opcode } from '../frame/opcode.ts';
import { Pump } from './pump.ts';

/** The frames of the fast path: two octets, the masking key, a payload. */
const enum Short {
  /** Longest payload. */
  most = 125,
  /** Octets before the payload, and where they are composed. */
  header = 6,
  from = Place.controlOut - header,
  /** The word that ends with the first two of them. */
  headerWord = Place.keyWord - 1,
  /**
   * How many octets left in the ring are not for the next payload: its header and the reserve, less the octet that the
   * ring's mask does not count; and where the header is two octets longer. From where on they are enough for that, and for
   * the longest payload with the shorter header.
   */
  before = 5 + Size.controlFrame,
  beforeLong = before + 2,
  roomForLong = before + 127,
  roomForMost = before + 124,
}

/** Whole messages in one call, and the fast path for short ones. */
export abstract class ShortSender<Target> extends Pump<Target> {
  constructor() {
    super();
  }

  /**
   * Sends all of `octets` as a whole message; `opcode` is text or binary. Returns how many octets can be sent next.
   * Throws a RingletError, having sent nothing, for what {@link Connection.send} refuses.
   *
   * The fast path takes short messages: the header is composed once for all messages of its length, and header and payload
   * go into the ring by one copy each. The twin is `send`.
   */
  post(octets: Uint8Array, opcode: number): number {
    const length = octets.length;
    const to = this._writeAt + length + Short.header;
    const left = this._ringMask - to;
    // Where the ring wraps, the general way knows how.
    if (
      !this._sending &&
      left >= Size.controlFrame &&
      (this._lastHeader === (opcode | (length << 8)) || this._composeHeader(length, opcode))
    ) {
      const words = this._words;
      const memory = this.memory;
      const key = this._freshKey();
      if (key) {
        words[Place.keyWord] = key;
        copyMasked(memory, Place.ring + this._writeAt, memory, Short.from, Place.controlOut, 0, words);
        copyMasked(memory, Place.ring + to - length, octets, 0, length, key, words);
        this._writeAt = to;
        if (!(this._pumping & Pumping.pumps)) {
          this._accepted();
          return this.writable;
        }
        if (this._readAt) return this.writable;
        if (left > Short.roomForLong) return left - Short.beforeLong;
        return left > Short.roomForMost ? 125 : left > Short.before ? left - Short.before : 0;
      }
      this._accepted();
      return this.writableAfter(words[Register.due]);
    }
    // What has lost its memory has no octets either, and throws where it is copied.
    if (length === 0) octets.set(octets);
    // What `send` does, with less of the stack: it is a whole array.
    let fault = ErrorId.notOpen as number;
    if (this._state === State.open)
      fault = this._sendFragment(octets, 0, length, opcode === Opcode.binary ? Span.binary : 0);
    this._accepted();
    return this.writableAfter(fault);
  }

  /** How many octets can be sent next, after `fault` 0 of a method that sends; else throws. */
  writableAfter(fault: number): number {
    if (!fault) return this.writable;
    throw new RingletError(this._state === State.closed ? ErrorId.closed : fault, 'nothing was written');
  }

  /** Composes the header of a short frame, which the next ones of its length can use. Returns false if it is none. */
  private _composeHeader(length: number, opcode: number): boolean {
    if (!length || length > Short.most || this._ringMask > 0xffff) return false;
    this._lastHeader = opcode | (length << 8);
    this._words[Short.headerWord] = shortHeader(opcode, length);
    return true;
  }
}
