/**
 * Streaming decoder of raw DEFLATE (RFC 1951) for compressed messages (RFC 7692 §7.2.2), in memory that is given.
 *
 * The window is a ring, and what is decoded is handed out where it lies in it. So memory is the window and the
 * tables, whatever a message grows to, and nothing runs ahead of a caller who takes his time.
 */
import { COUNT_WORDS, fillTable, longCode, sortSymbols } from './decode-table.ts';
import {
  CODE_LENGTH_ENTRIES,
  DISTANCE_ENTRIES,
  END,
  FIXED,
  FIXED_DISTANCE,
  LITERAL,
  LITERAL_ENTRIES,
  NO_DISTANCE,
  NO_LITERAL,
} from './entries.ts';
import { copyMatch } from './copy-match.ts';
import { InflateReason } from './reason.ts';

/** All input is taken, and all that follows from it is in the span. */
export const INFLATE_DONE = 0;
/** There is no more room for output: take the span, then call again. */
export const INFLATE_MORE = 1;
/** The data is malformed, `error` tells how. The span before the fault is good. */
export const INFLATE_FAILED = 2;

// States: what the next bits are.
const HEADER = 0;
const STORED_LEN = 1;
const STORED_NLEN = 2;
const STORED = 3;
const COUNTS = 4;
const CODE_LENGTH_CODE = 5;
const CODE_LENGTHS = 6;
const SYMBOL = 7;
const DISTANCE = 8;
const DISTANCE_EXTRA = 9;
const COPY = 10;
const FAILED = 11;

