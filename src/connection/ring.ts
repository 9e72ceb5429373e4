import type { Compression } from './compression.ts';
import type { ConnectionEvents, TakesSpans } from './events.ts';
import { Place, Register, Size } from './layout.ts';
import type { Limits } from './limits.ts';
import {
  type ConnectionOptions,
  limitsOf,
  RECEIVE_BUFFER,
  type Source,
  sizeOf,
  TRANSMIT_BUFFER,
} from './options.ts';
import { MASKED } from '../frame/opcode.ts';
import { Sending } from './sending.ts';
import { State } from './state.ts';

/**
 * The memory of a connection and what else it is made from, and the fixed ring of octets in that memory through which
 * everything sent passes: octets are appended at the tail and released at the head. The ring's size is a power of two;
 * at most two contiguous pieces hold what is in it. An empty ring begins again at its first octet, so that what comes
 * and goes at once never wraps.
 *
 * What may have been told as free stays free: octets for one control frame are never told, and what the engine sends of its
 * own goes into those. While such frames are in the ring, the register `promised` tells how much may have been told.
 *
 * A connection is one object in layers, this is the lowest: on a device, every object and every reference between
 * two of them takes RAM.
 */
export abstract class Ring<Target> {
  /*
   * What is looked at for every message, or for all that is read or written at once, stands first: XS finds a field by
   * going through those before it. Some of it is the subclasses'.
   */
  /** Behind the last octet in the ring, counted from its first place; more than its size where the octets wrap. */
  protected tail = 0;
  /** `Sending` bits, and the control frame whose payload waits. */
  protected sending: number = Sending.general;
  /** Bits of whoever pumps the octets. */
  protected pumping = 0;
  /** The ring's size less one. */
  protected readonly wrap: number;
  /** How far into the ring its first octet lies. */
  protected head = 0;
  /** All memory of the connection. */
  readonly memory: Uint8Array;
  /** The same, by 32-bit words. */
  protected readonly words: Int32Array;
  /** Position in the input up to which it is used; kept up to date before every event. */
  protected at = 0;
  /** Why nothing is parsed: `Hold`s. */
  protected hold = 0;
  /** What the owner or the runtime lends. */
  protected readonly source: Source;
  /** Opcode and length × 256 of the header that is composed at `Place.header`; 0 for none that can be used again. */
  protected lastHead = 0;
  protected stage = State.connecting;
  /** A masking key of late, so that a source that repeats itself is found out. */
  protected lastKey = 0;
  protected readonly events: ConnectionEvents<Target>;
  protected readonly target: Target;
  protected readonly limits: Limits;
  /** The target, if it takes spans itself. */
  protected readonly spans: TakesSpans | undefined;
  /** MASKED in the client's role: a client masks (RFC 6455 §5.1). */
  protected readonly maskBit: number;
  /** What compresses, if that was agreed; before the connection is open, if that is to be negotiated. */
  declare protected compression: Compression | undefined;

  constructor(options: ConnectionOptions<Target>) {
    const { receiveBuffer = RECEIVE_BUFFER, transmitBuffer = TRANSMIT_BUFFER } = options;
    const { compression, source = options, input = 0, whole = 0 } = options;
    sizeOf('receiveBuffer', receiveBuffer);
    const windows = Place.ring + sizeOf('transmitBuffer', transmitBuffer);
    const octets = windows + (compression?.memory ?? 0) + input;
    // A resizable buffer can be made shorter, and as long again.
    const buffer = new ArrayBuffer(octets, options.resizable ? { maxByteLength: octets } : undefined);
    this.memory = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.source = source;
    this.wrap = transmitBuffer - 1;
    this.events = options.events;
    this.target = options.target;
    this.limits = options.limits ?? limitsOf(options);
    this.spans = options.takesSpans ? (this.target as TakesSpans) : undefined;
    this.maskBit = options.role === 'client' ? MASKED : 0;
    this.words[Register.whole] = whole;
    if (compression) this.compression = compression.create(this.memory, windows);
  }

  /** Octets accepted for sending that no transport has taken yet, framing included. */
  get bufferedAmount(): number {
    return this.tail - this.head;
  }

  /** Where the octets for the transport begin. */
  get outputStart(): number {
    return Place.ring + this.head;
  }

  protected get free(): number {
    return this.wrap + 1 + this.head - this.tail;
  }

  /** Octets of the ring that the user may use, headers included: what is promised, or is free beside a control frame. */
  protected get room(): number {
    const left = this.free - Size.controlFrame;
    if ((this.sending & Sending.owing) === 0) return left;
    const promised = this.words[Register.promised];
    return promised > left ? promised : left;
  }

  /**
   * Takes `size` octets of the ring for a control frame of the engine's own. Returns false if what may have been told as
   * writable would no longer be.
   */
  protected claim(size: number): boolean {
    const { room, free } = this;
    const promised = room < 0 ? 0 : room;
    if (free - size < promised) return false;
    this.words[Register.promised] = promised;
    this.sending |= Sending.owing;
    return true;
  }

  /** Remembers no longer what may have been told, once that much is free beside a control frame. */
  protected clearPromised(): void {
    if (this.free - Size.controlFrame >= this.words[Register.promised]) this.sending &= ~Sending.owing;
  }

  /** Appends `memory[start, end)`; there must be room. */
  protected append(start: number, end: number): void {
    const memory = this.memory;
    const wrap = this.wrap;
    const tail = this.tail;
    const at = tail & wrap;
    const middle = start + wrap + 1 - at;
    memory.copyWithin(Place.ring + at, start, middle < end ? middle : end);
    if (middle < end) memory.copyWithin(Place.ring, middle, end);
    this.tail = tail + end - start;
  }
}
