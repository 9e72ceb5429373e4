import { RING } from './layout.ts';
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
   * What is looked at for every message, or for all that is read at once, stands first: XS finds a field by going
   * through those before it. The first three are the subclasses'.
   */
  /** Position in the input up to which it is used; kept up to date before every event. */
  protected at = 0;
  /** Why nothing is parsed: `Hold`s. */
  protected hold = 0;
  protected stage = State.connecting;
  /** All memory of the connection. */
  readonly memory: Uint8Array;
  /** The same, by 32-bit words. */
  protected readonly words: Int32Array;
  /** The ring's size less one. */
  protected readonly wrap: number;
  /** How far into the ring its first octet lies, and how many it holds. */
  protected head = 0;
  protected used = 0;

  /** In `buffer`, of which the ring takes `size` octets, a power of two. */
  constructor(buffer: ArrayBuffer, size: number) {
    // The fast paths compose octets in words.
    if (!LITTLE_ENDIAN) throw new Error('Ringlet needs a little-endian machine');
    this.memory = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.wrap = size - 1;
  }

  /** Octets accepted for sending that no transport has taken yet, framing included. */
  get bufferedAmount(): number {
    return this.used;
  }

  /** Where the octets for the transport begin. */
  get outputStart(): number {
    return RING + this.head;
  }

  /** How many octets lie there in one piece. */
  protected get contiguous(): number {
    const toEnd = this.wrap + 1 - this.head;
    return this.used < toEnd ? this.used : toEnd;
  }

  protected get free(): number {
    return this.wrap + 1 - this.used;
  }

  /** Where the next appended octet will lie. */
  protected get tail(): number {
    return RING + ((this.head + this.used) & this.wrap);
  }

  /** How many octets can be appended there before the ring wraps or is full. */
  protected get room(): number {
    const stop = this.head + this.used;
    const size = this.wrap + 1;
    return stop >= size ? size - this.used : size - stop;
  }

  /** Appends `memory[start, end)`; there must be room. */
  protected append(start: number, end: number): void {
    const memory = this.memory;
    const wrap = this.wrap;
    const used = this.used;
    const at = (this.head + used) & wrap;
    const middle = start + wrap + 1 - at;
    memory.copyWithin(RING + at, start, middle < end ? middle : end);
    if (middle < end) memory.copyWithin(RING, middle, end);
    this.used = used + end - start;
  }

  /** Gives back the first `count` octets. */
  protected drain(count: number): void {
    this.used -= count;
    this.head = this.used === 0 ? 0 : (this.head + count) & this.wrap;
  }
}
