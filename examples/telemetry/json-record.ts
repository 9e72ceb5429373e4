import { DECIMAL_LENGTH, writeDecimal, writeInteger } from '../../src/uplink/decimal.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const SPACE = 0x20;

/** Texts are as long as a multiple of this, so that a few views made beforehand have every length there is. */
const STEP = 32;

/** Octets of an integer of 32 bits, at most. */
const INTEGER_LENGTH = 10;

/**
 * Samples as JSON text, `{"seq":7,"time":140,"load":0.25,…}`, written into memory that is made once. A text is
 * filled with spaces up to a length that a view exists for: a view of any other length would have to be allocated.
 */
export class JsonRecord {
  /** `"name":` of every field, one behind the other. */
  readonly #keys: Uint8Array;
  /** Where each of them ends. */
  readonly #keyEnds: Uint16Array;
  readonly #bytes: Uint8Array;
  readonly #views: Uint8Array[] = [];

  /** `names` are those of a sample's values: visible ASCII. Throws RangeError for others. */
  constructor(names: readonly string[]) {
    const all = ['seq', 'time'].concat(names);
    let length = 0;
    for (let i = 0; i < all.length; i++) length += all[i].length + 3;
    this.#keys = new Uint8Array(length);
    this.#keyEnds = new Uint16Array(all.length);
    let at = 0;
    for (let i = 0; i < all.length; i++) {
      at = this._putKey(at, all[i]);
      this.#keyEnds[i] = at;
    }
    const most = 2 + all.length + length + 2 * INTEGER_LENGTH + names.length * DECIMAL_LENGTH;
    const buffer = new ArrayBuffer(Math.ceil(most / STEP) * STEP);
    this.#bytes = new Uint8Array(buffer);
    for (let size = STEP; size <= buffer.byteLength; size += STEP) {
      this.#views.push(new Uint8Array(buffer, 0, size));
    }
  }

  /** Writes one text; the octets returned are good until the next. Both integers are below 2^32. */
  compose(sequence: number, time: number, values: Float64Array): Uint8Array {
    const bytes = this.#bytes;
    bytes[0] = BRACE;
    let at = writeInteger(bytes, this._copyKey(0, 1), sequence);
    bytes[at] = COMMA;
    at = writeInteger(bytes, this._copyKey(1, at + 1), time);
    const count = this.#keyEnds.length;
    for (let i = 2; i < count; i++) {
      bytes[at] = COMMA;
      at = writeDecimal(bytes, this._copyKey(i, at + 1), values[i - 2]);
    }
    const view = this.#views[Math.ceil((at + 1) / STEP) - 1];
    const last = view.length - 1;
    while (at < last) bytes[at++] = SPACE;
    bytes[last] = CLOSING_BRACE;
    return view;
  }

  private _putKey(start: number, name: string): number {
    const keys = this.#keys;
    let at = start;
    keys[at++] = QUOTE;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      if (code <= SPACE || code > 0x7e || code === QUOTE || code === 0x5c) {
        throw new RangeError(
          'a name of a value must be visible ASCII without quotation marks and backslashes',
        );
      }
      keys[at++] = code;
    }
    keys[at++] = QUOTE;
    keys[at++] = COLON;
    return at;
  }

  /** Copies `"name":` of field `index` to `to`; returns the position behind it. */
  private _copyKey(index: number, to: number): number {
    const keys = this.#keys;
    const bytes = this.#bytes;
    const end = this.#keyEnds[index];
    let at = to;
    for (let i = index === 0 ? 0 : this.#keyEnds[index - 1]; i < end; i++) bytes[at++] = keys[i];
    return at;
  }
}
