/**
 * Streaming compressor (RFC 1951) for messages (RFC 7692 §7.2.1), in memory that is given.
 *
 * A ring of the window's size holds the history and a little of what is to come. Matches are found through a hash
 * of three octets, with bounded chains; tokens gather until a block is full or the message ends. How the message
 * was cut into calls does not change the result.
 */
import { BlockWriter } from './block-writer.ts';
import { DYNAMIC_WORDS } from './dynamic-code.ts';

/** All input is taken; or the message is complete, all of it written. */
export const DEFLATE_DONE = 0;
/** The output is full: call again with more room and the rest of the input. */
export const DEFLATE_FULL = 1;

export interface DeflateOptions {
  /** 8..15: log2 of the ring's size; no match reaches farther back. */
  readonly windowBits: number;
  /** 6..15: log2 of the number of hash slots, 2 octets each. */
  readonly hashBits: number;
  /** How many places to try for a match, at least 1. More than 1 costs 2 octets for each of the window. */
  readonly chain: number;
  /** Matches shorter than this wait to see whether the next octet begins a longer one. 0: never. */
  readonly lazy: number;
  /** Words of tokens in a block, 2 octets each, 64..32767. */
  readonly tokens: number;
  /** Whether blocks may have codes of their own: costs 2.6 KB, and time for each block. */
  readonly dynamic: boolean;
}

/** Little memory: 4608 octets. */
export const DEFLATE_DEVICE: DeflateOptions = Object.freeze({
  windowBits: 10,
  hashBits: 9,
  chain: 8,
  lazy: 16,
  tokens: 256,
  dynamic: false,
});
/** Memory does not matter much: 199232 octets. */
export const DEFLATE_DESK: DeflateOptions = Object.freeze({
  windowBits: 15,
  hashBits: 15,
  chain: 16,
  lazy: 32,
  tokens: 16384,
  dynamic: true,
});

/** A match of three octets farther away than this costs more than three literals. */
const FAR = 4096;

export class Deflate {
  /** Index after the last input octet taken. */
  consumed = 0;
  /** Index after the last output octet written. */
  produced = 0;

  readonly #bytes: Uint8Array;
  readonly #words: Uint16Array;
  readonly #writer: BlockWriter;
  readonly #ring: number;
  readonly #heads: number;
  /** 0: no chains. */
  readonly #links: number;
  readonly #tokens: number;
  readonly #tokenLimit: number;
  readonly #hashBits: number;
  readonly #chain: number;
  readonly #lazy: number;
  #windowBits: number;
  /** Octet to be looked at next, counted modulo 2^16. */
  #position = 0;
  /** Octets in the ring from `#position` on. */
  #ahead = 0;
  /** Octets before `#position` that the receiver still has. */
  #history = 0;
  /** First octet that is not in the hash yet. */
  #hashed = 0;
  #count = 0;
  /** Octets that the tokens stand for. */
  #raw = 0;
  /** A match that a lazy look-ahead found for `#position`: length << 16 | distance. */
  #held = 0;
  #writing = false;
  #ending = false;

  /**
   * @param bytes memory to work in
   * @param words the same memory as 16-bit words, from the same first octet
   * @param offset even index in `bytes`, above 0, from which on `deflateMemory(options)` octets are ours
   */
  constructor(bytes: Uint8Array, words: Uint16Array, offset: number, options: DeflateOptions) {
    const windowBits = options.windowBits;
    const chain = options.chain;
    this.#bytes = bytes;
    this.#words = words;
    this.#ring = offset;
    this.#windowBits = windowBits;
    this.#hashBits = options.hashBits;
    this.#chain = chain;
    this.#lazy = options.lazy;
    this.#tokenLimit = options.tokens;
    const heads = (offset + (1 << windowBits)) >> 1;
    const links = heads + (1 << options.hashBits);
    const tokens = links + (chain > 1 ? 1 << windowBits : 0);
    this.#heads = heads;
    this.#links = chain > 1 ? links : 0;
    this.#tokens = tokens;
    words.fill(0, heads, tokens);
    const area = options.dynamic ? tokens + options.tokens : 0;
    this.#writer = new BlockWriter(bytes, words, offset, 1 << windowBits, tokens, area);
  }

  /**
   * Forgets the history and whatever was begun: for messages without context takeover (RFC 7692 §7.1.1). The hash
   * is left as it is: what it finds is compared, and never taken from before the history.
   */
  reset(): void {
    this.#ahead = 0;
    this.#history = 0;
    this.#hashed = this.#position;
    this.#count = 0;
    this.#raw = 0;
    this.#held = 0;
    this.#writing = false;
    this.#ending = false;
    this.#writer.reset(1 << this.#windowBits);
  }

