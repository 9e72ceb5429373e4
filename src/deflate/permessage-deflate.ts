import type { Compression, CompressionFactory, FrameSink, SpanSink } from '../connection/compression.ts';
import { ErrorId, RingletError } from '../errors.ts';
import { Register } from '../connection/layout.ts';
import { Sending } from '../connection/sending.ts';
import { HeadBit, Opcode } from '../frame/opcode.ts';
import {
  Deflate,
  DEFLATE_DESK,
  DEFLATE_DEVICE,
  DEFLATE_FULL,
  deflateMemory,
  type DeflateOptions,
} from './encode/deflate.ts';
import { Inflate, INFLATE_DONE, INFLATE_MORE, inflateMemory } from './decode/inflate.ts';
import {
  type Agreement,
  answerOffers,
  type CompressionOptions,
  DESK,
  DEVICE,
  makeOffer,
  NegotiationFailure,
  readAnswer,
} from './negotiate.ts';

/** What an endpoint that compresses is made from; everything has a default. */
export interface PermessageDeflateOptions extends Partial<CompressionOptions> {
  /** Where the other defaults come from: 'device' costs about 10 KB of RAM, 'desk' about 250 KB. Default 'device'. */
  readonly profile?: 'device' | 'desk' | undefined;
}

interface Profile {
  readonly negotiation: CompressionOptions;
  readonly deflate: DeflateOptions;
  /** log2 of the entries of the inflater's table. */
  readonly tableBits: number;
  /** Octets of the area in which a frame's payload is compressed: the longest compressed frame sent. */
  readonly piece: number;
  /** Matches at least this long are copied by the engine. */
  readonly nativeCopy: number;
}

const PROFILES: Readonly<Record<'device' | 'desk', Profile>> = Object.freeze({
  device: Object.freeze({
    negotiation: DEVICE,
    deflate: DEFLATE_DEVICE,
    tableBits: 9,
    piece: 256,
    nativeCopy: 4,
  }),
  desk: Object.freeze({
    negotiation: DESK,
    deflate: DEFLATE_DESK,
    tableBits: 10,
    piece: 16384,
    nativeCopy: 40,
  }),
});

/** Header and masking key of a compressed frame, which is shorter than 64 KiB. */
const HEADER = 8;

/** Most octets that one step of decompression is given, and asked for. */
const INPUT_STEP = 4096;
const OUTPUT_STEP = 0x7fffffff;

/** What ends a fragment that is not the message's last: an empty stored block, RFC 7692 §7.2.1. */
const FLUSH = 0xffff0000 | 0;
const FLUSH_OCTETS = 4;

function windowBits(name: string, value: number): number {
  if (!(value >= 8 && value <= 15) || value % 1 !== 0) {
    throw new RingletError(ErrorId.optionInvalid, `${name} must be an integer from 8 to 15`);
  }
  return value;
}

function countOf(name: string, value: number): number {
  if (!(value >= 0)) throw new RingletError(ErrorId.optionInvalid, `${name} must be a number of octets`);
  return value;
}

/**
 * permessage-deflate (RFC 7692) for the option `compression` of a connection: windows, tables and chains lie in
 * the connection's memory. One object serves any number of connections. Throws a RingletError.
 */
export function permessageDeflate(options: PermessageDeflateOptions = {}): CompressionFactory {
  const profile = PROFILES[options.profile ?? 'device'];
  if (profile === undefined)
    throw new RingletError(ErrorId.optionInvalid, 'profile must be "device" or "desk"');
  const defaults = profile.negotiation;
  const negotiation: CompressionOptions = {
    receiveWindowBits: windowBits(
      'receiveWindowBits',
      options.receiveWindowBits ?? defaults.receiveWindowBits,
    ),
    transmitWindowBits: windowBits(
      'transmitWindowBits',
      options.transmitWindowBits ?? defaults.transmitWindowBits,
    ),
    receiveTakeover: options.receiveTakeover ?? defaults.receiveTakeover,
    transmitTakeover: options.transmitTakeover ?? defaults.transmitTakeover,
    threshold: countOf('threshold', options.threshold ?? defaults.threshold),
  };
  const deflate = Object.assign({}, profile.deflate, { windowBits: negotiation.transmitWindowBits });
  const chosen: Profile = Object.assign({}, profile, { negotiation, deflate });
  return Object.freeze({
    memory: memoryOf(chosen),
    create: (bytes: Uint8Array, offset: number) => new PermessageDeflate(chosen, bytes, offset),
  });
}

