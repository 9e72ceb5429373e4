import { copyWords } from '../frame/copy.ts';
import { headerLength, headerLengthFor, writeHeader } from '../frame/header.ts';
import { mask } from '../frame/mask.ts';
import { Memory } from '../frame/memory.ts';
import { HeadBit, MASKED, Opcode } from '../frame/opcode.ts';
import type { HeadText } from '../handshake/text.ts';
import type { Compression } from './compression.ts';
import { Ring } from './ring.ts';

/** Octets of a connection's memory for the payload of a control frame that waits to be sent. */
export const OUTBOUND_MEMORY = 128;

/** Header (2), masking key (4) and payload (125) of the longest control frame. */
const CONTROL_FRAME = 131;

/** A random source that gives 0 or the same word this often in a row is broken. */
const RANDOM_TRIES = 4;

/**
 * From messages to octets, RFC 6455 §5. Frames are encoded into the transmit ring and leave it in order; a
 * Pong or Ping of the engine's own is put in front of them, at the next boundary between frames, when the
 * transport can take it. Until then only the latest Pong waits (RFC 6455 §5.5.3), so that pings cost nothing
 * while nothing can be written. A Close goes behind the data that was accepted before it.
 */
export class Outbound {
  readonly ring: Ring;
  readonly #memory: Memory;
  readonly #base: number;
  readonly #maskBit: number;
  readonly #random: () => number;
  /** The buffer that a part was last sent from, and the view of it that was given. */
  #foreign: Memory | undefined;
  #view: Uint8Array | undefined;
  /** Last masking key, so that a source that repeats itself is found out. */
  #key = 0;
  /** Octets at the ring's head that belong to a frame already begun, or to the handshake. */
  #started = 0;
  /** The part of the opening handshake that is ours, until it has gone into the ring: no frame comes before. */
  #head: HeadText | undefined;
  /** Whether a message was begun and its last fragment is still to come. */
  #inMessage = false;
  /** permessage-deflate, if it was agreed. */
  #compression: Compression | undefined;
  /** Whether the message that was begun is compressed. */
  #isCompressed = false;
  /** Octets of the Pong that waits; −1 for none. */
  #pong = -1;
  /** Whether a Ping with `#pingPayload` waits. */
  #ping = false;
  #pingPayload = 0;
  /** Octets of the Close that waits; −1 for none. */
  #close = -1;
  /** Whether the Close has been put into the ring: nothing may follow. */
  #closed = false;

  /**
   * The ring takes `memory[base, base + size)`, the waiting control frame the OUTBOUND_MEMORY octets behind
   * it. A client masks (RFC 6455 §5.1).
   */
  constructor(memory: Memory, base: number, size: number, masked: boolean, random: () => number) {
    this.ring = new Ring(memory, base, size);
    this.#memory = memory;
    this.#base = base + size;
    this.#maskBit = masked ? MASKED : 0;
    this.#random = random;
  }

