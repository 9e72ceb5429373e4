import { ErrorId } from '../connection/errors.ts';
import { isToken } from './text.ts';

const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;
const COLON = 58;

/** What a {@link HeadReader} tells of a head. Each answers with an error id, or 0 to go on. */
export interface HeadSink {
  /** The first line; `cut` if only its beginning fitted the scratch memory. */
  startLine(line: string, cut: boolean): number;
  /** Whether the value of the header `name` (lower case) is wanted. */
  wants(name: string): boolean;
  /** One wanted header line: lower-case name, value without surrounding white space. */
  header(name: string, value: string): number;
  /** The empty line that ends the head. */
  headEnd(): number;
}

const enum At {
  startLine,
  lines,
  done,
}

/**
 * Reads one HTTP/1.1 message head (RFC 9112 §2–5) octet by octet, stopping after any of them. A line is kept in
 * scratch memory of a fixed size until its end, as much of it as fits; only values that are wanted have to, and the
 * whole head is bounded. Line ends are CRLF, lines are not folded, names are tokens right before their colon: a head
 * that is read differently by different readers is refused.
 */
export class HeadReader {
  readonly #sink: HeadSink;
  readonly #scratch: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  readonly #limit: number;
  #at = At.startLine;
  /** Where the line ends that is being kept, and whether more of it was not. */
  #fill: number;
  #cut = false;
  /** There was a colon in that. */
  #colon = false;
  /** The last octet was CR. */
  #isEnding = false;
  #count = 0;

  /** `scratch[start, end)` is used between two calls of `read`; `limit` bounds the whole head in octets. */
  constructor(sink: HeadSink, scratch: Uint8Array, start: number, end: number, limit: number) {
    this.#sink = sink;
    this.#scratch = scratch;
    this.#start = start;
    this.#end = end;
    this.#limit = limit;
    this.#fill = start;
  }

  /** Whether the empty line has been read. */
  get done(): boolean {
    return this.#at === At.done;
  }

  /** Begins again, for the head that follows an interim response; the bound goes on counting. */
  restart(): void {
    this.#at = At.startLine;
  }

  /**
   * Reads from `bytes[start, end)` up to the end of the head. Returns the position after the last octet that
   * belongs to it, or minus an error id.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    for (let i = start; i < end; i++) {
      if (this.#at === At.done) return i;
      if (++this.#count > this.#limit) return -ErrorId.headTooLarge;
      const octet = bytes[i];
      if (this.#isEnding) {
        if (octet !== LF) return -ErrorId.headMalformed;
        this.#isEnding = false;
        const fault = this.#line();
        if (fault !== 0) return -fault;
        this.#fill = this.#start;
        this.#cut = this.#colon = false;
      } else if (octet === CR) this.#isEnding = true;
      // VCHAR, obs-text, space or tab (RFC 9110 §5.5).
      else if (octet < SPACE ? octet !== TAB : octet === 127) return -ErrorId.headMalformed;
      else if (this.#fill < this.#end) this.#scratch[this.#fill++] = octet;
      else {
        this.#cut = true;
        if (octet === COLON) this.#colon = true;
      }
    }
    return end;
  }

  /** The end of a line. */
  #line(): number {
    const scratch = this.#scratch;
    const start = this.#start;
    let end = this.#fill;
    if (this.#at === At.startLine) {
      this.#at = At.lines;
      return this.#sink.startLine(this.#text(start, end), this.#cut);
    }
    if (end === start) {
      this.#at = At.done;
      return this.#sink.headEnd();
    }
    let from = start;
    while (from < end && scratch[from] !== COLON) from++;
    const name = this.#text(start, from).toLowerCase();
    // Neither is a name of length 0 a header, nor one with a space before the colon (RFC 9112 §5.1).
    if (!isToken(name) || (from === end && !this.#colon)) return ErrorId.headMalformed;
    // A name longer than the scratch memory is nobody's.
    if (from === end || !this.#sink.wants(name)) return 0;
    if (this.#cut) return ErrorId.headTooLarge;
    // Without the optional white space around it (RFC 9110 §5.5).
    for (from++; from < end && isBlank(scratch[from]);) from++;
    while (end > from && isBlank(scratch[end - 1])) end--;
    return this.#sink.header(name, this.#text(from, end));
  }

  #text(start: number, end: number): string {
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(this.#scratch[i]);
    return text;
  }
}

const isBlank = (octet: number): boolean => octet === SPACE || octet === TAB;
