import { extendedLength, headerLength } from '../frame/header.ts';
import { CONTROL_LIMIT, HeadBit, MASKED, Opcode } from '../frame/opcode.ts';
import type { Opening } from '../handshake/opening.ts';
import { type HandshakeOutcome, NO_OUTCOME } from '../handshake/outcome.ts';
import type { FrameSink } from './compression.ts';
import { ErrorId } from '../errors.ts';
import { Span } from './events.ts';
import { Place, Register, Size } from './layout.ts';
import { Ring } from './ring.ts';
import { Sending, Waiting } from './sending.ts';
import { State } from './state.ts';

/** Where the last masking key lies, behind its header. */
const LAST_KEY = (Place.controlOut >> 2) - 1;

/** A random source that gives 0 or the same word this often in a row is broken. */
const RANDOM_TRIES = 4;

/**
 * From messages to octets, RFC 6455 §5. Frames are encoded into the ring and leave it in order; a Pong or Ping of
 * the engine's own is put in front of them, at the next boundary between frames, when the transport can take it.
 * Until then only the latest Pong waits (RFC 6455 §5.5.3), so that pings cost nothing while nothing can be
 * written. A Close goes behind the data that was accepted before it.
 *
 * What was told as writable stays so until something else is sent, whatever the engine has to send meanwhile: see `Ring`.
 */
export abstract class Outbound<Target> extends Ring<Target> {
  /** Our half of the opening handshake, and then what it came to. */
  protected handshake: Opening | HandshakeOutcome = NO_OUTCOME;

  /** Something is wrong that the next `tick` tells of, because no event may come from inside what found it. */
  protected abstract failSoon(fault: ErrorId): void;

  /** Something was accepted that is to be sent. */
  protected abstract accepted(): void;

  /** Gives the transport what it takes of what is in the ring, if that can be done now. */
  protected abstract drain(): void;

  /** Masks `bytes[start, end)` in place; see `frame/mask.ts`. `words` covers the same memory. */
  protected abstract mask(
    bytes: Uint8Array,
    words: Int32Array,
    start: number,
    end: number,
    key: number,
  ): number;

  /**
   * Longest payload that `send` takes now; 0 unless the connection is open. It takes that later, too, as long as nothing
   * else is sent.
   */
  get writable(): number {
    const sending = this.sending;
    if (this.stage !== State.open || (sending & Sending.shut) !== 0) return 0;
    if (this.compression) return this.compression.fitting(this.room);
    // This is asked after every message: `room` without two calls.
    let room = this.wrap - 1 - Size.controlFrame + this.head - this.tail;
    if ((sending & Sending.owing) !== 0) room = this.room - 2;
    room -= this.maskBit >> 5;
    if (room < 2 + 126) return room > 125 ? 125 : room < 0 ? 0 : room;
    return room < 8 + 0x10000 ? (room > 2 + 0xffff ? 0xffff : room - 2) : room - 8;
  }

  /**
   * Sends `bytes[start, end)` as one frame of a message. `span`: Span.binary (1) or text (0); Span.more (2)
   * leaves the message open for further fragments. Returns 0, or an error id having sent nothing: `notOpen`,
   * `writeTooLong` if it does not fit now (see `writable`), `randomFailed`.
   */
  send(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (this.stage !== State.open) return ErrorId.notOpen;
    const { compression } = this;
    let first = (span & Span.more) === 0 ? HeadBit.fin : 0;
    if ((this.sending & Sending.inMessage) === 0) first |= (span & Span.binary) + Opcode.text;
    const isDone = compression
      ? compression.encode(this as unknown as FrameSink, first, bytes, start, end)
      : this.encode(first, bytes, start, end);
    if (isDone) {
      if (first < HeadBit.fin) this.sending |= Sending.inMessage;
      else this.sending &= ~(Sending.inMessage | Sending.compressed);
    }
    return this.#outcome(isDone);
  }

