import type { Compression, CompressionFactory } from '../connection/compression.ts';
import { ErrorId, RingletError } from '../errors.ts';
import {
  Deflate,
  DEFLATE_DESK,
  DEFLATE_DEVICE,
  DEFLATE_FULL,
  deflateMemory,
  type DeflateOptions,
} from './deflate.ts';
import { Inflate, INFLATE_DONE, INFLATE_MORE, inflateMemory } from './inflate.ts';
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
  hasOutput = false;
  consumed = 0;
  outStart = 0;
  outEnd = 0;
  pieceEnd = 0;
  readonly threshold: number;
  readonly #profile: Profile;
  readonly #bytes: Uint8Array;
  readonly #inflate: Inflate;
  readonly #deflate: Deflate;
  /** Where a frame's payload is compressed. */
  readonly pieceStart: number;
  readonly #pieceLimit: number;
  /** The fragment that is being compressed: `#input[#at, #end)`, and whether it is its message's last. */
  #input: Uint8Array;
  #at = 0;
  #end = 0;
  #isLast = false;
  /** All of the fragment has gone into the compressor. */
  #isTaken = false;
  #receiveTakeover = true;
  #transmitTakeover = true;

  constructor(profile: Profile, bytes: Uint8Array, offset: number) {
    const { negotiation, deflate, tableBits, piece, nativeCopy } = profile;
    const words = new Uint16Array(bytes.buffer);
    const receiveBits = negotiation.receiveWindowBits;
    const deflateOffset = offset + inWords(inflateMemory(receiveBits, tableBits));
    this.#profile = profile;
    this.#bytes = this.#input = bytes;
    this.threshold = negotiation.threshold;
    this.#inflate = new Inflate(bytes, words, offset, receiveBits, tableBits, nativeCopy);
    this.#deflate = new Deflate(bytes, words, deflateOffset, deflate);
    this.pieceStart = deflateOffset + inWords(deflateMemory(deflate));
    this.#pieceLimit = this.pieceStart + piece;
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

  // --- What is received ----------------------------------------------------------------------------------

  inflate(
    bytes: Uint8Array,
    start: number,
    end: number,
    room: number,
    isWhole: boolean,
    isLast: boolean,
  ): ErrorId {
    const inflate = this.#inflate;
    const status = inflate.push(bytes, start, end, room);
    this.consumed = inflate.consumed;
    this.outStart = inflate.outStart;
    this.outEnd = inflate.outEnd;
    this.hasOutput = status === INFLATE_MORE;
    if (this.hasOutput) return 0;
    if (status !== INFLATE_DONE) return ErrorId.compressionInvalid;
    if (!isLast || !isWhole || inflate.consumed !== end) return 0;
    // Without room: the last span is still to be looked at. A message with octets to come here has no end of its
    // own (RFC 7692 §7.2.1).
    if (inflate.endMessage(0) !== INFLATE_DONE) return ErrorId.compressionInvalid;
    if (!this.#receiveTakeover) inflate.reset();
    return 0;
  }

  // --- What is sent --------------------------------------------------------------------------------------

  bound(length: number): number {
    const octets = this.#deflate.bound(length);
    const frames = 1 + Math.floor(octets / (this.#profile.piece - FLUSH_OCTETS));
    return octets + FLUSH_OCTETS + HEADER * frames;
  }

  fitting(room: number): number {
    // The bound of a shorter fragment adds no more than that of a longer one.
    const length = room - (this.bound(room) - room);
    return length < 0 ? 0 : length;
  }

  begin(bytes: Uint8Array, start: number, end: number, isLast: boolean): void {
    this.#input = bytes;
    this.#at = start;
    this.#end = end;
    this.#isLast = isLast;
    this.#isTaken = false;
  }

  deflate(): boolean {
    const deflate = this.#deflate;
    const bytes = this.#bytes;
    // Room for the end of a fragment is left, so that it never needs a frame of its own.
    const limit = this.#pieceLimit - FLUSH_OCTETS;
    let isDone = false;
    this.pieceEnd = this.pieceStart;
    if (!this.#isTaken) {
      this.#isTaken =
        deflate.write(this.#input, this.#at, this.#end, bytes, this.pieceEnd, limit) !== DEFLATE_FULL;
      this.pieceEnd = deflate.produced;
      this.#at = deflate.consumed;
    }
    if (this.#isTaken) {
      isDone = deflate.endMessage(bytes, this.pieceEnd, limit) !== DEFLATE_FULL;
      this.pieceEnd = deflate.produced;
    }
    if (isDone && !this.#isLast) {
      for (let k = 0; k < FLUSH_OCTETS; k++) bytes[this.pieceEnd++] = FLUSH >> (k << 3);
    }
    if (isDone && this.#isLast && !this.#transmitTakeover) deflate.reset();
    return isDone;
  }
}

/** The error id that a failure of the negotiation is told by. */
function faultOf(failure: number): number {
  return failure === NegotiationFailure.NOT_OFFERED || failure === NegotiationFailure.TWICE
    ? ErrorId.extensionUnexpected
    : ErrorId.extensionInvalid;
}
