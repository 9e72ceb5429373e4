import { ErrorId } from '../errors.ts';
import { frameLength, headerLength, writeHeader } from '../frame/header.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import { HeadBit, Opcode, Second } from '../frame/opcode.ts';
import type { FrameRing } from './compression.ts';
import { Deadline, startDeadline } from './deadlines.ts';
import { Span } from './events.ts';
import { randomWord } from './random-word.ts';
import { Place, Pumping, Reading, Record, Register, Sending, Size, State } from './record.ts';

const enum Random {
  /** A source that gives 0 or the same word this often in a row is broken. */
  tries = 4,
}

/**
 * From messages to octets, RFC 6455 §5: frames go into the transmit ring and leave it in order. Appended at the write
 * position, released at the read position; at most two contiguous parts hold what is in it.
 *
 * What was announced as writable stays so until something else is sent, whatever the engine has to send meanwhile: octets
 * for one control frame are a reserve that is never announced, and the engine's own frames go into that. While such frames
 * are in the ring, `Register.promised` says how much may have been announced.
 */
export class Sender<Target> extends Record<Target> {
  /** As the language would make it, but that XS compiles arguments that are passed on to 60 octets more. So do all layers. */
  constructor() {
    super();
  }

  // --- The ring ------------------------------------------------------------------------------------------

  /** Octets accepted for sending that no transport has taken yet, framing included. */
  get bufferedAmount(): number {
    return this._writeAt - this._readAt;
  }

  protected get _free(): number {
    return this._ringMask + 1 + this._readAt - this._writeAt;
  }

  /** Octets of the ring that the user may use, headers included: what is promised, or is free beside the reserve. */
  protected get _room(): number {
    const left = this._free - Size.controlFrame;
    if (!(this._sending & Sending.promised)) return left;
    const promised = this._words[Register.promised];
    return promised > left ? promised : left;
  }

  /**
   * Whether `size` octets are left of the reserve for a control frame of the engine's own; if so, notes what may have been
   * announced. That must stay writable.
   */
  protected _reserve(size: number): boolean {
    const room = this._room;
    const free = this._free;
    const promised = room < 0 ? 0 : room;
    if (free - size < promised) return false;
    this._words[Register.promised] = promised;
    this._sending |= Sending.promised;
    return true;
  }

  /** Forgets what may have been announced, once that much is free beside the reserve. */
  protected _forgetPromised(): void {
    if (this._free - Size.controlFrame >= this._words[Register.promised]) this._sending &= ~Sending.promised;
  }

  /** The transport took `count` octets from the read position on. */
  protected _release(count: number): void {
    const words = this._words;
    const ringMask = this._ringMask;
    const before = this._readAt;
    if (count === this._writeAt - before) {
      this._readAt = this._writeAt = words[Register.started] = 0;
      return;
    }
    let started = words[Register.started];
    // Find the end of the frame that the transport stopped in; its header is still in the ring.
    while (started < count) started += frameLength(this.memory, Place.ring, before + started, ringMask);
    words[Register.started] = started - count;
    const readAt = before + count;
    this._readAt = readAt & ringMask;
    if (readAt > ringMask) this._writeAt -= ringMask + 1;
  }

  // --- Messages ------------------------------------------------------------------------------------------

  /**
   * Longest payload that `send` takes now; 0 unless the connection is open. It takes that later, too, as long as nothing
   * else is sent.
   */
  get writable(): number {
    const sending = this._sending;
    if (this._state !== State.open || sending & Sending.shut) return 0;
    if (this._compression) return this._compression.fitting(this._room);
    // This is asked after every message: `_room` without two calls.
    let room = this._ringMask - 1 - Size.controlFrame + this._readAt - this._writeAt;
    if (sending & Sending.promised) room = this._room - 2;
    if (!this._peerMask) room -= 4;
    if (room < 2 + 126) return room > 125 ? 125 : room < 0 ? 0 : room;
    return room < 8 + 0x10000 ? (room > 2 + 0xffff ? 0xffff : room - 2) : room - 8;
  }

