/**
 * Streaming decoder of raw DEFLATE (RFC 1951) for compressed messages (RFC 7692 §7.2.2), in memory that is given.
 *
 * The window is a ring, and what is decoded is handed out where it lies in it. So memory is the window and the
 * tables, whatever a message grows to, and nothing runs ahead of a caller who takes his time.
 */
import { FLUSH_MARKER, FLUSH_OCTETS } from '../flush-marker.ts';
import { readBlockHeader } from './block-header.ts';
import { readDynamicHeader } from './dynamic-header.ts';
import { InflateReason } from './inflate-reason.ts';
import { InflateState, InflateStatus, Phase } from './inflate-state.ts';
import { copyStored } from './stored-block.ts';
import { decodeSymbols } from './symbols.ts';

const MAX_ROOM = 0x7fffffff;

export class Inflate {
  /** Index after the last input octet that `push` took. */
  consumed = 0;
  /** Start of what the last call decoded, in the memory given. It stays there until the next call. */
  outStart = 0;
  /** End of what the last call decoded. */
  outEnd = 0;
  readonly #state: InflateState;
  /** Octets of `FLUSH_MARKER` decoded. */
  #marked = 0;

  /**
   * @param bytes memory to work in
   * @param words the same memory as 16-bit words, from the same first octet
   * @param offset even index in `bytes` from which on `inflateMemory(windowBits, tableBits)` octets are ours
   * @param windowBits 8..15: log2 of the window that the peer's compressor was allowed (RFC 7692 §7.1.2)
   * @param tableBits 8..11: log2 of the literal/length table's entries
   * @param nativeCopy matches at least this long are copied with `copyWithin`. The default suits V8; on an
   *   interpreter, where each access costs much, 4 is good.
   */
  constructor(
    bytes: Uint8Array,
    words: Uint16Array,
    offset: number,
    windowBits: number,
    tableBits = 9,
    nativeCopy = 40,
  ) {
    this.#state = new InflateState(bytes, words, offset, offset + (1 << windowBits), tableBits, nativeCopy);
  }

  /** Why `push` or `endMessage` returned `failed`. */
  get error(): InflateReason {
    const phase = this.#state._phase;
    return phase < InflateReason.blockType ? InflateReason.none : phase;
  }

  /** Forgets the history and the message: for messages without context takeover (RFC 7692 §7.1.1). */
  reset(): void {
    this.#state._reset();
    this.#marked = 0;
    this.consumed = 0;
    this.outStart = 0;
    this.outEnd = 0;
  }

  /**
   * Uses less of the window than there is memory for, because less was agreed. Resets.
   *
   * @param windowBits 8..the constructor's
   */
  restrict(windowBits: number): void {
    const state = this.#state;
    state._top = state._base + (1 << windowBits);
    this.reset();
  }

  /**
   * Takes compressed octets of a message and decodes until the input is used up or a span of output is ready.
   * The span is `bytes[outStart, outEnd)`, possibly empty; the input taken ends at `consumed`.
   *
   * @param room most octets to decode in this call, at least 0; a span never crosses the window's end either
   * @returns `done`, `more` or `failed`
   */
  push(input: Uint8Array, start: number, end: number, room = MAX_ROOM): InflateStatus {
    const state = this.#state;
    const from = state._out;
    const top = state._top;
    const stop = room < top - from ? from + room : top;
    let status = InflateStatus.next;
    state._at = start;
    do {
      const phase = state._phase;
      if (phase <= Phase.copy) status = decodeSymbols(state, input, end, stop);
      else if (phase <= Phase.storedComplement) status = readBlockHeader(state, input, end);
      else if (phase <= Phase.codeLengths) status = readDynamicHeader(state, input, end);
      else if (phase === Phase.stored) status = copyStored(state, input, end, stop);
      else status = InflateStatus.failed;
    } while (status === InflateStatus.next);
    this.consumed = state._at;
    this.outStart = from;
    this.outEnd = state._out;
    if (state._out === top) {
      state._out = state._base;
      state._isFull = true;
    }
    return status;
  }

  /**
   * The message's last octet was pushed, and `push` returned `done`. Like `push` this may yield spans, in malformed
   * messages only; on `more` call it again.
   *
   * @returns `done`: the message was whole, the next one may be pushed (after a `reset` if there is no context
   *   takeover); `more`; `failed`
   */
  endMessage(room = MAX_ROOM): InflateStatus {
    const state = this.#state;
    const isAtOctet = this.#marked === 0 && state._bits === 0;
    if (isAtOctet && state._phase === Phase.storedLength) {
      // The fast path, for nearly every message: the marker is the length of the empty block that has begun. Its twin
      // is to decode the marker as below, which takes 590 more bytecodes on XS.
      state._phase = Phase.blockHeader;
      state._need = 3;
      this.outStart = this.outEnd = state._out;
    } else if (isAtOctet && state._phase === Phase.blockHeader && state._mayEnd) {
      // A message of no octets at all is taken for an empty one, and one whose last octet ends a final block is
      // complete as DEFLATE has it: both are sent by peers, and both can be understood in one way only.
      this.outStart = this.outEnd = state._out;
    } else {
      const status = this.push(FLUSH_MARKER, this.#marked, FLUSH_OCTETS, room);
      this.#marked = this.consumed;
      if (status !== InflateStatus.done) return status;
      if (state._phase !== Phase.blockHeader || state._bits !== 0) {
        state._phase = InflateReason.truncated;
        return InflateStatus.failed;
      }
    }
    this.#marked = 0;
    state._mayEnd = true;
    return InflateStatus.done;
  }
}
