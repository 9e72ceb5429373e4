/**
 * Writes blocks of DEFLATE (RFC 1951 §3.2) to wherever there is room at the moment, stopping and going on after
 * any octet.
 *
 * What goes into a block comes as tokens, 16-bit words: 0..255 a literal; 256 + length - 3 a match, followed by a
 * word distance - 1.
 */
import {
  CODE_LENGTH_ORDER,
  ITEM_COUNT,
  LENGTH_CODES_SENT,
  LENGTH_ITEMS,
  SMALL_CODES,
  SMALL_LENGTHS,
  headerCounts,
  planDynamic,
  repeatBits,
} from './dynamic-code.ts';
import {
  CODE_LENGTHS,
  DISTANCE_CODES,
  END_SYMBOL,
  FIXED_CODES,
  distanceSymbol,
  lengthSymbol,
} from './encode-symbols.ts';

// Phases: what is to be written next.
const IDLE = 0;
const HEADER = 1;
const COUNTS = 2;
const LENGTH_CODE = 3;
const ITEMS = 4;
const TOKENS = 5;
const DISTANCE = 6;
const DISTANCE_EXTRA = 7;
const END = 8;
const LEN = 9;
const NLEN = 10;
const STORED = 11;

/** Fewer words of tokens than this are not worth a code of their own: the header alone takes 40 octets and more. */
const DYNAMIC_FROM = 64;

export class BlockWriter {
  /** Index after the last octet that `write` wrote. */
  produced = 0;

  readonly #bytes: Uint8Array;
  readonly #words: Uint16Array;
  readonly #ring: number;
  readonly #tokens: number;
  readonly #area: number;
  #mask: number;
  #phase = IDLE;
  #type = 0;
  #hold = 0;
  #bits = 0;
  /** Tokens, items or octets written, and how many there are. */
  #index = 0;
  #count = 0;
  #position = 0;
  #rawLength = 0;

  /**
   * @param ring index in `bytes` of the ring that holds the octets of the message, for stored blocks
   * @param ringSize its size, a power of two
   * @param tokens index in `words` of the tokens
   * @param area index in `words` of `DYNAMIC_WORDS` words, or 0: then there are no dynamic codes
   */
  constructor(
    bytes: Uint8Array,
    words: Uint16Array,
    ring: number,
    ringSize: number,
    tokens: number,
    area: number,
  ) {
    this.#bytes = bytes;
    this.#words = words;
    this.#ring = ring;
    this.#mask = ringSize - 1;
    this.#tokens = tokens;
    this.#area = area;
  }

  /** Forgets what was not written yet. */
  reset(ringSize: number): void {
    this.#mask = ringSize - 1;
    this.#phase = IDLE;
    this.#hold = 0;
    this.#bits = 0;
  }

