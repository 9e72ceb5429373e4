import { Place } from './layout.ts';
import type { Source } from './options.ts';
import { Sending } from './sending.ts';
import { State } from './state.ts';

/** Whether words lie in memory least significant octet first, as on every device and desk we know. */
const LITTLE_ENDIAN = new Uint8Array(new Int32Array([1]).buffer)[0] === 1;

/**
 * The memory of a connection, and the fixed ring of octets in it through which everything sent passes: octets are
 * appended at the tail and released at the head. The ring's size is a power of two; positions are offsets into the
 * memory, and at most two contiguous pieces hold what is in it. An empty ring begins again at its first octet, so
 * that what comes and goes at once never wraps.
 *
 * A connection is one object in layers, this is the lowest: on a device, every object and every reference between
 * two of them takes RAM.
 */
export class Ring {
  /*
   * What is looked at for every message, or for all that is read or written at once, stands first: XS finds a field by
   * going through those before it. Some of it is the subclasses'.
   */
  /** Position in the input up to which it is used; kept up to date before every event. */
  protected at = 0;
  /** Why nothing is parsed: `Hold`s. */
  protected hold = 0;
  /** Behind the last octet in the ring, counted from its first place; more than its size where the octets wrap. */
  protected tail = 0;
  /** `Sending` bits, and the control frame whose payload waits. */
  protected sending: number = Sending.general;
  /** All memory of the connection. */
  readonly memory: Uint8Array;
  /** The same, by 32-bit words. */
  protected readonly words: Int32Array;
  /** Bits of whoever pumps the octets. */
  protected pumping = 0;
  protected stage = State.connecting;
  /** What the owner or the runtime lends. */
  protected readonly source: Source;
  /** The ring's size less one. */
  protected readonly wrap: number;
  /** A masking key of late, so that a source that repeats itself is found out. */
  protected lastKey = 0;
  /** Opcode and length × 256 of the header that is composed at `Place.header`; 0 for none that can be used again. */
  protected lastHead = 0;
  /** How far into the ring its first octet lies. */
  protected head = 0;

  /** In `buffer`, of which the ring takes `size` octets, a power of two. */
  constructor(buffer: ArrayBuffer, size: number, source: Source) {
    // The fast paths compose octets in words.
    if (!LITTLE_ENDIAN) throw new Error('Ringlet needs a little-endian machine');
    this.memory = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.source = source;
    this.wrap = size - 1;
  }

  /** Octets accepted for sending that no transport has taken yet, framing included. */
  get bufferedAmount(): number {
    return this.tail - this.head;
  }

  /** Where the octets for the transport begin. */
  get outputStart(): number {
    return Place.ring + this.head;
  }

  /** How many octets lie there in one piece. */
  protected get contiguous(): number {
    const size = this.wrap + 1;
    return (this.tail < size ? this.tail : size) - this.head;
  }

  protected get free(): number {
    return this.wrap + 1 + this.head - this.tail;
  }

  /** How many octets can be appended before the ring wraps or is full. */
  protected get room(): number {
    const left = this.wrap + 1 - this.tail;
    return left > 0 ? left : left + this.head;
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

  /** Gives back the first `count` octets. */
  protected drain(count: number): void {
    const head = this.head + count;
    if (head === this.tail) this.head = this.tail = 0;
    else {
      this.head = head & this.wrap;
      if (head > this.wrap) this.tail -= this.wrap + 1;
    }
  }
}