  /** Longest payload that one frame can carry now, 0 if none. */
  get writable(): number {
    if (this.closing || this.#head !== undefined) return 0;
    const free = this.#free();
    if (this.#compression !== undefined) return this.#compression.fitting(free);
    const room = free - (this.#maskBit === 0 ? 0 : 4);
    if (room < 2) return 0;
    if (room < 2 + 2 + 126) return room - 2 < 125 ? room - 2 : 125;
    if (room < 10 + 0x10000) return room - 4 < 0xffff ? room - 4 : 0xffff;
    return room - 10;
  }

  /** Free octets of the ring, less what is kept for a Pong or Ping that waits to go in front. */
  #free(): number {
    return this.ring.free - (this.#pong >= 0 || this.#ping ? CONTROL_FRAME : 0);
  }

  /** Compresses messages from now on (RFC 7692). */
  use(compression: Compression): void {
    this.#compression = compression;
  }

  /** Whether a Close has been accepted. */
  get closing(): boolean {
    return this.#close >= 0 || this.#closed;
  }

  /** Whether the Close and everything before it has left the ring. */
  get flushed(): boolean {
    return this.#close < 0 && this.ring.used === 0 && this.#head === undefined;
  }

  /** Whether a fragmented message of ours is unfinished. */
  get inMessage(): boolean {
    return this.#inMessage;
  }

  /** Has the head of the opening handshake sent, in front of all frames. */
  begin(head: HeadText): void {
    this.#head = head;
    this.#writeHead(head);
  }

  /** Writes what fits of it. */
  #writeHead(head: HeadText): void {
    this.#started += head.write(this.ring);
    if (head.done) this.#head = undefined;
  }

  /**
   * Encodes one data frame; `fin` ends the message. Returns false, having done nothing, if it does not fit or
   * a Close was sent.
   */
  send(bytes: Uint8Array, start: number, end: number, opcode: number, fin: boolean): boolean {
    const length = end - start;
    if (this.closing || !this.#fits(length)) return false;
    const compression = this.#compression;
    const head = this.#inMessage ? Opcode.continuation : opcode;
    const isCompressed = this.#inMessage
      ? this.#isCompressed
      : (compression?.isWorthwhile(length, fin) ?? false);
    if (isCompressed && compression!.bound(length) > this.#free()) return false;
    this.#isCompressed = isCompressed;
    if (isCompressed) this.#encodeCompressed(compression!, head, bytes, start, end, fin);
    else this.#encode((fin ? HeadBit.fin : 0) | head, bytes, start, end);
    this.#inMessage = !fin;
    return true;
  }

  /**
   * Encodes a fragment compressed, as one frame or, if it does not fit the compressor's area, several. Only the
   * first frame of a message has RSV1 (RFC 7692 §6.1).
   */
  #encodeCompressed(
    compression: Compression,
    opcode: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    fin: boolean,
  ): void {
    const own = this.#memory.bytes;
    let head = opcode === Opcode.continuation ? opcode : HeadBit.rsv1 | opcode;
    compression.begin(bytes, start, end, fin);
    let isLast = false;
    while (!isLast) {
      isLast = compression.next();
      this.#encode(
        (isLast && fin ? HeadBit.fin : 0) | head,
        own,
        compression.pieceStart,
        compression.pieceEnd,
      );
      head = Opcode.continuation;
    }
  }

  /** Encodes a Ping or Pong of the user's behind the data; false if it does not fit now. */
  sendControl(bytes: Uint8Array, start: number, end: number, opcode: number): boolean {
    const length = end - start;
    if (this.closing || !this.#fits(length)) return false;
    this.#encode(HeadBit.fin | opcode, bytes, start, end);
    return true;
  }

  #fits(length: number): boolean {
    if (this.#head !== undefined) return false;
    return headerLengthFor(length, this.#maskBit !== 0) + length <= this.#free();
  }

  /**
   * Has the control payload `bytes[start, end)` of the memory sent back as a Pong: at once behind the data,
   * or, while `blocked` tells that the transport takes nothing, later and in place of an older one.
   */
  pong(bytes: Uint8Array, start: number, end: number, blocked: boolean): void {
    if (this.closing) return;
    if (!blocked && this.#pong < 0 && this.sendControl(bytes, start, end, Opcode.pong)) return;
    bytes.copyWithin(this.#base, start, end);
    this.#pong = end - start;
  }

  /** Has a Ping with `payload` as its four octets sent. */
  ping(payload: number): void {
    if (this.closing) return;
    this.#ping = true;
    this.#pingPayload = payload;
  }

  /**
   * Has a Close sent with `code` (0 for none) and the reason `bytes[start, end)` of at most 123 octets. No
   * Pong follows it (RFC 6455 §5.5.1).
   */
  close(code: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.closing) return;
    this.#pong = -1;
    this.#ping = false;
    this.#close = 0;
    if (code === 0) return;
    const base = this.#base;
    const own = this.#memory.bytes;
    own[base] = code >> 8;
    own[base + 1] = code;
    for (let i = start, o = base + 2; i < end; i++, o++) own[o] = bytes[i];
    this.#close = 2 + end - start;
  }

  /**
   * Moves what waits into the ring, as far as it fits. Returns how many octets from the ring's start on go to
   * the transport next.
   */
  arrange(): number {
    const ring = this.ring;
    if (this.#head !== undefined) this.#writeHead(this.#head);
    if (this.#started === 0 && (this.#pong >= 0 || this.#ping) && ring.free >= CONTROL_FRAME)
      this.#arrangeControl();
    if (this.#close >= 0 && this.#fits(this.#close)) {
      this.#encode(HeadBit.fin | Opcode.close, this.#memory.bytes, this.#base, this.#base + this.#close);
      this.#close = -1;
      this.#closed = true;
    }
    const count = ring.end - ring.start;
    // The transport is offered the frame it has begun and no more, if something is to go in front of the next.
    const started = this.#started;
    return started !== 0 && started < count && (this.#pong >= 0 || this.#ping) ? started : count;
  }

  /** Puts the waiting Pong or Ping in front of the ring, which begins with a frame that is not yet begun. */
  #arrangeControl(): void {
    const ring = this.ring;
    const bytes = this.#memory.bytes;
    const isPong = this.#pong >= 0;
    const length = isPong ? this.#pong : 4;
    const size = 2 + (this.#maskBit === 0 ? 0 : 4) + length;
    const key = this.#maskBit === 0 ? 0 : this.#freshKey();
    ring.prepend(size);
    bytes[ring.at(0)] = HeadBit.fin | (isPong ? Opcode.pong : Opcode.ping);
    bytes[ring.at(1)] = this.#maskBit | length;
    let at = 2;
    if (this.#maskBit !== 0) for (let k = 0; k < 4; k++) bytes[ring.at(at++)] = key >> (k << 3);
    for (let k = 0; k < length; k++) {
      const octet = isPong ? bytes[this.#base + k] : this.#pingPayload >> (24 - (k << 3));
      bytes[ring.at(at++)] = octet ^ (key >> ((k & 3) << 3));
    }
    // It is the frame now begun: nothing else comes before its end.
    this.#started = size;
    if (isPong) this.#pong = -1;
    else this.#ping = false;
  }

  /** The transport took `count` octets from the ring's head. */
  sent(count: number): void {
    const ring = this.ring;
    let started = this.#started;
    if (count === ring.used) started = 0;
    else {
      // Find the end of the frame that the transport stopped in; its header is still in the ring.
      while (started < count) started += this.#frameLength(started);
      started -= count;
    }
    this.#started = started;
    ring.release(count);
  }

  /** Whole length of the frame whose first octet lies `at` places behind the ring's head. */
  #frameLength(at: number): number {
    const bytes = this.#memory.bytes;
    const ring = this.ring;
    const second = bytes[ring.at(at + 1)];
    let length = second & 0x7f;
    if (length >= 126) {
      const octets = length === 126 ? 2 : 8;
      length = 0;
      for (let k = 0; k < octets; k++) length = length * 256 + bytes[ring.at(at + 2 + k)];
    }
    return headerLength(second) + length;
  }

  /** Encodes one frame at the ring's tail; it fits. */
  #encode(first: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const ring = this.ring;
    const memory = this.#memory;
    const maskBit = this.#maskBit;
    const key = maskBit === 0 ? 0 : this.#freshKey();
    const size = headerLengthFor(length, maskBit !== 0);
    if (size + length > ring.room) {
      this.#encodeWrapped(first, bytes, start, end, key);
      return;
    }
    const at = writeHeader(memory.data, ring.tail, first, length, maskBit);
    const from = maskBit === 0 ? at : at + 4;
    this.#copy(bytes, start, end, from);
    if (maskBit !== 0) {
      memory.data.setInt32(at, key, true);
      mask(memory.bytes, memory.words, from, from + length, key);
    }
    ring.grow(size + length);
  }

  /** The same where the frame does not lie in one piece: octet by octet, or its payload in two pieces. */
  #encodeWrapped(first: number, bytes: Uint8Array, start: number, end: number, key: number): void {
    const ring = this.ring;
    const memory = this.#memory;
    const length = end - start;
    ring.put(first);
    if (length < 126) ring.put(this.#maskBit | length);
    else {
      const octets = length < 0x10000 ? 2 : 8;
      ring.put(this.#maskBit | (octets === 2 ? 126 : 127));
      for (let k = octets - 1; k >= 0; k--) ring.put(k > 3 ? 0 : length >>> (k << 3));
    }
    if (this.#maskBit !== 0) for (let k = 0; k < 4; k++) ring.put(key >> (k << 3));
    let turned = key;
    for (let from = start; from < end;) {
      const rest = end - from;
      const piece = rest < ring.room ? rest : ring.room;
      const at = ring.tail;
      this.#copy(bytes, from, from + piece, at);
      if (this.#maskBit !== 0) turned = mask(memory.bytes, memory.words, at, at + piece, turned);
      ring.grow(piece);
      from += piece;
    }
  }

  /** Copies `bytes[start, end)` to `at` of the memory. */
  #copy(bytes: Uint8Array, start: number, end: number, at: number): void {
    const memory = this.#memory;
    if (bytes === memory.bytes) memory.bytes.copyWithin(at, start, end);
    else if (start === 0 && end === bytes.length) memory.bytes.set(bytes, at);
    else {
      // Compared by view: to ask a view for its buffer takes longer than to send a small message.
      if (bytes !== this.#view) this.#cover(bytes);
      copyWords(this.#foreign!, bytes.byteOffset + start, bytes.byteOffset + end, memory, at);
    }
  }

  /** Views of the user's buffer are made when a part of it is sent for the first time, and kept. */
  #cover(view: Uint8Array): void {
    // eslint-disable-next-line no-restricted-syntax
    if (this.#foreign === undefined) this.#foreign = new Memory(view.buffer);
    else this.#foreign.cover(view.buffer);
    this.#view = view;
  }

  /** A masking key that nobody can predict (RFC 6455 §10.3): never 0, never the one before. */
  #freshKey(): number {
    for (let tries = 0; tries < RANDOM_TRIES; tries++) {
      const key = this.#random() | 0;
      if (key !== 0 && key !== this.#key) {
        this.#key = key;
        return key;
      }
    }
    throw BROKEN_RANDOM;
  }
}

/** Thrown where the random source fails; made beforehand so that failing allocates nothing. */
export const BROKEN_RANDOM: Error = Object.freeze(new Error('the random source repeats itself'));
