import { Span } from '../connection/events.ts';
import { Place, Pumping, Register, Size, State } from '../connection/record.ts';
import { ErrorId, RingletError } from '../errors.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import { HeadBit, Opcode } from '../frame/opcode.ts';
import { Pump } from './pump.ts';

/** The frames of the fast path: two octets, two more for the length of a long one, the masking key, a payload. */
const enum Short {
  /** Longest payload of a frame with the shorter header. */
  most = 125,
  /** Octets before the payload, which end where the payload of a control frame begins. */
  header = 6,
  from = Place.controlOut - header,
  longHeader = 8,
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

/** Whole messages in one call, and the fast path for those that fit into the ring in one piece. */
export abstract class ShortSender<Target> extends Pump<Target> {
  constructor() {
    super();
  }

  /**
   * Sends all of `octets` as a whole message; `opcode` is text or binary. Returns how many octets can be sent next.
   * Throws a RingletError, having sent nothing, for what {@link Connection.send} refuses.
   *
   * The fast path takes a short message of the length of the last one, whose header is there. The twin is `postRange`.
   */
  post(octets: Uint8Array, opcode: number): number {
    const length = octets.length;
    const to = this._writeAt + length + Short.header;
    const left = this._ringMask - to;
    // Where the ring wraps, the general way knows how.
    if (!this._sending && left >= Size.controlFrame && this._lastHeader === (opcode | (length << 8))) {
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
    if (!this._sending) {
      const room = this.postRange(octets, 0, length, opcode);
      return room < 0 ? this.writableAfter(-room) : room;
    }
    // What `postRange` would do, and compression is deep on the stack already.
    let fault = ErrorId.notOpen as number;
    if (this._state === State.open)
      fault = this._sendFragment(octets, 0, length, opcode === Opcode.binary ? Span.binary : 0);
    this._accepted();
    return this.writableAfter(fault);
  }

  /**
   * As `post`, of `octets[start, end)`, which have to be there, but returns an error id less than none in place of what that
   * throws. The fast path: header and payload go into the ring by one copy each, and the header stays for the next message
   * of the length. The twin is `send`.
   */
  postRange(octets: Uint8Array, start: number, end: number, opcode: number): number {
    const length = end - start;
    let kind = opcode | (length << 8);
    let header = Short.header as number;
    if (length > Short.most) {
      kind = ~kind;
      header = Short.longHeader;
    }
    const to = this._writeAt + length + header;
    const left = this._ringMask - to;
    let fault = ErrorId.notOpen as number;
    // As above.
    if (
      !this._sending &&
      left >= Size.controlFrame &&
      (this._lastHeader === kind || this._composeHeader(length, opcode, kind))
    ) {
      const words = this._words;
      const memory = this.memory;
      const key = this._freshKey();
      if (key) {
        words[Place.keyWord] = key;
        copyMasked(
          memory,
          Place.ring + this._writeAt,
          memory,
          Place.controlOut - header,
          Place.controlOut,
          0,
          words,
        );
        copyMasked(memory, Place.ring + to - length, octets, start, end, key, words);
        this._writeAt = to;
        if (this._pumping & Pumping.pumps && !this._readAt && left > Short.roomForLong)
          return left - Short.beforeLong;
        this._accepted();
        return this.writable;
      }
      fault = words[Register.due];
    } else if (this._state === State.open)
      fault = this._sendFragment(octets, start, end, opcode === Opcode.binary ? Span.binary : 0);
    this._accepted();
    return fault ? -fault : this.writable;
  }

  /** How many octets can be sent next, after `fault` 0 of a method that sends; else throws. */
  writableAfter(fault: number): number {
    if (!fault) return this.writable;
    throw new RingletError(this._state === State.closed ? ErrorId.closed : fault, 'nothing was written');
  }

  /**
   * Composes the header of a frame, which the next ones of its length can use. Returns false for none, and in a ring that
   * may hold longer ones.
   */
  private _composeHeader(length: number, opcode: number, kind: number): boolean {
    if (!length || this._ringMask > 0xffff) return false;
    this._compose(HeadBit.fin | opcode, length);
    this._lastHeader = kind;
    return true;
  }
}
