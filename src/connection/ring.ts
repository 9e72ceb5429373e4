import type { Memory } from '../frame/memory.ts';

/**
 * A fixed ring of octets inside a connection's memory. Octets are appended at the tail and released at the
 * head; control frames may be put in front of the head. Its size is a power of two; positions are offsets into
 * the memory, and at most two contiguous pieces hold what is in it. An empty ring begins again at its first
 * octet, so that what comes and goes at once never wraps.
 */
export class Ring {
  readonly memory: Memory;
  readonly #base: number;
  readonly #mask: number;
  #head = 0;
  #used = 0;

  /** Lays the ring over `memory` from `base`; `size` is a power of two. */
  constructor(memory: Memory, base: number, size: number) {
    this.memory = memory;
    this.#base = base;
    this.#mask = size - 1;
  }

  get used(): number {
    return this.#used;
  }

  get free(): number {
    return this.#mask + 1 - this.#used;
  }

  /** Where the first octet lies. */
  get start(): number {
    return this.#base + this.#head;
  }

  /** End of the contiguous octets from `start`. */
  get end(): number {
    const head = this.#head;
    const stop = head + this.#used;
    return this.#base + (stop > this.#mask ? this.#mask + 1 : stop);
  }

  /** Where the next appended octet will lie. */
  get tail(): number {
    return this.#base + ((this.#head + this.#used) & this.#mask);
  }

  /** How many octets can be appended from `tail` on before the ring wraps or is full. */
  get room(): number {
    const stop = this.#head + this.#used;
    const size = this.#mask + 1;
    return stop >= size ? size - this.#used : size - stop;
  }

  /** Where the octet `count` places behind the head lies. */
  at(count: number): number {
    return this.#base + ((this.#head + count) & this.#mask);
  }

  /** Counts `count` octets, already written from `tail` on, as appended. */
  grow(count: number): void {
    this.#used += count;
  }

  /** Opens `count` octets in front of the head; `at(0)` is the first of them. The caller writes them. */
  prepend(count: number): void {
    this.#head = (this.#head - count) & this.#mask;
    this.#used += count;
  }

  /** Gives back the first `count` octets. */
  release(count: number): void {
    this.#used -= count;
    this.#head = this.#used === 0 ? 0 : (this.#head + count) & this.#mask;
  }

  clear(): void {
    this.#head = 0;
    this.#used = 0;
  }

  /** Appends one octet; there must be room. */
  put(octet: number): void {
    this.memory.bytes[this.#base + ((this.#head + this.#used) & this.#mask)] = octet;
    this.#used++;
  }
}