/** The order in which the lengths of the code length code arrive (RFC 1951 §3.2.7). */
const ORDER = Object.freeze([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
/** What a compressed message is sent without (RFC 7692 §7.2.2). */
const TAIL = new Uint8Array([0, 0, 0xff, 0xff]);
/** Input octets that one turn of the fast loop may read, and bits that there may be when it starts. */
const FAST_INPUT = 8;
const FAST_BITS = 24;
const MAX_ROOM = 0x7fffffff;

const LITERAL_SYMBOLS = 288;
const DISTANCE_SYMBOLS = 32;
/** Code lengths lie in the literal table until it is filled; those of the code length code behind them. */
const LENGTHS = 320;

export class Inflate {
  /** Index after the last input octet that `push` took. */
  consumed = 0;
  /** Start of what the last call decoded, in the memory given. It stays there until the next call. */
  outStart = 0;
  /** End of what the last call decoded. */
  outEnd = 0;
  /** One of `InflateReason`. */
  error = 0;

  readonly #bytes: Uint8Array;
  readonly #words: Uint16Array;
  readonly #base: number;
  #top: number;
  readonly #table: number;
  readonly #tableBits: number;
  readonly #nativeCopy: number;
  #out: number;
  /** Whether the window is full of history. */
  #wrapped = false;
  #state = HEADER;
  #hold = 0;
  #bits = 0;
  /** Bits that the next step must have before it starts. */
  #need = 3;
  #last = false;
  /** No octet of the message has come yet. */
  #fresh = true;
  #tail = 0;
  /** Octets left of a stored block or match; code lengths read so far. */
  #length = 0;
  /** Distance of a match; in a block's header HLIT, HDIST and HCLEN as they came. */
  #distance = 0;
  #codes: Uint16Array = FIXED;
  #literalMask = 0;
  #distanceMask = 0;

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
    this.#bytes = bytes;
    this.#words = words;
    this.#base = offset;
    this.#out = offset;
    this.#top = offset + (1 << windowBits);
    this.#table = this.#top >> 1;
    this.#tableBits = tableBits;
    this.#nativeCopy = nativeCopy;
  }

  /** Forgets the history and whatever was begun: for messages without context takeover (RFC 7692 §7.1.1). */
  reset(): void {
    this.#out = this.#base;
    this.#wrapped = false;
    this.#state = HEADER;
    this.#hold = 0;
    this.#bits = 0;
    this.#need = 3;
    this.#last = false;
    this.#fresh = true;
    this.#tail = 0;
    this.consumed = 0;
    this.outStart = 0;
    this.outEnd = 0;
    this.error = InflateReason.NONE;
  }

  /**
   * Uses less of the window than there is memory for, because less was agreed. Resets.
   *
   * @param windowBits 8..the constructor's
   */
  restrict(windowBits: number): void {
    this.#top = this.#base + (1 << windowBits);
    this.reset();
  }

  /**
   * Takes compressed octets of a message and decodes until the input is used up or a span of output is ready.
   * The span is `bytes[outStart, outEnd)`, possibly empty; the input taken ends at `consumed`.
   *
   * @param room most octets to decode in this call, at least 0; a span never crosses the window's end either
   * @returns `INFLATE_DONE`, `INFLATE_MORE` or `INFLATE_FAILED`
   */
  push(input: Uint8Array, start: number, end: number, room = MAX_ROOM): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const base = this.#base;
    const top = this.#top;
    const from = this.#out;
    const stop = room < top - from ? from + room : top;
    let out = from;
    let at = start;
    let state = this.#state;
    let hold = this.#hold;
    let bits = this.#bits;
    let need = this.#need;
    let status = INFLATE_DONE;
    if (start < end) this.#fresh = false;

    run: for (;;) {
      while (bits < need) {
        if (at === end) break run;
        hold |= input[at++] << bits;
        bits += 8;
      }
      switch (state) {
        case SYMBOL: {
          if (end - at >= FAST_INPUT && out < stop && bits < FAST_BITS) {
            this.#hold = hold;
            this.#bits = bits;
            this.#out = out;
            at = this.#decode(input, at, end, stop);
            hold = this.#hold;
            bits = this.#bits;
            out = this.#out;
            state = this.#state;
            need = this.#need;
            continue;
          }
          const codes = this.#codes;
          let entry = codes[(codes === FIXED ? 0 : this.#table) + (hold & this.#literalMask)];
          let length = entry & 15;
          if (length === 0) {
            const table = this.#table + this.#tables();
            const counts = table + LITERAL_SYMBOLS + DISTANCE_SYMBOLS;
            entry = longCode(words, counts, table, this.#tableBits, entry >> 4, hold, bits);
            length = entry & 15;
          }
          if (length === 0 || length > bits) {
            need = bits + 1;
            continue;
          }
          const extra = (entry >> 4) & 7;
          if (entry >= LITERAL) {
            if (out === stop) {
              status = INFLATE_MORE;
              break run;
            }
            bytes[out++] = entry >> 7;
          } else if (extra < END) {
            if (length + extra > bits) {
              need = length + extra;
              continue;
            }
            this.#length = 3 + (entry >> 7) + ((hold >>> length) & ((1 << extra) - 1));
            length += extra;
            state = DISTANCE;
          } else if (extra === END) {
            state = HEADER;
          } else {
            this.#fail(InflateReason.LITERAL_CODE);
            state = FAILED;
          }
          hold >>>= length;
          bits -= length;
          need = 0;
          if (state === HEADER) {
            need = 3;
            // A final block ends at an octet's end (RFC 7692 §7.2.1), and the message may go on.
            if (this.#last) hold = bits = 0;
          }
          continue;
        }

        case DISTANCE: {
          const codes = this.#codes;
          const table = codes === FIXED ? FIXED_DISTANCE : this.#table + (1 << this.#tableBits);
          let entry = codes[table + (hold & this.#distanceMask)];
          if ((entry & 15) === 0) {
            const symbols = this.#table + this.#tables() + LITERAL_SYMBOLS;
            const counts = symbols + DISTANCE_SYMBOLS + COUNT_WORDS;
            entry = longCode(words, counts, symbols, distanceBits(this.#tableBits), entry >> 4, hold, bits);
          }
          const length = entry & 15;
          if (length === 0 || length > bits) {
            need = bits + 1;
            continue;
          }
          if (entry >= NO_DISTANCE) {
            this.#fail(InflateReason.DISTANCE_CODE);
            state = FAILED;
            need = 0;
            continue;
          }
          hold >>>= length;
          bits -= length;
          need = (entry >> 4) & 15;
          this.#distance = 1 + ((entry >> 8) << need);
          state = DISTANCE_EXTRA;
          continue;
        }

        case DISTANCE_EXTRA: {
          const distance = this.#distance + (hold & ((1 << need) - 1));
          hold >>>= need;
          bits -= need;
          need = 0;
          this.#distance = distance;
          if (distance > (this.#wrapped ? top : out) - base) {
            this.#fail(InflateReason.DISTANCE_FAR);
            state = FAILED;
          } else {
            state = COPY;
          }
          continue;
        }

        case COPY: {
          if (out === stop) {
            status = INFLATE_MORE;
            break run;
          }
          let source = out - this.#distance;
          if (source < base) source += top - base;
          let count = this.#length;
          if (count > stop - out) count = stop - out;
          if (count > top - source) count = top - source;
          copyMatch(bytes, source, out, count, this.#nativeCopy);
          out += count;
          this.#length -= count;
          if (this.#length === 0) state = SYMBOL;
          continue;
        }

        case HEADER: {
          const type = (hold >> 1) & 3;
          this.#last = (hold & 1) !== 0;
          hold >>>= 3;
          bits -= 3;
          if (type === 1) {
            this.#codes = FIXED;
            this.#literalMask = 511;
            this.#distanceMask = 31;
            state = SYMBOL;
            need = 0;
          } else if (type === 0) {
            // RFC 1951 §3.2.4: what is left of the octet does not count. Never more than 7 bits are left here.
            hold = bits = 0;
            state = STORED_LEN;
            need = 16;
          } else if (type === 2) {
            state = COUNTS;
            need = 14;
          } else {
            this.#fail(InflateReason.BLOCK_TYPE);
            state = FAILED;
            need = 0;
          }
          continue;
        }

        case STORED_LEN:
          this.#length = hold;
          hold = bits = 0;
          state = STORED_NLEN;
          continue;

        case STORED_NLEN:
          need = 0;
          if (hold + this.#length !== 0xffff || (hold & this.#length) !== 0) {
            this.#fail(InflateReason.STORED_LENGTH);
            state = FAILED;
          } else {
            state = STORED;
          }
          hold = bits = 0;
          continue;

        case STORED: {
          let count = this.#length;
          if (count === 0) {
            state = HEADER;
            need = 3;
            continue;
          }
          if (out === stop) {
            status = INFLATE_MORE;
            break run;
          }
          if (at === end) break run;
          if (count > stop - out) count = stop - out;
          if (count > end - at) count = end - at;
          if (input === bytes) bytes.copyWithin(out, at, at + count);
          else for (let index = 0; index < count; index++) bytes[out + index] = input[at + index];
          out += count;
          at += count;
          this.#length -= count;
          continue;
        }

        case COUNTS: {
          if ((hold & 31) > 29 || ((hold >> 5) & 31) > 29) {
            this.#fail(InflateReason.TOO_MANY_CODES);
            state = FAILED;
            need = 0;
            continue;
          }
          this.#distance = hold & 0x3fff;
          this.#length = 0;
          hold >>>= 14;
          bits -= 14;
          const lengths = this.#table * 2 + LENGTHS;
          bytes.fill(0, lengths, lengths + ORDER.length);
          state = CODE_LENGTH_CODE;
          need = 3;
          continue;
        }

        case CODE_LENGTH_CODE:
          bytes[this.#table * 2 + LENGTHS + ORDER[this.#length++]] = hold & 7;
          hold >>>= 3;
          bits -= 3;
          if (this.#length === 4 + (this.#distance >> 10)) {
            this.#length = 0;
            need = 0;
            state = this.#makeLengthCode() ? CODE_LENGTHS : FAILED;
          }
          continue;

        case CODE_LENGTHS: {
          const entry = words[this.#table + (1 << this.#tableBits) + (hold & this.#distanceMask)];
          const symbol = entry >> 4;
          const extra = symbol < 16 ? 0 : symbol < 18 ? symbol - 14 : 7;
          const length = entry & 15;
          if (length > bits || length + extra > bits) {
            need = length > bits ? bits + 1 : length + extra;
            continue;
          }
          if (!this.#addLengths(symbol, (hold >>> length) & ((1 << extra) - 1))) {
            state = FAILED;
          } else if (this.#length === 258 + (this.#distance & 31) + ((this.#distance >> 5) & 31)) {
            state = this.#makeCodes() ? SYMBOL : FAILED;
          }
          hold >>>= length + extra;
          bits -= length + extra;
          need = 0;
          continue;
        }

        default:
          status = INFLATE_FAILED;
          break run;
      }
    }

    if (out === top) {
      this.#out = base;
      this.#wrapped = true;
    } else {
      this.#out = out;
    }
    this.#state = state;
    this.#hold = hold;
    this.#bits = bits;
    this.#need = need;
    this.consumed = at;
    this.outStart = from;
    this.outEnd = out;
    return status;
  }

  /**
   * The message's last octet was pushed, and `push` returned `INFLATE_DONE`. Like `push` this may yield spans, in
   * malformed messages only; on `INFLATE_MORE` call it again.
   *
   * @returns `INFLATE_DONE`: the message was whole, the next one may be pushed (after a `reset` if there is no
   *   context takeover); `INFLATE_MORE`; `INFLATE_FAILED`
   */
  endMessage(room = MAX_ROOM): number {
    // A message of no octets at all is taken for an empty one, and one whose last octet ends a final block is
    // complete as DEFLATE has it: both are sent by peers, neither leaves a doubt.
    const whole =
      this.#tail === 0 && this.#state === HEADER && this.#bits === 0 && (this.#last || this.#fresh);
    if (whole) {
      this.outStart = this.outEnd = this.#out;
    } else {
      const status = this.push(TAIL, this.#tail, TAIL.length, room);
      this.#tail = this.consumed;
      if (status !== INFLATE_DONE) return status;
      if (this.#state !== HEADER || this.#bits !== 0) {
        this.#fail(InflateReason.TRUNCATED);
        this.#state = FAILED;
        this.#need = 0;
        return INFLATE_FAILED;
      }
    }
    this.#tail = 0;
    this.#last = false;
    this.#fresh = true;
    return INFLATE_DONE;
  }

  /**
   * The fast loop: `push` without looking after every octet whether there is input and room. Does at least one
   * symbol. Its naive twin is `push` fed one octet at a time.
   *
   * @returns index after the last input octet taken
   */
  #decode(input: Uint8Array, start: number, end: number, stop: number): number {
    const bytes = this.#bytes;
    const codes = this.#codes;
    const base = this.#base;
    const size = this.#top - base;
    const wrapped = this.#wrapped;
    const nativeCopy = this.#nativeCopy;
    const literals = codes === FIXED ? 0 : this.#table;
    const distances = codes === FIXED ? FIXED_DISTANCE : this.#table + (1 << this.#tableBits);
    const literalMask = this.#literalMask;
    const distanceMask = this.#distanceMask;
    const lastInput = end - FAST_INPUT;
    let at = start;
    let out = this.#out;
    let hold = this.#hold;
    let bits = this.#bits;
    let state = SYMBOL;

    do {
      // Up to 16..23 bits, without a branch that nobody could foresee. The octets' other bits come again at the
      // next turn and change nothing. `hold` is all 32 bits, signed.
      hold |= (input[at] | (input[at + 1] << 8)) << bits;
      at += (23 - bits) >> 3;
      bits += (23 - bits) & 24;
      let entry = codes[literals + (hold & literalMask)];
      if (entry >= LITERAL) {
        bytes[out++] = entry >> 7;
        hold = (hold >>> (entry & 15)) | 0;
        bits -= entry & 15;
        continue;
      }
      if ((entry & 15) === 0) {
        const table = this.#table + this.#tables();
        const counts = table + LITERAL_SYMBOLS + DISTANCE_SYMBOLS;
        entry = longCode(codes, counts, table, this.#tableBits, entry >> 4, hold, bits);
        if (entry >= LITERAL) {
          bytes[out++] = entry >> 7;
          hold = (hold >>> (entry & 15)) | 0;
          bits -= entry & 15;
          continue;
        }
      }
      hold = (hold >>> (entry & 15)) | 0;
      bits -= entry & 15;
      let extra = (entry >> 4) & 7;
      if (extra >= END) {
        state = HEADER;
        if (extra === NO_LITERAL) {
          this.#fail(InflateReason.LITERAL_CODE);
          state = FAILED;
        }
        break;
      }
      if (bits < extra) {
        hold |= (input[at] | (input[at + 1] << 8)) << bits;
        at += (23 - bits) >> 3;
        bits += (23 - bits) & 24;
      }
      const length = 3 + (entry >> 7) + (hold & ((1 << extra) - 1));
      hold = (hold >>> extra) | 0;
      bits -= extra;
      hold |= (input[at] | (input[at + 1] << 8)) << bits;
      at += (23 - bits) >> 3;
      bits += (23 - bits) & 24;
      entry = codes[distances + (hold & distanceMask)];
      if ((entry & 15) === 0) {
        const symbols = this.#table + this.#tables() + LITERAL_SYMBOLS;
        const counts = symbols + DISTANCE_SYMBOLS + COUNT_WORDS;
        entry = longCode(codes, counts, symbols, distanceBits(this.#tableBits), entry >> 4, hold, bits);
      }
      if (entry >= NO_DISTANCE) {
        this.#fail(InflateReason.DISTANCE_CODE);
        state = FAILED;
        break;
      }
      hold = (hold >>> (entry & 15)) | 0;
      bits -= entry & 15;
      extra = (entry >> 4) & 15;
      hold |= (input[at] | (input[at + 1] << 8)) << bits;
      at += (23 - bits) >> 3;
      bits += (23 - bits) & 24;
      const distance = 1 + ((entry >> 8) << extra) + (hold & ((1 << extra) - 1));
      hold = (hold >>> extra) | 0;
      bits -= extra;

      let source = out - distance;
      if (source < base) {
        source += size;
        if (!wrapped || source < out) {
          this.#fail(InflateReason.DISTANCE_FAR);
          state = FAILED;
          break;
        }
      }
      if (length > stop - out || length > size + base - source) {
        // Not in one piece: `push` copies it.
        this.#length = length;
        this.#distance = distance;
        state = COPY;
        break;
      }
      if (length >= nativeCopy) {
        copyMatch(bytes, source, out, length, nativeCopy);
        out += length;
      } else {
        const after = out + length;
        do bytes[out++] = bytes[source++];
        while (out < after);
      }
    } while (at <= lastInput && out < stop);

    // Whole octets that were read ahead go back. They are of this call: what came earlier and was not used, less
    // than an octet and the beginning of a symbol, went into the first symbol.
    const ahead = bits >> 3;
    at -= ahead;
    bits -= ahead * 8;
    if (state === HEADER && this.#last) bits = 0;
    this.#hold = hold & ((1 << bits) - 1);
    this.#bits = bits;
    this.#out = out;
    this.#state = state;
    this.#need = state === HEADER ? 3 : 0;
    return at;
  }

  /** Words of both lookup tables. */
  #tables(): number {
    return (1 << this.#tableBits) + (1 << distanceBits(this.#tableBits));
  }

  #fail(reason: number): void {
    this.error = reason;
  }

  /** Makes the code that the code lengths come in, where the distance code will be. */
  #makeLengthCode(): boolean {
    const words = this.#words;
    const table = this.#table + (1 << this.#tableBits);
    const sorted = this.#table + this.#tables() + LITERAL_SYMBOLS;
    const counts = sorted + DISTANCE_SYMBOLS + COUNT_WORDS;
    const lengths = this.#table * 2 + LENGTHS;
    const longest = sortSymbols(words, counts, sorted, this.#bytes, lengths, 19, CODE_LENGTH_ENTRIES);
    // One single code word is incomplete, too.
    if (longest < 1 || (longest === 1 && words[counts + 1] < 2)) {
      this.#fail(InflateReason.CODE_LENGTH_SET);
      return false;
    }
    this.#distanceMask = (1 << fillTable(words, table, 7, counts, sorted, longest, 0)) - 1;
    return true;
  }

  /** Adds what a symbol of the code length code stands for (RFC 1951 §3.2.7). */
  #addLengths(symbol: number, extra: number): boolean {
    const bytes = this.#bytes;
    const lengths = this.#table * 2;
    const done = this.#length;
    if (symbol < 16) {
      bytes[lengths + done] = symbol;
      this.#length = done + 1;
      return true;
    }
    const all = 258 + (this.#distance & 31) + ((this.#distance >> 5) & 31);
    const count = extra + (symbol === 18 ? 11 : 3);
    if ((symbol === 16 && done === 0) || done + count > all) {
      this.#fail(InflateReason.REPEAT);
      return false;
    }
    bytes.fill(symbol === 16 ? bytes[lengths + done - 1] : 0, lengths + done, lengths + done + count);
    this.#length = done + count;
    return true;
  }

  /** Makes both codes of a dynamic block from their lengths. */
  #makeCodes(): boolean {
    const bytes = this.#bytes;
    const words = this.#words;
    const tableBits = this.#tableBits;
    const table = this.#table;
    const lengths = table * 2;
    const distanceTable = table + (1 << tableBits);
    const sorted = table + this.#tables();
    const distanceSorted = sorted + LITERAL_SYMBOLS;
    const counts = distanceSorted + DISTANCE_SYMBOLS;
    const distanceCounts = counts + COUNT_WORDS;
    const literals = 257 + (this.#distance & 31);
    const distances = 1 + ((this.#distance >> 5) & 31);
    if (bytes[lengths + 256] === 0) {
      this.#fail(InflateReason.NO_END_CODE);
      return false;
    }
    // Both are sorted before a table is filled, because the lengths lie where the first table will be.
    const longest = sortSymbols(words, counts, sorted, bytes, lengths, literals, LITERAL_ENTRIES);
    if (longest < 0) {
      this.#fail(InflateReason.LITERAL_SET);
      return false;
    }
    const longestDistance = sortSymbols(
      words,
      distanceCounts,
      distanceSorted,
      bytes,
      lengths + literals,
      distances,
      DISTANCE_ENTRIES,
    );
    if (longestDistance < 0) {
      this.#fail(InflateReason.DISTANCE_SET);
      return false;
    }
    const bits = fillTable(words, table, tableBits, counts, sorted, longest, NO_LITERAL << 4);
    const bitsOfDistance = fillTable(
      words,
      distanceTable,
      distanceBits(tableBits),
      distanceCounts,
      distanceSorted,
      longestDistance,
      NO_DISTANCE,
    );
    this.#codes = words;
    this.#literalMask = (1 << bits) - 1;
    this.#distanceMask = (1 << bitsOfDistance) - 1;
    return true;
  }
}

function distanceBits(tableBits: number): number {
  return tableBits < 10 ? 7 : 8;
}

/** Octets that an `Inflate` with these parameters works in: the window, and 1536 (8 bits) to 5376 (11) of tables. */
export function inflateMemory(windowBits: number, tableBits = 9): number {
  const tables = (1 << tableBits) + (1 << distanceBits(tableBits));
  return (1 << windowBits) + 2 * (tables + LITERAL_SYMBOLS + DISTANCE_SYMBOLS + 2 * COUNT_WORDS);
}
