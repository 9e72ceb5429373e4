import {
  type Compression,
  type FrameRing,
  type InflatedFrame,
  Inflation,
} from '../connection/compression.ts';
import { Register, Sending } from '../connection/record.ts';
import { ErrorId } from '../errors.ts';
import { HeadBit, Opcode } from '../frame/opcode.ts';
import { Inflate } from './decode/inflate.ts';
import { InflateStatus } from './decode/inflate-state.ts';
import { Deflate, DeflateStatus } from './encode/deflate.ts';
import { FLUSH_OCTETS } from './flush-marker.ts';
import { type Agreement, answerOffers, makeOffer, NegotiationFailure, readAnswer } from './negotiate.ts';
import { deflateOffset, payloadOffset, type Profile } from './profiles.ts';

/** Header and masking key of a compressed frame, which is shorter than 64 KiB. */
const HEADER = 8;

/** Most octets that one step of decompression is given, and asked for. */
const INPUT_STEP = 4096;
const OUTPUT_STEP = 0x7fffffff;

/** Compression of one connection: what was agreed, and the messages' way through `Inflate` and `Deflate`. */
export class MessageCodec implements Compression {
  response = '';
  isAgreed = false;
  hasOutput = false;
  outStart = 0;
  outEnd = 0;
  private readonly _profile: Profile;
  private readonly _bytes: Uint8Array;
  private readonly _inflate: Inflate;
  private readonly _deflate: Deflate;
  private _receiveTakeover = true;
  private _transmitTakeover = true;
  /** Octets of the input from the next one on that are unmasked already. */
  private _unmasked = 0;
  /** Where in the memory the compressed payload of a frame begins. */
  private readonly _payloadStart: number;
  /** Where the payload that `_compress` made ends. */

  constructor(profile: Profile, bytes: Uint8Array, offset: number) {
    const { negotiation, deflate, tableBits, nativeCopy } = profile;
    const words = new Uint16Array(bytes.buffer);
    this._profile = profile;
    this._bytes = bytes;
    this._inflate = new Inflate(bytes, words, offset, negotiation.receiveWindowBits, tableBits, nativeCopy);
    this._deflate = new Deflate(bytes, words, offset + deflateOffset(profile), deflate);
    this._payloadStart = offset + payloadOffset(profile);
  }

  // --- Negotiation ---------------------------------------------------------------------------------------

  /** Made when it is asked for, once a connection: kept, it would take memory as long as that lives. */
  get offer(): string {
    return makeOffer(this._profile.negotiation);
  }

  answered(header: string): number {
    const answer = readAnswer(header, this._profile.negotiation);
    // eslint-disable-next-line no-restricted-syntax -- once, at the beginning
    if (typeof answer === 'number') return errorOf(answer);
    this._agree(answer);
    return 0;
  }

  offered(header: string): number {
    const answer = answerOffers(header, this._profile.negotiation);
    // eslint-disable-next-line no-restricted-syntax -- once, at the beginning
    if (typeof answer === 'number') return errorOf(answer);
    if (answer !== null) {
      this.response = answer.response;
      this._agree(answer.agreement);
    }
    return 0;
  }

  private _agree(agreement: Agreement): void {
    this.isAgreed = true;
    this._inflate.restrict(agreement.receiveWindowBits);
    this._deflate.restrict(agreement.transmitWindowBits);
    this._receiveTakeover = agreement.receiveTakeover;
    this._transmitTakeover = agreement.transmitTakeover;
  }

  // --- Received messages ---------------------------------------------------------------------------------