  /** Sends a fragment of a message, see `Connection.send`. Returns 0 or an error id, having sent nothing. */
  protected _sendFragment(bytes: Uint8Array, start: number, end: number, span: number): ErrorId {
    let first = span & Span.more ? 0 : HeadBit.fin;
    if (!(this._sending & Sending.inMessage)) first |= (span & Span.binary) + Opcode.text;
    const isDone = this._compression
      ? this._compression.encode(this as unknown as FrameRing, first, bytes, start, end)
      : this._encode(first, bytes, start, end);
    if (!isDone) return this._words[Register.due] || ErrorId.writeTooLong;
    if (first < HeadBit.fin) this._sending |= Sending.inMessage;
    else this._sending &= ~(Sending.inMessage | Sending.compressed);
    return 0;
  }

  /**
   * Encodes one frame of the user's behind the others; a control frame may take the reserve. Returns false, having done
   * nothing, if it does not fit now.
   */
  protected _encode(first: number, bytes: Uint8Array, start: number, end: number): boolean {
    const size = this._frameSize(end - start);
    const sending = this._sending;
    if (sending & Sending.shut) return false;
    if (size > (first & HeadBit.control ? this._free : this._room)) return false;
    if (!this._put(this._compose(first, end - start), bytes, start, end)) return false;
    if (sending & Sending.promised) this._words[Register.promised] -= size;
    return true;
  }

  /** Octets of a frame of ours with a payload of `length`. */
  protected _frameSize(length: number): number {
    return headerLength(length, this._peerMask ^ Second.masked) + length;
  }

  /** Composes the header of a frame in front of where its masking key belongs. Returns where it begins. */
  protected _compose(first: number, length: number): number {
    const maskBit = this._peerMask ^ Second.masked;
    return writeHeader(this.memory, maskBit === 0 ? Place.ring : Place.key, first, maskBit, length);
  }

  /**
   * Puts one frame at the write position, where it fits; its header begins at `header`. Returns false if there is no masking
   * key for it. (The deepest that sending goes on the stack of a device: few locals, and no call but copying.)
   */
  protected _put(header: number, bytes: Uint8Array, start: number, end: number): boolean {
    const memory = this.memory;
    const words = this._words;
    const ringMask = this._ringMask;
    let key = 0;
    if (!this._peerMask) {
      key = this._freshKey();
      if (!key) return false;
      words[Place.keyWord] = key;
    }
    for (let at = header; at < Place.ring; at++)
      memory[Place.ring + (this._writeAt++ & ringMask)] = memory[at];
    for (let from = start; from < end;) {
      const to = this._writeAt & ringMask;
      let count = ringMask + 1 - to;
      if (count > end - from) count = end - from;
      key = copyMasked(memory, Place.ring + to, bytes, from, from + count, key, words, this._source);
      this._writeAt += count;
      from += count;
    }
    return true;
  }

  // --- Masking keys --------------------------------------------------------------------------------------

  /** A masking key that nobody can predict (RFC 6455 §10.3): never 0, never the one before. 0 if there is none. */
  protected _freshKey(): number {
    for (let tries = 0; tries < Random.tries; tries++) {
      const key = randomWord(this._source);
      if (key && key !== this._words[Place.keyWord]) return key;
    }
    this._failSoon(ErrorId.randomFailed);
    return 0;
  }

  /** Stops everything; the next `tick` fails the connection, because no event may come from inside a method. */
  protected _failSoon(fault: ErrorId): void {
    this._words[Register.due] = fault;
    this._endSoon();
  }

  /** Nothing more is parsed or accepted; what is queued still goes out, within a deadline. */
  protected _endSoon(): void {
    this._state = State.ending;
    this._endInput();
    this._waitFor(Deadline.end);
  }

  /** Begins to wait for something else, with a deadline. */
  protected _waitFor(deadline: Deadline): void {
    startDeadline(this.memory, this._limits, deadline, this._words);
    this._pumping &= ~Pumping.armed;
  }

  /** Nothing is parsed any more, and nothing takes a fast path. */
  protected _endInput(): void {
    this._sending |= Sending.general;
    this._reading |= Reading.ended;
  }
}