  /**
   * Uses less of the window than there is memory for, because less was agreed. Resets.
   *
   * @param windowBits 8..the constructor's
   */
  restrict(windowBits: number): void {
    this.#windowBits = windowBits;
    this.reset();
  }

  /**
   * Takes octets of a message, input[start, end), and writes what is ready of the compressed ones to
   * output[outStart, outLimit). `consumed` and `produced` tell how far it came.
   *
   * @returns `DEFLATE_DONE`: all input taken (its last octets may still be inside); `DEFLATE_FULL`: the output has
   *   no more room, call again with input from `consumed` on
   */
  write(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    outStart: number,
    outLimit: number,
  ): number {
    const most = aheadMost(this.#windowBits);
    let at = start;
    this.produced = outStart;
    for (;;) {
      if (!this.#drain(output, outLimit)) {
        this.consumed = at;
        return DEFLATE_FULL;
      }
      const space = most - this.#ahead;
      const count = space < end - at ? space : end - at;
      this.#load(input, at, count);
      at += count;
      if (this.#tokenize(aheadLeast(this.#windowBits))) {
        this.#beginBlock();
      } else if (at === end) {
        this.consumed = at;
        return DEFLATE_DONE;
      }
    }
  }

  /**
   * Ends the message and writes the rest of it to output[outStart, outLimit), without the final 00 00 ff ff. A
   * message of no octets becomes the single octet 00 (RFC 7692 §7.2.3.6).
   *
   * @returns `DEFLATE_DONE`: the message is complete, the next may begin (after a `reset` if there is no context
   *   takeover); `DEFLATE_FULL`: call again with more room
   */
  endMessage(output: Uint8Array, outStart: number, outLimit: number): number {
    this.produced = outStart;
    for (;;) {
      if (!this.#drain(output, outLimit)) return DEFLATE_FULL;
      if (this.#ending) {
        this.#ending = false;
        return DEFLATE_DONE;
      }
      if (this.#tokenize(1) || this.#count > 0) {
        this.#beginBlock();
      } else {
        this.#writer.beginTail();
        this.#writing = true;
        this.#ending = true;
      }
    }
  }

  /**
   * Octets that a message of `length` octets has at most when compressed. Blocks that gain nothing are stored, with
   * 42 bits around them; the tail takes 10 bits at most.
   */
  bound(length: number): number {
    const windowBits = this.#windowBits;
    const rawLimit = (1 << windowBits) - aheadMost(windowBits) - aheadLeast(windowBits);
    const least = this.#tokenLimit - 1 < rawLimit ? this.#tokenLimit - 1 : rawLimit;
    return length + 6 * (1 + Math.floor(length / least)) + 2;
  }

  /** Writes what is waiting. Returns whether nothing waits any more. */
  #drain(output: Uint8Array, limit: number): boolean {
    if (this.#writing) {
      const writer = this.#writer;
      this.#writing = !writer.write(output, this.produced, limit);
      this.produced = writer.produced;
    }
    return !this.#writing;
  }

  #beginBlock(): void {
    const raw = this.#raw;
    const stored = raw <= (1 << this.#windowBits) - aheadMost(this.#windowBits) ? raw : 0;
    this.#writer.begin(this.#count, this.#position - raw, stored);
    this.#writing = true;
    this.#count = 0;
    this.#raw = 0;
  }

  /** Copies input into the ring, over the oldest history. */
  #load(input: Uint8Array, start: number, count: number): void {
    const bytes = this.#bytes;
    const size = 1 << this.#windowBits;
    let from = start;
    let to = (this.#position + this.#ahead) & (size - 1);
    let left = count;
    while (left > 0) {
      const step = left < size - to ? left : size - to;
      const target = this.#ring + to;
      if (input === bytes) bytes.copyWithin(target, from, from + step);
      else if (step === input.length) bytes.set(input, target);
      else for (let index = 0; index < step; index++) bytes[target + index] = input[from + index];
      from += step;
      left -= step;
      to = 0;
    }
    this.#ahead += count;
  }

  /**
   * Turns octets into tokens while at least `least` of them are there.
   *
   * @returns whether the block is full
   */
  #tokenize(least: number): boolean {
    const bytes = this.#bytes;
    const words = this.#words;
    const ring = this.#ring;
    const size = 1 << this.#windowBits;
    const mask = size - 1;
    const tokens = this.#tokens;
    const tokenLimit = this.#tokenLimit - 2;
    const lazy = this.#lazy;
    const longest = aheadLeast(this.#windowBits) - 1;
    const rawLimit = size - aheadMost(this.#windowBits) - longest;
    let position = this.#position;
    let ahead = this.#ahead;
    let history = this.#history;
    let count = this.#count;
    let raw = this.#raw;
    let held = this.#held;
    let full = false;
    while (ahead >= least) {
      // Blocks whose octets leave the ring can no longer be stored, so only those go on that gain anyway.
      if (count > tokenLimit || (raw >= rawLimit && count * 4 > raw * 3)) {
        full = true;
        break;
      }
      let match = held;
      held = 0;
      if (match === 0 && ahead > 2)
        match = this.#find(position, history, ahead < longest ? ahead : longest, 2);
      let length = match >> 16;
      if (length !== 0 && length < lazy && ahead > length + 1) {
        const next = ahead - 1 < longest ? ahead - 1 : longest;
        held = this.#find((position + 1) & 0xffff, history + 1, next, length);
        if (held !== 0) length = 0;
      }
      if (length === 0) {
        words[tokens + count++] = bytes[ring + (position & mask)];
        length = 1;
      } else {
        words[tokens + count] = 253 + length;
        words[tokens + count + 1] = (match & 0xffff) - 1;
        count += 2;
      }
      position = (position + length) & 0xffff;
      ahead -= length;
      raw += length;
      history += length;
      if (history > size) history = size;
    }
    this.#position = position;
    this.#ahead = ahead;
    this.#history = history;
    this.#count = count;
    this.#raw = raw;
    this.#held = held;
    return full;
  }

  /**
   * Enters all octets up to `position` into the hash and looks for a match there.
   *
   * @param history octets before `position` that may be referred to
   * @param most longest match wanted, at least 3: so many octets are there
   * @param best a match must be longer than this, at least 2
   * @returns length << 16 | distance, or 0
   */
  #find(position: number, history: number, most: number, best: number): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const ring = this.#ring;
    const mask = (1 << this.#windowBits) - 1;
    const heads = this.#heads;
    const links = this.#links;
    const hashMask = (1 << this.#hashBits) - 1;
    const shift = SHIFTS[this.#hashBits];
    // Octets of messages too short for a match wait to be entered; a long row of them is not worth the work.
    let next = ((position - this.#hashed) & 0xffff) < 512 ? this.#hashed : position;
    let key = (bytes[ring + (next & mask)] << shift) ^ bytes[ring + ((next + 1) & mask)];
    let candidate = position;
    for (; ((position - next) & 0xffff) < 0x8000; next = (next + 1) & 0xffff) {
      key = ((key << shift) ^ bytes[ring + ((next + 2) & mask)]) & hashMask;
      candidate = words[heads + key];
      words[heads + key] = next;
      if (links !== 0) words[links + (next & mask)] = candidate;
    }
    this.#hashed = next;

    const farthest = mask + 1 - aheadMost(this.#windowBits);
    const reach = history < farthest ? history : farthest;
    let found = 0;
    let nearer = 0;
    for (let tries = this.#chain; tries > 0; tries--) {
      const distance = (position - candidate) & 0xffff;
      // A chain runs backwards. Where it does not, it leads into places long overwritten.
      if (distance <= nearer || distance > reach) break;
      if (bytes[ring + ((candidate + best) & mask)] === bytes[ring + ((position + best) & mask)]) {
        let length = 0;
        while (
          length < most &&
          bytes[ring + ((candidate + length) & mask)] === bytes[ring + ((position + length) & mask)]
        ) {
          length++;
        }
        if (length > best && (length > 3 || distance <= FAR)) {
          best = length;
          found = (length << 16) | distance;
          if (length === most) break;
        }
      }
      if (links === 0) break;
      nearer = distance;
      candidate = words[links + (candidate & mask)];
    }
    return found;
  }
}

/** How far each octet moves a hash of so many bits, so that the fourth octet before is gone. */
const SHIFTS = Object.freeze([1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]);

/** Octets that must be in the ring before one is looked at, while more may come: one more than the longest match. */
function aheadLeast(windowBits: number): number {
  return windowBits > 10 ? 259 : 1 << (windowBits - 3);
}

/** Octets not looked at that the ring holds at most. The rest of it is the history that matches may reach. */
function aheadMost(windowBits: number): number {
  return aheadLeast(windowBits) + (windowBits > 13 ? 512 : 1 << (windowBits - 4));
}

/** Octets that a `Deflate` with these options works in. */
export function deflateMemory(options: DeflateOptions): number {
  const size = 1 << options.windowBits;
  const words =
    (1 << options.hashBits) +
    (options.chain > 1 ? size : 0) +
    options.tokens +
    (options.dynamic ? DYNAMIC_WORDS : 0);
  return size + 2 * words;
}
