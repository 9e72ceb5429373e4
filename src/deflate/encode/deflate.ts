/**
 * Streaming compressor (RFC 1951) for messages (RFC 7692 §7.2.1), in memory that is given.
 *
 * A ring of the window's size holds the history and a little of what is to come. Matches are found through a hash
 * of three octets, with bounded chains; tokens gather until a block is full or the message ends. How the message
 * was cut into calls does not change the result.
 */
import { BlockState } from './block-state.ts';
import { beginBlock, beginFlush, writeBlock } from './block-writer.ts';
import type { DeflateOptions } from './deflate-options.ts';
import { DeflateState } from './deflate-state.ts';
import { aheadLeast, aheadMost } from './ring-shares.ts';
import { tokenize } from './tokenizer.ts';
import { fillWindow } from './window.ts';

export const enum DeflateStatus {
  /** All input is taken; or the message is complete, all of it written. */
  done = 0,
  /** The output is full: call again with more room and the rest of the input. */
  full = 1,
}

export class Deflate {
  /** Index after the last input octet taken. */
  consumed = 0;
  /** Index after the last output octet written. */
  produced = 0;
  readonly #state: DeflateState;
  readonly #block: BlockState;
  #isWriting = false;
  /** Whether the message's last block is being written. */
  #isEnding = false;

  /**
   * @param bytes memory to work in
   * @param words the same memory as 16-bit words, from the same first octet
   * @param offset even index in `bytes`, above 0, from which on `deflateMemory(options)` octets are ours
   */
  constructor(bytes: Uint8Array, words: Uint16Array, offset: number, options: DeflateOptions) {
    const state = new DeflateState(bytes, words, offset, options);
    const tokens = state._tokens;
    const plan = options.dynamic ? tokens + options.tokens : 0;
    this.#state = state;
    this.#block = new BlockState(bytes, words, offset, 1 << options.windowBits, tokens, plan);
  }

  /** Forgets the history and the message: for messages without context takeover (RFC 7692 §7.1.1). */
  reset(): void {
    const state = this.#state;
    state._reset();
    this.#block._reset(1 << state._windowBits);
    this.#isWriting = false;
    this.#isEnding = false;
  }

  /**
   * Uses less of the window than there is memory for, because less was agreed. Resets.
   *
   * @param windowBits 8..the constructor's
   */
  restrict(windowBits: number): void {
    this.#state._restrict(windowBits);
    this.reset();
  }

  /**
   * Takes octets of a message, input[start, end), and writes what is ready of the compressed ones to
   * output[outStart, outLimit). `consumed` and `produced` are how far it came.
   *
   * @returns `done`: all input taken (its last octets may still be inside); `full`: the output has no more room,
   *   call again with input from `consumed` on
   */
  write(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    outStart: number,
    outLimit: number,
  ): DeflateStatus {
    const state = this.#state;
    const windowBits = state._windowBits;
    const most = aheadMost(windowBits);
    let at = start;
    this.produced = outStart;
    for (;;) {
      if (!this._drain(output, outLimit)) {
        this.consumed = at;
        return DeflateStatus.full;
      }
      const space = most - state._ahead;
      const count = space < end - at ? space : end - at;
      fillWindow(state, input, at, count);
      at += count;
      if (tokenize(state, aheadLeast(windowBits))) {
        this._beginBlock();
      } else if (at === end) {
        this.consumed = at;
        return DeflateStatus.done;
      }
    }
  }

  /**
   * Ends the message and writes the rest of it to output[outStart, outLimit), without the final 00 00 ff ff. A
   * message of no octets becomes the single octet 00 (RFC 7692 §7.2.3.6).
   *
   * @returns `done`: the message is complete, the next may begin (after a `reset` if there is no context takeover);
   *   `full`: call again with more room
   */
  endMessage(output: Uint8Array, outStart: number, outLimit: number): DeflateStatus {
    const state = this.#state;
    this.produced = outStart;
    for (;;) {
      if (!this._drain(output, outLimit)) return DeflateStatus.full;
      if (this.#isEnding) {
        this.#isEnding = false;
        return DeflateStatus.done;
      }
      if (tokenize(state, 1) || state._count > 0) {
        this._beginBlock();
      } else {
        beginFlush(this.#block);
        this.#isWriting = true;
        this.#isEnding = true;
      }
    }
  }

  /**
   * Octets that a message of `length` octets has at most when compressed. Blocks that gain nothing are stored, with
   * 42 bits around them; the flush takes 10 bits at most.
   */
  bound(length: number): number {
    const state = this.#state;
    const rawLimit = state._reach - aheadLeast(state._windowBits);
    const tokens = state._options.tokens - 1;
    const least = tokens < rawLimit ? tokens : rawLimit;
    return length + 6 * (1 + Math.floor(length / least)) + 2;
  }

  /** Writes the rest of the block. Returns whether all of it is written. */
  private _drain(output: Uint8Array, limit: number): boolean {
    if (this.#isWriting) {
      const block = this.#block;
      this.#isWriting = !writeBlock(block, output, this.produced, limit);
      this.produced = block._at;
    }
    return !this.#isWriting;
  }

  private _beginBlock(): void {
    const state = this.#state;
    const raw = state._raw;
    const stored = raw <= state._reach ? raw : 0;
    beginBlock(this.#block, state._count, state._position - raw, stored);
    this.#isWriting = true;
    state._count = 0;
    state._raw = 0;
  }
}
