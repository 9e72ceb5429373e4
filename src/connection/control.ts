import { ErrorId } from '../errors.ts';
import { isWireCloseCode } from '../frame/close-code.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import { HeadBit, Longest, Opcode } from '../frame/opcode.ts';
import { Utf8 } from '../frame/utf8.ts';
import { stepText } from '../frame/validate-text.ts';
import type { Opening } from '../handshake/opening.ts';
import { isGivenRange } from './given.ts';
import { Place, Pumping, Register, Sending, Size, State, Waiting } from './record.ts';
import { Sender } from './sender.ts';

/**
 * What is wrong with the payload `bytes[start, end)` of a Close, or 0: RFC 6455 §5.5.1, §7.4. That one octet is too short
 * was found in its header.
 */
export function faultOfClose(bytes: Uint8Array, start: number, end: number): ErrorId {
  if (start === end) return 0;
  if (!isWireCloseCode((bytes[start] << 8) | bytes[start + 1])) return ErrorId.closeCodeInvalid;
  return isUtf8(bytes, start + 2, end) ? 0 : ErrorId.closeReasonInvalid;
}

/** Whether `bytes[start, end)` is UTF-8 by itself. Reasons are short: octet by octet. */
function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  return stepText(bytes, start, end, Utf8.accept) === Utf8.accept;
}

/** What is wrong with a `code` (0 for none) and a reason that the user wants to close with, or 0. */
export function faultOfReason(code: number, bytes: Uint8Array, start: number, end: number): ErrorId {
  if (code !== 0 && !isWireCloseCode(code)) return ErrorId.closeCodeRefused;
  if (!isGivenRange(bytes, start, end)) return ErrorId.argumentInvalid;
  if (end - start > (code ? Longest.reason : 0)) return ErrorId.closeReasonTooLong;
  return isUtf8(bytes, start, end) ? 0 : ErrorId.closeReasonInvalid;
}

/**
 * Control frames on their way out, RFC 6455 §5.5, and with them the order of all that goes out: a frame that was begun
 * is finished first; a Pong or Ping of the engine's own is put in front of the frames in the ring; a Close goes behind
 * the data that was accepted before it.
 */
export class Control<Target> extends Sender<Target> {
  constructor() {
    super();
  }

  /**
   * Sends a Ping (9) or Pong (10) of the user's, of at most 125 octets. Returns 0 or an error id; throws a RingletError for
   * what is no Uint8Array.
   */
  sendControl(opcode: number, bytes: Uint8Array, start: number, end: number): number {
    if (!isGivenRange(bytes, start, end)) return ErrorId.argumentInvalid;
    if (this._state !== State.open) return ErrorId.notOpen;
    if (opcode !== Opcode.ping && opcode !== Opcode.pong) return ErrorId.argumentInvalid;
    if (end - start > Longest.control) return ErrorId.controlPayloadTooLong;
    if (this._encode(HeadBit.fin | opcode, bytes, start, end)) return 0;
    return this._words[Register.due] || ErrorId.writeTooLong;
  }

  /**
   * Answers a Ping with the payload `memory[start, end)`: by a Pong behind what is in the ring if that was empty
   * when the input came; else the latest Pong waits, in place of an older one (§5.5.3), so that Pings cost nothing while nothing can be
   * written. Returns whether it waits because many Pings came at once: then the next one would take its place.
   */
  protected _pong(start: number, end: number): boolean {
    if (this._sending & Sending.shut) return false;
    const length = end - start;
    const isDrained = (this._pumping & Pumping.drained) !== 0 && (this._sending & Sending.waiting) === 0;
    if (isDrained && this._reserve(this._frameSize(length))) {
      this._put(this._compose(HeadBit.fin | Opcode.pong, length), this.memory, start, end);
      return false;
    }
    copyMasked(this.memory, Place.controlOut, this.memory, start, end, 0, this._words);
    this._await((Opcode.pong << 8) + length);
    return isDrained;
  }

  /** The payload of a control frame waits: opcode × 256 + its length. */
  private _await(waiting: number): void {
    this._sending = (this._sending & ~Sending.waiting) | (waiting << Waiting.shift);
  }

  /** Has a Ping sent, with the four octets of the register `pings` as its payload. */
  protected _ping(): void {
    this._words[Register.pings]++;
    this._sending |= Sending.ping;
  }

  /**
   * Has a Close sent with `code` (0 for none) and the reason `bytes[start, end)` of at most 123 octets. No Pong
   * follows it (§5.5.1).
   */
  protected _queueClose(code: number, bytes: Uint8Array, start: number, end: number): void {
    const memory = this.memory;
    if (this._sending & Sending.closing) return;
    this._sending = (this._sending & Sending.text) | Sending.general | Sending.closing;
    memory[Place.controlOut] = code >> 8;
    memory[Place.controlOut + 1] = code;
    for (let i = start; i < end; i++) memory[Place.controlOut + 2 + i - start] = bytes[i];
    this._await((Opcode.close << 8) + (code ? 2 + end - start : 0));
  }

  /**
   * Moves what waits into the ring, as far as it fits. Returns how many octets from the read position on go to the
   * transport next.
   */
  protected _arrange(): number {
    const words = this._words;
    this._forgetPromised();
    while (this._sending & Sending.text && this._free) {
      const octet = (this._handshake as Opening).next();
      if (octet < 0) this._sending &= ~Sending.text;
      else {
        this.memory[Place.ring + (this._writeAt++ & this._ringMask)] = octet;
        words[Register.started]++;
      }
    }
    if (this._free >= Size.controlFrame) this._putWaiting();
    const size = this._ringMask + 1;
    const count = (this._writeAt < size ? this._writeAt : size) - this._readAt;
    const started = words[Register.started];
    // The transport is offered the frame it has begun and no more, if something is to go in front of the next.
    return started !== 0 && started < count && this._sending & Sending.urgent ? started : count;
  }

  /**
   * Puts the Close that waits behind what is in the ring; a Pong or Ping in front of it, if it begins with a frame that
   * is not yet begun.
   */
  private _putWaiting(): void {
    const writeAt = this._writeAt;
    const readAt = this._readAt;
    const ringMask = this._ringMask;
    const sending = this._sending;
    const words = this._words;
    const waiting = sending >> Waiting.shift;
    const isUrgent = (sending & Sending.urgent) !== 0;
    if (sending & Sending.text || (isUrgent ? words[Register.started] : !waiting)) return;
    const start = waiting ? Place.controlOut : Register.pings * 4;
    const length = waiting ? waiting & 0xff : 4;
    const size = this._frameSize(length);
    if (isUrgent && !this._reserve(size)) return;
    // There is room in front of the read position: written as if the ring were empty and began there.
    if (isUrgent) this._readAt = this._writeAt = (readAt - size) & ringMask;
    const header = this._compose(HeadBit.fin | (waiting >> 8 || Opcode.ping), length);
    if (this._put(header, this.memory, start, start + length)) {
      this._sending &= waiting ? ~Sending.waiting : ~Sending.ping;
      if (!isUrgent) return;
      // It is the frame now begun: nothing else comes before its end.
      words[Register.started] = size;
      this._writeAt = this._readAt > readAt ? writeAt + ringMask + 1 : writeAt;
    } else {
      this._readAt = readAt;
      this._writeAt = writeAt;
    }
  }
}