  /** Sends a Ping (9) or Pong (10) of at most 125 octets. Returns 0 or an error id. */
  sendControl(opcode: number, bytes: Uint8Array, start: number, end: number): number {
    if (this.stage !== State.open) return ErrorId.notOpen;
    if (opcode !== Opcode.ping && opcode !== Opcode.pong) return ErrorId.argumentInvalid;
    if (end - start > CONTROL_LIMIT) return ErrorId.controlPayloadTooLong;
    return this.#outcome(this.encode(HeadBit.fin | opcode, bytes, start, end));
  }

  #outcome(isDone: boolean): number {
    this.accepted();
    return isDone ? 0 : this.words[Register.due] || ErrorId.writeTooLong;
  }

  /** Has what we send of the opening handshake sent, in front of all frames. */
  protected begin(): void {
    this.sending |= Sending.text;
    this.arrange();
  }

  /**
   * Encodes one frame of the user's behind the others; a control frame may take what is kept for those. Returns false,
   * having done nothing, if it does not fit now.
   */
  protected encode(first: number, bytes: Uint8Array, start: number, end: number): boolean {
    const size = headerLength(end - start, this.maskBit) + end - start;
    const { sending } = this;
    const room = (first & HeadBit.control) === 0 ? this.room : this.free;
    if ((sending & Sending.shut) !== 0 || size > room || !this.#put(first, bytes, start, end)) return false;
    if ((sending & Sending.owing) !== 0) this.words[Register.promised] -= size;
    return true;
  }

  /** Encodes one frame at the ring's tail, where it fits. Returns false if there is no masking key for it. */
  #put(first: number, bytes: Uint8Array, start: number, end: number): boolean {
    const { memory, words, maskBit } = this;
    const length = end - start;
    let key = 0;
    let at: number = Place.controlOut;
    if (maskBit !== 0) {
      key = words[LAST_KEY] = this.#freshKey();
      if (key === 0) return false;
      at -= 4;
    }
    const header = at;
    let second = length;
    if (length > CONTROL_LIMIT) {
      second = length < 0x10000 ? 126 : 127;
      for (let rest = length; at > header - extendedLength(second); rest /= 256) memory[--at] = rest;
    }
    this.lastHead = 0;
    memory[--at] = maskBit | second;
    memory[--at] = first;
    this.append(at, Place.controlOut);
    if (length === 0 || this.load(bytes, start, end, key)) return true;
    for (let from = start; from < end;) {
      const to = Place.ring + (this.tail & this.wrap);
      let count = Place.ring + this.wrap + 1 - to;
      if (count > end - from) count = end - from;
      this.copy(bytes, from, from + count, to);
      if (key !== 0) key = this.mask(memory, words, to, to + count, key);
      this.tail += count;
      from += count;
    }
    return true;
  }

  /** A fast path of the subclass's: appends `bytes[start, end)` masked with `key`. Returns false, having done nothing, if
   * it is not for them. */
  protected load(bytes: Uint8Array, start: number, end: number, key: number): boolean;
  protected load(): boolean {
    return false;
  }

  /** Copies `bytes[start, end)` into the connection's memory at `at`, without making a view. */
  protected copy(bytes: Uint8Array, start: number, end: number, at: number): void {
    const { memory } = this;
    if (bytes === memory) memory.copyWithin(at, start, end);
    else if (end - start === bytes.length) memory.set(bytes, at);
    else for (let i = start; i < end; i++) memory[at + i - start] = bytes[i];
  }

  /**
   * Has the control payload `memory[start, end)` sent back as a Pong: at once behind the data, or, while the
   * transport takes nothing, later and in place of an older one.
   */
  protected pong(start: number, end: number): void {
    if ((this.sending & Sending.shut) !== 0) return;
    if (this.words[Register.heard] <= 1 && (this.sending & Sending.waiting) === 0) {
      const size = headerLength(end - start, this.maskBit) + end - start;
      let isClaimed = this.claim(size);
      // Many pings came at once.
      if (!isClaimed) {
        this.drain();
        isClaimed = this.claim(size);
      }
      if (isClaimed) {
        this.#put(HeadBit.fin | Opcode.pong, this.memory, start, end);
        return;
      }
    }
    this.memory.copyWithin(Place.controlOut, start, end);
    this.#await((Opcode.pong << 8) + end - start);
  }

  /** The control frame whose payload waits: opcode × 256 + octets of its payload. */
  #await(waiting: number): void {
    this.sending = (this.sending & ~Sending.waiting) | (waiting << Waiting.shift);
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
    const { memory } = this;
    if ((this.sending & Sending.closing) !== 0) return;
    this.sending = (this.sending & Sending.text) | Sending.general | Sending.closing;
    memory[Place.controlOut] = code >> 8;
    memory[Place.controlOut + 1] = code;
    for (let i = start; i < end; i++) memory[Place.controlOut + 2 + i - start] = bytes[i];
    this.#await((Opcode.close << 8) + (code === 0 ? 0 : 2 + end - start));
  }

  /**
   * Moves what waits into the ring, as far as it fits. Returns how many octets from `outputStart` on go to the
   * transport next.
   */
  protected arrange(): number {
    const { words } = this;
    this.clearPromised();
    while ((this.sending & Sending.text) !== 0 && this.free !== 0) {
      const octet = (this.handshake as Opening).next();
      if (octet < 0) this.sending &= ~Sending.text;
      else {
        this.memory[Place.ring + (this.tail++ & this.wrap)] = octet;
        words[Register.started]++;
      }
    }
    if (this.free >= Size.controlFrame) this.#putWaiting();
    const size = this.wrap + 1;
    const count = (this.tail < size ? this.tail : size) - this.head;
    const started = words[Register.started];
    // The transport is offered the frame it has begun and no more, if something is to go in front of the next.
    return started !== 0 && started < count && (this.sending & Sending.urgent) !== 0 ? started : count;
  }

  /**
   * Puts the Close that waits behind what is in the ring; a Pong or Ping in front of it, if it begins with a frame that
   * is not yet begun.
   */
  #putWaiting(): void {
    const { tail, head, wrap, sending, words } = this;
    const waiting = sending >> Waiting.shift;
    const isUrgent = (sending & Sending.urgent) !== 0;
    if ((sending & Sending.text) !== 0 || (isUrgent ? words[Register.started] : !waiting)) return;
    const start = waiting === 0 ? Register.pings * 4 : Place.controlOut;
    const length = waiting === 0 ? 4 : waiting & 0xff;
    const size = headerLength(length, this.maskBit) + length;
    if (isUrgent && !this.claim(size)) return;
    // As if the ring were empty and began before its head: there is room.
    if (isUrgent) this.head = this.tail = (head - size) & wrap;
    if (this.#put(HeadBit.fin | (waiting >> 8 || Opcode.ping), this.memory, start, start + length)) {
      this.sending &= waiting === 0 ? ~Sending.ping : ~Sending.waiting;
      if (!isUrgent) return;
      // It is the frame now begun: nothing else comes before its end.
      words[Register.started] = size;
      this.tail = this.head > head ? tail + wrap + 1 : tail;
    } else {
      this.head = head;
      this.tail = tail;
    }
  }

  /** The transport took `count` octets of the output. */
  protected leave(count: number): void {
    const { words, wrap } = this;
    if (count === this.tail - this.head) {
      this.head = this.tail = words[Register.started] = 0;
      return;
    }
    const head = this.head + count;
    let started = words[Register.started];
    // Find the end of the frame that the transport stopped in; its header is still in the ring.
    while (started < count) started += this.#frameLength(started);
    words[Register.started] = started - count;
    this.head = head & wrap;
    if (head > wrap) this.tail -= wrap + 1;
  }

  /** Whole length of the frame whose first octet lies `at` places behind the ring's head. */
  #frameLength(at: number): number {
    const second = this.#octet(at + 1);
    const octets = extendedLength(second & 0x7f);
    let length = octets === 0 ? second & 0x7f : 0;
    for (let k = 2; k < 2 + octets; k++) length = length * 256 + this.#octet(at + k);
    return 2 + octets + ((second & MASKED) >> 5) + length;
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
      this.failSoon(ErrorId.randomFailed);
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
    this.failSoon(ErrorId.randomFailed);
    return 0;
  }
}
