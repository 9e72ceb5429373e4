import { ErrorId } from '../connection/errors.ts';
import type { Opening, OpeningSetup } from './opening.ts';
import { NO_OUTCOME } from './outcome.ts';
import { isToken, trim } from './text.ts';

const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;
const COLON = 58;
const DELETE = 127;

/**
 * One half of the opening handshake: reads the other half's HTTP/1.1 message head (RFC 9112 §2–5) octet by octet,
 * stopping after any of them, and has its own as text. A line is kept in scratch memory of a fixed size until its end,
 * as much of it as fits; only headers that are wanted have to, and the whole head is bounded. Line ends are CRLF, lines
 * are not folded, names are tokens right before their colon: a head that is read differently by different readers is
 * refused.
 */
export abstract class Head implements Opening {
  declare status: number;
  declare protocol: string;
  declare location: string;
  declare retryAfter: string;
  declare path: string;
  /** Whether the empty line has been read. */
  done = false;
  protected readonly setup: OpeningSetup;
  /** Names, in lower case, of the headers that are wanted. */
  readonly #names: readonly string[];
  /** Their values, those of one name joined (RFC 9110 §5.3); undefined: the first line is still to come. */
  protected fields: (string | undefined)[] | undefined;
  /** What we send; every character is below U+0100 and is one octet. */
  protected head = '';
  #sent = 0;
  /** Octets of the line that is being read, and of the whole head. */
  #length = 0;
  #count = 0;
  /** The last octet was CR. */
  #isEnding = false;

  constructor(names: readonly string[], setup: OpeningSetup) {
    Object.assign(this, NO_OUTCOME);
    this.#names = names;
    this.setup = setup;
  }

  /** The transport is there: a client makes its request. */
  abstract begin(): void;
  /** The first line; `cut` if only its beginning fitted the scratch memory. Returns an error id, or 0 to go on. */
  protected abstract startLine(line: string, cut: boolean): number;
  /** The empty line that ends the head; `fields` are known. Returns as `startLine`. */
  protected abstract headEnd(fields: readonly (string | undefined)[]): number;
  abstract refuse(fault: number): Opening | undefined;

  /** The next octet of what we send; −1 if that is all. */
  next(): number {
    if (this.#sent < this.head.length) return this.head.charCodeAt(this.#sent++);
    // It has been sent: its memory is needed to judge the answer.
    this.head = '';
    return -1;
  }

  /**
   * Reads from `bytes[from, to)` up to the end of the head. Returns the position after the last octet that belongs to
   * it, or minus an error id.
   */
  read(bytes: Uint8Array, from: number, to: number): number {
    const { scratch, start, end, limit } = this.setup;
    for (let i = from; i < to; i++) {
      if (this.done) return i;
      if (++this.#count > limit) return -ErrorId.headTooLarge;
      const octet = bytes[i];
      if (this.#isEnding) {
        const fault = octet === LF ? this.#line() : ErrorId.headMalformed;
        if (fault !== 0) return -fault;
        this.#isEnding = false;
        this.#length = 0;
      } else if (octet === CR) this.#isEnding = true;
      // VCHAR, obs-text, space or tab (RFC 9110 §5.5).
      else if (octet < SPACE ? octet !== TAB : octet === DELETE) return -ErrorId.headMalformed;
      else {
        const at = start + this.#length++;
        if (at < end) scratch[at] = octet;
        // A line that is cut still has to have a colon.
        else if (octet === COLON) scratch[end - 1] = octet;
      }
    }
    return to;
  }

  /** The end of a line. */
  #line(): number {
    const { scratch, start, end } = this.setup;
    const stop = start + this.#length;
    const isCut = stop > end;
    const { fields } = this;
    if (fields === undefined) {
      this.fields = [];
      return this.startLine(this.#text(start, stop), isCut);
    }
    if (stop === start) {
      this.done = true;
      return this.headEnd(fields);
    }
    const colon = scratch.indexOf(COLON, start);
    const name = this.#text(start, colon).toLowerCase();
    // Neither is a name of length 0 a header, nor one with a space before the colon (RFC 9112 §5.1).
    if (colon >= stop || !isToken(name)) return ErrorId.headMalformed;
    const index = this.#names.indexOf(name);
    if (index < 0) return 0;
    if (isCut) return ErrorId.headTooLarge;
    return this.field(fields, index, trim(this.#text(colon + 1, stop)));
  }

  /** The header `index` of those that are wanted. Returns an error id, or 0 to go on. */
  protected field(fields: (string | undefined)[], index: number, value: string): number {
    const before = fields[index];
    fields[index] = before === undefined ? value : `${before}, ${value}`;
    return 0;
  }

  #text(from: number, to: number): string {
    const { scratch, end } = this.setup;
    let text = '';
    for (let i = from; i < to && i < end; i++) text += String.fromCharCode(scratch[i]);
    return text;
  }
}