const inWords = (octets: number): number => (octets + 3) & ~3;

function memoryOf({ negotiation, deflate, tableBits, piece }: Profile): number {
  const inflateOctets = inflateMemory(negotiation.receiveWindowBits, tableBits);
  return inWords(inflateOctets) + inWords(deflateMemory(deflate)) + piece;
}

class PermessageDeflate implements Compression {
  readonly offer: string;
  response = '';
  isAgreed = false;
  waits = false;
  readonly #profile: Profile;
  readonly #bytes: Uint8Array;
  readonly #inflate: Inflate;
  readonly #deflate: Deflate;
  /** Where a frame's payload is compressed. */
  readonly #pieceStart: number;
  readonly #pieceLimit: number;
  #receiveTakeover = true;
  #transmitTakeover = true;
  /** Octets of the input from the next one on that are unmasked already. */
  #unmasked = 0;

  constructor(profile: Profile, bytes: Uint8Array, offset: number) {
    const { negotiation, deflate, tableBits, piece, nativeCopy } = profile;
    const words = new Uint16Array(bytes.buffer);
    const receiveBits = negotiation.receiveWindowBits;
    const deflateOffset = offset + inWords(inflateMemory(receiveBits, tableBits));
    this.#profile = profile;
    this.#bytes = bytes;
    this.#inflate = new Inflate(bytes, words, offset, receiveBits, tableBits, nativeCopy);
    this.#deflate = new Deflate(bytes, words, deflateOffset, deflate);
    this.#pieceStart = deflateOffset + inWords(deflateMemory(deflate));
    this.#pieceLimit = this.#pieceStart + piece;
    this.offer = makeOffer(negotiation);
  }

  // --- Negotiation ---------------------------------------------------------------------------------------

