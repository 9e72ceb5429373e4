import { headerLength } from '../frame/header.ts';
import { mask } from '../frame/mask.ts';
import { HeadBit, MASKED, Opcode } from '../frame/opcode.ts';
import type { HeadText } from '../handshake/text.ts';
import type { Compression } from './compression.ts';
import { Place, Register } from './layout.ts';
import type { Source } from './options.ts';
import { Ring } from './ring.ts';
import { Sending, Waiting } from './sending.ts';
import { State } from './state.ts';

/** Header (2), masking key (4) and payload (125) of the longest control frame. */
const CONTROL_FRAME = 131;

/** Where the last masking key lies, behind its header. */
const LAST_KEY = (Place.controlOut >> 2) - 1;

/** A random source that gives 0 or the same word this often in a row is broken. */
const RANDOM_TRIES = 4;

/**
 * From messages to octets, RFC 6455 §5. Frames are encoded into the ring and leave it in order; a Pong or Ping of
 * the engine's own is put in front of them, at the next boundary between frames, when the transport can take it.
 * Until then only the latest Pong waits (RFC 6455 §5.5.3), so that pings cost nothing while nothing can be
 * written. A Close goes behind the data that was accepted before it.
 */
export abstract class Outbound extends Ring {
  /** MASKED in the client's role: a client masks (RFC 6455 §5.1). */
  protected readonly maskBit: number;
  /** What we send of the opening handshake, until it has gone into the ring: no frame comes before. */
  #text: HeadText | undefined;
  /** What compresses, if that was agreed; before the connection is open, if that is to be negotiated. */
  declare protected compression: Compression | undefined;

  constructor(buffer: ArrayBuffer, size: number, isClient: boolean, source: Source) {
    super(buffer, size, source);
    this.maskBit = isClient ? MASKED : 0;
  }

  protected get isClient(): boolean {
    return this.maskBit !== 0;
  }

  /** Longest payload that `send` takes now; 0 unless the connection is open. */
  get writable(): number {
    const sending = this.sending;
    if (this.stage !== State.open || (sending & Sending.shut) !== 0) return 0;
    const free =
      this.wrap + 1 + this.head - this.tail - ((sending & Sending.urgent) === 0 ? 0 : CONTROL_FRAME);
    if (this.compression !== undefined) return this.compression.fitting(free);
    const room = free - (this.maskBit >> 5);
    if (room < 2) return 0;
    if (room < 4 + 126) return room < 2 + 125 ? room - 2 : 125;
    return room < 10 + 0x10000 ? (room < 4 + 0xffff ? room - 4 : 0xffff) : room - 10;
  }

