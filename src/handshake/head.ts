import { ErrorId } from '../connection/errors.ts';

const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;
const COLON = 58;

const enum At {
  startLine,
  startLineEnd,
  lineStart,
  name,
  valueStart,
  value,
  lineEnd,
  headEnd,
  done,
}

/** A header name longer than the longest one that anybody asks for (sec-websocket-extensions) is not kept. */
const LONGEST_NAME = 40;

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

/**
 * Reads one HTTP/1.1 message head (RFC 9112 §2–5) octet by octet, stopping after any of them. Only the start
 * line and wanted values are kept, in scratch memory of a fixed size; everything else is checked and dropped,
 * and the whole head is bounded. Line ends are CRLF, lines are not folded, names are tokens right before
 * their colon: a head that is read differently by different readers is refused.
 */
export class HeadReader {
  readonly #sink: HeadSink;
  readonly #scratch: Uint8Array;
  readonly #scratchStart: number;
  readonly #scratchEnd: number;
  readonly #limit: number;
  #at = At.startLine;
  #fill: number;
  #cut = false;
  #count = 0;
  #name = '';

  /** `scratch[start, end)` is used between two calls of `read`; `limit` bounds the whole head in octets. */
  constructor(sink: HeadSink, scratch: Uint8Array, start: number, end: number, limit: number) {
    this.#sink = sink;
    this.#scratch = scratch;
    this.#scratchStart = start;
    this.#scratchEnd = end;
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
    this.#fill = this.#scratchStart;
    this.#cut = false;
  }

  /**
   * Reads from `bytes[start, end)` up to the end of the head. Returns the position after the last octet that
   * belongs to it, or minus an error id.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    let i = start;
    while (i < end && this.#at !== At.done) {
      if (++this.#count > this.#limit) return -ErrorId.headTooLarge;
      const fault = this.#step(bytes[i++]);
      if (fault !== 0) return -fault;
    }
    return i;
  }

  #step(octet: number): number {
    switch (this.#at) {
      case At.startLine:
        if (octet === CR) this.#at = At.startLineEnd;
        else if (!isFieldOctet(octet)) return ErrorId.headMalformed;
        else if (!this.#keep(octet)) this.#cut = true;
        return 0;
      case At.startLineEnd:
        if (octet !== LF) return ErrorId.headMalformed;
        this.#at = At.lineStart;
        return this.#sink.startLine(this.#take(), this.#cut);
      case At.lineStart:
        if (octet === CR) {
          this.#at = At.headEnd;
          return 0;
        }
        this.#at = At.name;
        this.#cut = false;
        return this.#nameOctet(octet);
      case At.name:
        return this.#nameOctet(octet);
      case At.valueStart:
        if (octet === SPACE || octet === TAB) return 0;
        this.#at = At.value;
        return this.#valueOctet(octet);
      case At.value:
        return this.#valueOctet(octet);
      case At.lineEnd: {
        if (octet !== LF) return ErrorId.headMalformed;
        this.#at = At.lineStart;
        const name = this.#name;
        if (name === '') return 0;
        if (this.#cut) return ErrorId.headTooLarge;
        this.#trim();
        return this.#sink.header(name, this.#take());
      }
      default:
        if (octet !== LF) return ErrorId.headMalformed;
        this.#at = At.done;
        return this.#sink.headEnd();
    }
  }

  #nameOctet(octet: number): number {
    if (octet === COLON) {
      // A name of length 0, like a space before the colon, is no header (RFC 9112 §5.1).
      if (this.#fill === this.#scratchStart) return ErrorId.headMalformed;
      const name = this.#take().toLowerCase();
      this.#name = !this.#cut && this.#sink.wants(name) ? name : '';
      this.#cut = false;
      this.#at = At.valueStart;
      return 0;
    }
    if (!isTokenOctet(octet)) return ErrorId.headMalformed;
    if (this.#fill - this.#scratchStart >= LONGEST_NAME || !this.#keep(octet)) this.#cut = true;
    return 0;
  }

  #valueOctet(octet: number): number {
    if (octet === CR) this.#at = At.lineEnd;
    else if (!isFieldOctet(octet)) return ErrorId.headMalformed;
    else if (this.#name !== '' && !this.#keep(octet)) this.#cut = true;
    return 0;
  }

  #keep(octet: number): boolean {
    if (this.#fill === this.#scratchEnd) return false;
    this.#scratch[this.#fill++] = octet;
    return true;
  }

  /** Drops optional white space at the end of a value (RFC 9110 §5.5). */
  #trim(): void {
    const scratch = this.#scratch;
    let end = this.#fill;
    while (end > this.#scratchStart && (scratch[end - 1] === SPACE || scratch[end - 1] === TAB)) end--;
    this.#fill = end;
  }

  /** The kept octets as text; the scratch memory is empty then. */
  #take(): string {
    const scratch = this.#scratch;
    let text = '';
    for (let i = this.#scratchStart; i < this.#fill; i++) text += String.fromCharCode(scratch[i]);
    this.#fill = this.#scratchStart;
    return text;
  }
}

/** VCHAR, obs-text, space or tab (RFC 9110 §5.5). */
function isFieldOctet(octet: number): boolean {
  return octet >= SPACE ? octet !== 127 : octet === TAB;
}

/** A token character (RFC 9110 §5.6.2). */
export function isTokenOctet(octet: number): boolean {
  if (octet >= 97 && octet <= 122) return true; // a–z
  if (octet >= 65 && octet <= 90) return true; // A–Z
  if (octet >= 48 && octet <= 57) return true; // 0–9
  switch (octet) {
    case 33: // !
    case 35: // #
    case 36: // $
    case 37: // %
    case 38: // &
    case 39: // '
    case 42: // *
    case 43: // +
    case 45: // -
    case 46: // .
    case 94: // ^
    case 95: // _
    case 96: // `
    case 124: // |
    case 126: // ~
      return true;
    default:
      return false;
  }
}