  /**
   * Decides how a block is written; `write` writes it.
   *
   * @param count words of tokens, at least 1
   * @param position where the block's octets start, counted as the ring counts
   * @param rawLength how many they are, or 0 if they are no longer all in the ring
   */
  begin(count: number, position: number, rawLength: number): void {
    let type = 1;
    let size = this.#fixedSize(count);
    if (this.#area !== 0 && count >= DYNAMIC_FROM) {
      const dynamic = planDynamic(this.#words, this.#area, this.#tokens, count);
      if (dynamic < size) {
        size = dynamic;
        type = 2;
      }
    }
    // 3 bits, up to the octet's end, LEN and NLEN, the octets.
    const padding = -(this.#bits + 3) & 7;
    if (rawLength !== 0 && 3 + padding + 32 + rawLength * 8 < size) type = 0;
    this.#type = type;
    this.#count = count;
    this.#position = position;
    this.#rawLength = rawLength;
    this.#phase = HEADER;
  }

  /** An empty stored block up to where its 00 00 ff ff would follow (RFC 7692 §7.2.1); `write` writes it. */
  beginTail(): void {
    this.#bits = (this.#bits + 3 + 7) & ~7;
    this.#phase = IDLE;
  }

  /**
   * Writes to output[start, limit).
   *
   * @returns whether all is written but the bits that do not fill an octet
   */
  write(output: Uint8Array, start: number, limit: number): boolean {
    const words = this.#words;
    const area = this.#area;
    const codes = this.#type === 2 ? words : FIXED_CODES;
    const table = this.#type === 2 ? area : 0;
    let at = start;
    let phase = this.#phase;
    let hold = this.#hold;
    let bits = this.#bits;
    let index = this.#index;

    for (;;) {
      while (bits >= 8 && at < limit) {
        output[at++] = hold;
        hold >>>= 8;
        bits -= 8;
      }
      // With 7 bits at most, each phase may add 24 without reaching the sign bit.
      if (bits >= 8 || phase === IDLE) break;
      switch (phase) {
        case HEADER:
          hold |= this.#type << (bits + 1);
          bits += 3;
          index = 0;
          if (this.#type === 0) {
            bits = (bits + 7) & ~7;
            phase = LEN;
          } else {
            phase = this.#type === 1 ? TOKENS : COUNTS;
          }
          break;
        case COUNTS:
          hold |= headerCounts(words, area) << bits;
          bits += 14;
          phase = LENGTH_CODE;
          break;
        case LENGTH_CODE:
          hold |= words[area + SMALL_LENGTHS + CODE_LENGTH_ORDER[index]] << bits;
          bits += 3;
          if (++index === words[area + LENGTH_CODES_SENT]) {
            index = 0;
            phase = ITEMS;
          }
          break;
        case ITEMS: {
          const item = words[area + LENGTH_ITEMS + index];
          const symbol = item & 31;
          const length = words[area + SMALL_LENGTHS + symbol];
          hold |= (words[area + SMALL_CODES + symbol] | ((item >> 5) << length)) << bits;
          bits += length + repeatBits(symbol);
          if (++index === words[area + ITEM_COUNT]) {
            index = 0;
            phase = TOKENS;
          }
          break;
        }
        case TOKENS: {
          if (limit - at >= 16) {
            this.#hold = hold;
            this.#bits = bits;
            this.#index = index;
            at = this.#writeTokens(output, at, limit);
            hold = this.#hold;
            bits = this.#bits;
            index = this.#index;
            if (index === this.#count) phase = END;
            break;
          }
          const token = words[this.#tokens + index];
          const symbol = token < 256 ? token : lengthSymbol(token - 256);
          const length = codes[table + CODE_LENGTHS + (symbol & 511)];
          hold |= codes[table + (symbol & 511)] << bits;
          bits += length;
          index++;
          if (token >= 256) {
            const extra = symbol >> 9;
            hold |= ((token - 256) & ((1 << extra) - 1)) << bits;
            bits += extra;
            phase = DISTANCE;
          } else if (index === this.#count) {
            phase = END;
          }
          break;
        }
        case DISTANCE: {
          const symbol = DISTANCE_CODES + (distanceSymbol(words[this.#tokens + index]) & 511);
          hold |= codes[table + symbol] << bits;
          bits += codes[table + CODE_LENGTHS + symbol];
          phase = DISTANCE_EXTRA;
          break;
        }
        case DISTANCE_EXTRA: {
          const distance = words[this.#tokens + index++];
          const extra = distanceSymbol(distance) >> 9;
          hold |= (distance & ((1 << extra) - 1)) << bits;
          bits += extra;
          phase = index === this.#count ? END : TOKENS;
          break;
        }
        case END:
          hold |= codes[table + END_SYMBOL] << bits;
          bits += codes[table + CODE_LENGTHS + END_SYMBOL];
          phase = IDLE;
          break;
        case LEN:
          hold = this.#rawLength;
          bits = 16;
          phase = NLEN;
          break;
        case NLEN:
          hold = this.#rawLength ^ 0xffff;
          bits = 16;
          phase = STORED;
          break;
        default: {
          const bytes = this.#bytes;
          const from = (this.#position + index) & this.#mask;
          let count = this.#rawLength - index;
          if (count > limit - at) count = limit - at;
          if (count > this.#mask + 1 - from) count = this.#mask + 1 - from;
          const source = this.#ring + from;
          if (output === bytes) bytes.copyWithin(at, source, source + count);
          else for (let step = 0; step < count; step++) output[at + step] = bytes[source + step];
          at += count;
          index += count;
          if (index === this.#rawLength) phase = IDLE;
          else if (at === limit) bits = -1;
        }
      }
      if (bits < 0) break;
    }

    const stopped = bits < 0;
    this.#phase = phase;
    this.#hold = hold;
    this.#bits = stopped ? 0 : bits;
    this.#index = index;
    this.produced = at;
    return !stopped && bits < 8;
  }

  /** Tokens while there is plenty of room: 16 bits at a time. Returns the index after the last octet written. */
  #writeTokens(output: Uint8Array, start: number, limit: number): number {
    const words = this.#words;
    const codes = this.#type === 2 ? words : FIXED_CODES;
    const table = this.#type === 2 ? this.#area : 0;
    const lengths = table + CODE_LENGTHS;
    const tokens = this.#tokens;
    const count = this.#count;
    const last = limit - 8; // a token adds 48 bits at most
    let at = start;
    let hold = this.#hold;
    let bits = this.#bits;
    let index = this.#index;
    while (index < count && at <= last) {
      const token = words[tokens + index++];
      if (token < 256) {
        hold |= codes[table + token] << bits;
        bits += codes[lengths + token];
      } else {
        const symbol = lengthSymbol(token - 256);
        hold |= codes[table + (symbol & 511)] << bits;
        bits += codes[lengths + (symbol & 511)];
        if (bits >= 16) {
          output[at] = hold;
          output[at + 1] = hold >> 8;
          at += 2;
          hold >>>= 16;
          bits -= 16;
        }
        let extra = symbol >> 9;
        hold |= ((token - 256) & ((1 << extra) - 1)) << bits;
        bits += extra;
        if (bits >= 16) {
          output[at] = hold;
          output[at + 1] = hold >> 8;
          at += 2;
          hold >>>= 16;
          bits -= 16;
        }
        const distance = words[tokens + index++];
        const far = distanceSymbol(distance);
        hold |= codes[table + DISTANCE_CODES + (far & 511)] << bits;
        bits += codes[lengths + DISTANCE_CODES + (far & 511)];
        if (bits >= 16) {
          output[at] = hold;
          output[at + 1] = hold >> 8;
          at += 2;
          hold >>>= 16;
          bits -= 16;
        }
        extra = far >> 9;
        hold |= (distance & ((1 << extra) - 1)) << bits;
        bits += extra;
      }
      if (bits >= 16) {
        output[at] = hold;
        output[at + 1] = hold >> 8;
        at += 2;
        hold >>>= 16;
        bits -= 16;
      }
    }
    this.#hold = hold;
    this.#bits = bits;
    this.#index = index;
    return at;
  }

  /** Size in bits of the block with the fixed codes. */
  #fixedSize(count: number): number {
    const words = this.#words;
    const tokens = this.#tokens;
    let size = 3 + 7;
    for (let index = 0; index < count; index++) {
      const token = words[tokens + index];
      if (token < 256) {
        size += token < 144 ? 8 : 9;
      } else {
        const length = lengthSymbol(token - 256);
        size +=
          ((length & 511) < 280 ? 12 : 13) + (length >> 9) + (distanceSymbol(words[tokens + ++index]) >> 9);
      }
    }
    return size;
  }
}