  /** Some input, one span of output (RFC 7692 §7.2.2). The step itself is `Inflate.push`. */
  inflate(frame: InflatedFrame, bytes: Uint8Array, words: Int32Array, start: number, end: number): number {
    const inflate = this._inflate;
    const to = end - start > INPUT_STEP ? start + INPUT_STEP : end;
    // What was offered before is offered as it was left then.
    const from = start + this._unmasked;
    if (from < to) {
      frame._unmask(bytes, words, from, to);
      this._unmasked = to - start;
    }
    const room = frame._limits.maxMessageSize - frame._size;
    const status = inflate.push(bytes, start, to, room > OUTPUT_STEP ? OUTPUT_STEP : room);
    const consumed = inflate.consumed;
    const outStart = (this.outStart = inflate.outStart);
    const outEnd = (this.outEnd = inflate.outEnd);
    const remaining = frame._remaining - (consumed - start);
    this._unmasked -= consumed - start;
    this.hasOutput = status === InflateStatus.more;
    frame._size += outEnd - outStart;
    frame._remaining = remaining;
    frame._at = consumed;
    if (this.hasOutput) {
      // Room for nothing, and still something comes: one octet more would be too many.
      return room === outEnd - outStart ? ErrorId.messageTooBig : Inflation.goesOn;
    }
    if (status !== InflateStatus.done) return ErrorId.compressionInvalid;
    if (remaining !== 0) return Inflation.goesOn;
    const isLast = frame._words[Register.first] >= HeadBit.fin;
    return isLast && !this._endMessage() ? ErrorId.compressionInvalid : Inflation.frameDone;
  }

  /** Whether the message may end here; forgets the context if that was agreed. */
  private _endMessage(): boolean {
    // Without room: the last span is still to be delivered. A message with octets to come here has no end of its own
    // (RFC 7692 §7.2.1).
    if (this._inflate.endMessage(0) !== InflateStatus.done) return false;
    if (!this._receiveTakeover) this._inflate.reset();
    return true;
  }

  // --- Messages sent -------------------------------------------------------------------------------------

  /** Most octets that a fragment of `length` octets takes when compressed, frame headers included. */
  private _bound(length: number): number {
    const octets = this._deflate.bound(length);
    const payload = this._profile.payload - FLUSH_OCTETS;
    const frames = 1 + (octets - (octets % payload)) / payload;
    return octets + FLUSH_OCTETS + HEADER * frames;
  }

  fitting(room: number): number {
    // The overhead grows with the length: what `room` octets have of it is enough for the fewer octets that fit.
    const length = room - (this._bound(room) - room);
    return length < 0 ? 0 : length;
  }

  /**
   * Step by step: what `Deflate` writes at once is the payload of one frame. All in one method, because below it lies the
   * deepest of the stack that sending needs on a device.
   */
  encode(ring: FrameRing, first: number, bytes: Uint8Array, start: number, end: number): boolean {
    const fin = first >= HeadBit.fin;
    let frame = first & 0x0f;
    const isCompressed =
      frame === Opcode.continuation
        ? (ring._sending & Sending.compressed) !== 0
        : !fin || end - start >= this._profile.negotiation.threshold;
    if (!isCompressed) return ring._encode(first, bytes, start, end);
    if ((ring._sending & Sending.shut) !== 0 || this._bound(end - start) > ring._room) return false;
    ring._sending |= Sending.compressed;
    // Only the first frame of a message has RSV1 (RFC 7692 §6.1), only its last one FIN.
    if (frame !== Opcode.continuation) frame |= HeadBit.rsv1;
    const deflate = this._deflate;
    const memory = this._bytes;
    const from = this._payloadStart;
    // Room for the marker is kept, so that it never needs a frame of its own.
    const limit = from + this._profile.payload - FLUSH_OCTETS;
    let at = start;
    for (let isLast = false; !isLast; frame = Opcode.continuation) {
      isLast =
        deflate.write(bytes, at, end, memory, from, limit) === DeflateStatus.done &&
        deflate.endMessage(memory, deflate.produced, limit) === DeflateStatus.done;
      at = deflate.consumed;
      let to = deflate.produced;
      if (isLast && fin) frame |= HeadBit.fin;
      // A fragment that is not the message's last ends with the flush marker.
      else if (isLast) for (let k = 0; k < FLUSH_OCTETS; k++) memory[to++] = k < 2 ? 0 : 0xff;
      if (!ring._encode(frame, memory, from, to)) return false;
    }
    if (fin && !this._transmitTakeover) deflate.reset();
    return true;
  }
}

/** The error id that a failure of the negotiation is reported by. */
function errorOf(failure: NegotiationFailure): ErrorId {
  return failure === NegotiationFailure.notOffered || failure === NegotiationFailure.twice
    ? ErrorId.extensionUnexpected
    : ErrorId.extensionInvalid;
}