  answered(header: string): number {
    const answer = readAnswer(header, this.#profile.negotiation);
    if (typeof answer === 'number') return faultOf(answer);
    this.#agree(answer);
    return 0;
  }

  offered(header: string): number {
    const answer = answerOffers(header, this.#profile.negotiation);
    if (typeof answer === 'number') return faultOf(answer);
    if (answer !== null) {
      this.response = answer.response;
      this.#agree(answer.agreement);
    }
    return 0;
  }

  #agree(agreement: Agreement): void {
    this.isAgreed = true;
    this.#inflate.restrict(agreement.receiveWindowBits);
    this.#deflate.restrict(agreement.transmitWindowBits);
    this.#receiveTakeover = agreement.receiveTakeover;
    this.#transmitTakeover = agreement.transmitTakeover;
  }

  // --- Inbound -------------------------------------------------------------------------------------------

  /** Some input, one span of output (RFC 7692 §7.2.2). */
  decode(sink: SpanSink, bytes: Uint8Array, words: Int32Array, start: number, end: number): void {
    const inflate = this.#inflate;
    const to = end - start > INPUT_STEP ? start + INPUT_STEP : end;
    // What was offered before is offered as it was left then.
    const from = start + this.#unmasked;
    if (from < to) {
      sink.unmask(bytes, words, from, to);
      this.#unmasked = to - start;
    }
    const room = sink.limits.maxMessageSize - sink.size;
    const status = inflate.push(bytes, start, to, room > OUTPUT_STEP ? OUTPUT_STEP : room);
    const { consumed, outStart, outEnd } = inflate;
    this.waits = status === INFLATE_MORE;
    this.#unmasked -= consumed - start;
    sink.size += outEnd - outStart;
    sink.remaining -= consumed - start;
    sink.at = consumed;
    const isDone = status === INFLATE_DONE && sink.remaining === 0;
    let fault: ErrorId = 0;
    // Room for nothing, and still something comes: one octet more would be too many.
    if (this.waits) fault = room === outEnd - outStart ? ErrorId.messageTooBig : 0;
    else if (status !== INFLATE_DONE || (isDone && !this.#endsWell(sink))) fault = ErrorId.compressionInvalid;
    sink.deliver(sink.memory, sink.words, outStart, outEnd, isDone, fault);
  }

  /** Whether the message may end here, if it does; forgets the context if that was agreed. */
  #endsWell(sink: SpanSink): boolean {
    if (sink.words[Register.first] < HeadBit.fin) return true;
    // Without room: the last span is still to be looked at. A message with octets to come here has no end of its
    // own (RFC 7692 §7.2.1).
    if (this.#inflate.endMessage(0) !== INFLATE_DONE) return false;
    if (!this.#receiveTakeover) this.#inflate.reset();
    return true;
  }

  // --- Outbound ------------------------------------------------------------------------------------------

  /** Most octets that a fragment of `length` octets takes when compressed, frame headers included. */
  #bound(length: number): number {
    const octets = this.#deflate.bound(length);
    const frames = 1 + Math.floor(octets / (this.#profile.piece - FLUSH_OCTETS));
    return octets + FLUSH_OCTETS + HEADER * frames;
  }

  fitting(room: number): number {
    // What the bound adds never shrinks with the length, so that what it adds to the longer one is enough.
    const length = room - (this.#bound(room) - room);
    return length < 0 ? 0 : length;
  }

  encode(sink: FrameSink, first: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    const fin = first >= HeadBit.fin;
    const isFirst = (first & 0x0f) !== Opcode.continuation;
    const isCompressed = isFirst
      ? !fin || length >= this.#profile.negotiation.threshold
      : (sink.sending & Sending.compressed) !== 0;
    if (!isCompressed) return sink.encode(first, bytes, start, end);
    if ((sink.sending & Sending.shut) !== 0 || this.#bound(length) > sink.room) return false;
    sink.sending |= Sending.compressed;
    // Only the first frame of a message has RSV1 (RFC 7692 §6.1), only its last one FIN.
    let head = (first & 0x0f) | (isFirst ? HeadBit.rsv1 : 0);
    let at = start;
    let isTaken = false;
    for (let isLast = false; !isLast; head = Opcode.continuation) {
      let produced = this.#pieceStart;
      // Room for the end of a fragment is kept, so that it never needs a frame of its own.
      const limit = this.#pieceLimit - FLUSH_OCTETS;
      if (!isTaken) {
        isTaken = this.#deflate.write(bytes, at, end, this.#bytes, produced, limit) !== DEFLATE_FULL;
        produced = this.#deflate.produced;
        at = this.#deflate.consumed;
      }
      if (isTaken) {
        isLast = this.#deflate.endMessage(this.#bytes, produced, limit) !== DEFLATE_FULL;
        produced = this.#deflate.produced;
      }
      if (isLast && !fin) {
        for (let k = 0; k < FLUSH_OCTETS; k++) this.#bytes[produced++] = FLUSH >> (k << 3);
      }
      if (isLast && fin) head |= HeadBit.fin;
      if (!sink.encode(head, this.#bytes, this.#pieceStart, produced)) return false;
    }
    if (fin && !this.#transmitTakeover) this.#deflate.reset();
    return true;
  }
}

/** The error id that a failure of the negotiation is told by. */
function faultOf(failure: number): number {
  return failure === NegotiationFailure.NOT_OFFERED || failure === NegotiationFailure.TWICE
    ? ErrorId.extensionUnexpected
    : ErrorId.extensionInvalid;
}