  /** Free octets of the ring, less what is kept for a Pong or Ping that waits to go in front. */
  get #free(): number {
    return this.free - ((this.sending & Sending.urgent) === 0 ? 0 : CONTROL_FRAME);
  }

  /** The control frame that waits: opcode × 256 + octets of its payload, or 0. */
  get #waiting(): number {
    return this.sending >> Waiting.shift;
  }

  set #waiting(waiting: number) {
    this.sending = (this.sending & ~Sending.waiting) | (waiting << Waiting.shift);
  }

  /** Whether everything that was accepted has left the ring. */
  protected get flushed(): boolean {
    return this.tail === this.head && (this.sending & Sending.pending) === 0;
  }

  /** Has the head of the opening handshake sent, in front of all frames. */
  protected begin(text: HeadText): void {
    this.#text = text;
    this.sending |= Sending.text;
    this.#writeText(text);
  }

  /**
   * Lets whole messages take a fast path of the subclass's: while `sending` is 0, whatever fits is a frame that is
   * masked and nothing else.
   */
  protected allowFast(): void {
    if (!this.hasFast || this.maskBit === 0 || this.compression !== undefined || this.wrap > 0xffff) return;
    this.sending &= ~Sending.general;
  }

  /** Whether there is one. */
  protected get hasFast(): boolean {
    return false;
  }

  /** All messages go the general way, if they go at all. */
  protected forbidFast(): void {
    this.sending |= Sending.general;
  }

  /** Something is wrong that the next `tick` tells of. */
  protected abstract failSoon(): void;

  /** Encodes one data frame; `fin` ends the message. Returns false, having done nothing, if it does not fit. */
  protected encodeData(bytes: Uint8Array, start: number, end: number, opcode: number, fin: boolean): boolean {
    const flags = this.sending;
    // Most messages are one frame, as it is.
    if (fin && this.compression === undefined && (flags & Sending.inMessage) === 0) {
      return this.encode(HeadBit.fin | opcode, bytes, start, end);
    }
    const isFirst = (flags & Sending.inMessage) === 0;
    const compression = this.compression;
    let first = (isFirst ? opcode : Opcode.continuation) | (fin ? HeadBit.fin : 0);
    const compressed =
      compression !== undefined &&
      (isFirst ? compression.isWorthwhile(end - start, fin) : (flags & Sending.compressed) !== 0);
    if (!compressed) {
      if (!this.encode(first, bytes, start, end)) return false;
    } else {
      if ((this.sending & Sending.shut) !== 0 || compression.bound(end - start) > this.#free) return false;
      // Only the first frame of a message has RSV1 (RFC 7692 §6.1).
      if (isFirst) first |= HeadBit.rsv1;
      compression.begin(bytes, start, end, fin);
      for (let isLast = false; !isLast; first &= HeadBit.fin) {
        isLast = compression.next();
        const head = isLast ? first : first & ~HeadBit.fin;
        if (!this.encode(head, this.memory, compression.pieceStart, compression.pieceEnd)) return false;
      }
    }
    this.sending &= ~(Sending.inMessage | Sending.compressed);
    if (!fin) this.sending |= compressed ? Sending.inMessage | Sending.compressed : Sending.inMessage;
    return true;
  }

  /** Encodes one frame behind the others. Returns false, having done nothing, if it does not fit now. */
  protected encode(first: number, bytes: Uint8Array, start: number, end: number): boolean {
    const sending = this.sending;
    const length = end - start;
    const free =
      this.wrap + 1 + this.head - this.tail - ((sending & Sending.urgent) === 0 ? 0 : CONTROL_FRAME);
    if ((sending & Sending.shut) !== 0 || headerLength(length, this.maskBit) + length > free) return false;
    return this.#put(first, bytes, start, end);
  }

  /** Encodes one frame at the ring's tail, where it fits. Returns false if there is no masking key for it. */
  #put(first: number, bytes: Uint8Array, start: number, stop: number): boolean {
    const length = stop - start;
    const words = this.words;
    const maskBit = this.maskBit;
    const key = maskBit === 0 ? 0 : this.#freshKey();
    if (key === 0 && maskBit !== 0) return false;
    // The header is composed in words, as it will lie in the ring: cheaper than to put its octets singly.
    const last = LAST_KEY;
    let from = Place.controlOut - 4;
    words[last] = key;
    this.lastHead = 0;
    if (length < 126) {
      words[last - 1] = (first << 16) | ((maskBit | length) << 24);
      from -= 2;
    } else if (length < 0x10000) {
      words[last - 1] = first | ((maskBit | 126) << 8) | ((length & 0xff00) << 8) | (length << 24);
      from -= 4;
    } else {
      words[last - 3] = (first << 16) | ((maskBit | 127) << 24);
      words[last - 2] = 0;
      words[last - 1] =
        (length >>> 24) | ((length >>> 8) & 0xff00) | ((length & 0xff00) << 8) | (length << 24);
      from -= 10;
    }
    this.append(from, maskBit === 0 ? Place.controlOut - 4 : Place.controlOut);
    if (length !== 0) this.payload(bytes, start, stop, key);
    return true;
  }

  /** Appends `bytes[start, end)` masked with `key` (RFC 6455 §5.3), or as they are if it is 0. */
  protected payload(bytes: Uint8Array, start: number, end: number, key: number): void {
    const { memory } = this;
    let turned = key;
    for (let from = start; from < end;) {
      const at = Place.ring + (this.tail & this.wrap);
      const to = end - from > this.room ? from + this.room : end;
      if (bytes === memory) memory.copyWithin(at, from, to);
      else if (from === 0 && to === bytes.length) memory.set(bytes, at);
      else if (this.source.copy !== undefined) this.source.copy(bytes, from, to, memory, at);
      else for (let k = from; k < to; k++) memory[at + k - from] = bytes[k];
      if (key !== 0) turned = this.maskOwn(at, at + to - from, turned);
      this.tail += to - from;
      from = to;
    }
  }

  /** Masks `memory[start, end)` in place; see {@link mask}. */
  protected maskOwn(start: number, end: number, key: number): number {
    return mask(this.memory, this.words, start, end, key);
  }

  /**
   * Has the control payload `memory[start, end)` sent back as a Pong: at once behind the data, or, while the
   * transport takes nothing, later and in place of an older one.
   */
  protected pong(start: number, end: number): void {
    const isFree = this.words[Register.heard] <= 1 && this.#waiting === 0;
    if (isFree && this.encode(HeadBit.fin | Opcode.pong, this.memory, start, end)) return;
    if ((this.sending & Sending.shut) !== 0) return;
    this.memory.copyWithin(Place.controlOut, start, end);
    this.#waiting = (Opcode.pong << 8) + end - start;
  }

  /** Has a Ping sent, with the four octets of the register `pings` as its payload. */
  protected ping(): void {
    this.words[Register.pings]++;
    if ((this.sending & Sending.shut) === 0) this.sending |= Sending.ping;
  }

  /**
   * Has a Close sent with `code` (0 for none) and the reason `bytes[start, end)` of at most 123 octets. No Pong
   * follows it (RFC 6455 §5.5.1).
   */
  protected queueClose(code: number, bytes: Uint8Array, start: number, end: number): void {
    if ((this.sending & Sending.closing) !== 0) return;
    const { memory } = this;
    let waiting = Opcode.close << 8;
    if (code !== 0) {
      memory[Place.controlOut] = code >> 8;
      memory[Place.controlOut + 1] = code;
      for (let i = start; i < end; i++) memory[Place.controlOut + 2 + i - start] = bytes[i];
      waiting += 2 + end - start;
    }
    this.sending =
      (this.sending & Sending.text) | Sending.general | Sending.closing | (waiting << Waiting.shift);
  }

  /**
   * Moves what waits into the ring, as far as it fits. Returns how many octets from `outputStart` on go to the
   * transport next.
   */
  protected arrange(): number {
    const text = this.#text;
    if (text !== undefined) this.#writeText(text);
    else if ((this.sending & Sending.urgent) !== 0) {
      if (this.words[Register.started] === 0 && this.free >= CONTROL_FRAME) this.#putInFront();
    } else if (this.#waiting !== 0) {
      const length = this.#waiting & 0xff;
      if (headerLength(length, this.maskBit) + length <= this.free) {
        this.#put(HeadBit.fin | Opcode.close, this.memory, Place.controlOut, Place.controlOut + length);
        this.#waiting = 0;
      }
    }
    const count = this.contiguous;
    const started = this.words[Register.started];
    // The transport is offered the frame it has begun and no more, if something is to go in front of the next.
    return started !== 0 && started < count && (this.sending & Sending.urgent) !== 0 ? started : count;
  }

  /** Writes what fits of the opening handshake. */
  #writeText(text: HeadText): void {
    while (this.free !== 0) {
      const octet = text.next();
      if (octet < 0) {
        this.#text = undefined;
        this.sending &= ~Sending.text;
        return;
      }
      this.memory[Place.ring + (this.tail & this.wrap)] = octet;
      this.tail++;
      this.words[Register.started]++;
    }
  }

  /** Puts the waiting Pong or Ping in front of the ring, which begins with a frame that is not yet begun. */
  #putInFront(): void {
    const { tail, head, wrap } = this;
    const waiting = this.#waiting;
    let first = HeadBit.fin | Opcode.ping;
    let start = Register.pings * 4;
    let end = start + 4;
    if (waiting !== 0) {
      first = HeadBit.fin | Opcode.pong;
      start = Place.controlOut;
      end = start + (waiting & 0xff);
    }
    const size = headerLength(end - start, this.maskBit) + end - start;
    // As if the ring were empty and began before its head: there is room.
    this.head = this.tail = (head - size) & wrap;
    if (this.#put(first, this.memory, start, end)) {
      // It is the frame now begun: nothing else comes before its end.
      this.words[Register.started] = size;
      this.tail = this.head > head ? tail + wrap + 1 : tail;
      if (waiting !== 0) this.#waiting = 0;
      else this.sending &= ~Sending.ping;
    } else {
      this.head = head;
      this.tail = tail;
    }
  }

  /** The transport took `count` octets of the output. */
  protected leave(count: number): void {
    const words = this.words;
    if (count === this.tail - this.head) {
      this.head = this.tail = words[Register.started] = 0;
      return;
    }
    let started = words[Register.started];
    // Find the end of the frame that the transport stopped in; its header is still in the ring.
    while (started < count) started += this.#frameLength(started);
    words[Register.started] = started - count;
    this.drain(count);
  }

  /** Whole length of the frame whose first octet lies `at` places behind the ring's head. */
  #frameLength(at: number): number {
    const second = this.#octet(at + 1);
    let length = second & 0x7f;
    if (length >= 126) {
      const octets = length === 126 ? 2 : 8;
      length = 0;
      for (let k = 2; k < 2 + octets; k++) length = length * 256 + this.#octet(at + k);
    }
    return headerLength(length, second & MASKED) + length;
  }

  #octet(at: number): number {
    return this.memory[Place.ring + ((this.head + at) & this.wrap)];
  }

  /**
   * Whether the last key is another than the last one when this was asked before; if not, the connection fails. For a
   * fast path that does not compare its keys one by one, before its frames go out.
   */
  protected hasFreshKey(): boolean {
    const key = this.words[LAST_KEY];
    if (key === 0) return true;
    if (key === this.lastKey) {
      this.failSoon();
      return false;
    }
    this.words[LAST_KEY] = 0;
    this.lastKey = key;
    return true;
  }

  /** A masking key that nobody can predict (RFC 6455 §10.3): never 0, never the one before. 0 if there is none. */
  #freshKey(): number {
    try {
      for (let tries = 0; tries < RANDOM_TRIES; tries++) {
        const key = this.source.random() | 0;
        if (key !== 0 && key !== this.words[LAST_KEY] && key !== this.lastKey) return key;
      }
    } catch {
      // As if it repeated itself.
    }
    this.failSoon();
    return 0;
  }
}
