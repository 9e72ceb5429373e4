import { ErrorId } from '../errors.ts';
import type { Opening, OpeningSetup } from './opening.ts';
import { NO_OUTCOME } from './outcome.ts';
import { headText, trim } from './reading.ts';

const enum Octet {
  lf = 10,
  cr = 13,
  colon = 58,
}

const enum Kept {
  /** What stands between two values of one name. */
  joint = 2,
  /** Octets of the values besides one that is as long as a line may be. */
  others = 256,
}

type Fields = (string | undefined)[];

/** In place of the index of a header. */
const enum Line {
  /** It is the first line. */
  first = -3,
  /** Its name is still being read. */
  name = -2,
  unwanted = -1,
}

/**
 * One half of the opening handshake: reads the other half's HTTP/1.1 message head (RFC 9112 §2–5) octet by octet,
 * stopping after any of them, and has its own as text. The first line, names and values that are wanted are kept as far
 * as a line may be long, and the whole head is bounded; every octet is looked at a bounded number of times. Line ends are
 * CRLF, lines are not folded, names are tokens right before their colon: a head that is read differently by different
 * readers is refused.
 */
export abstract class Head implements Opening {
  declare status: number;
  declare protocol: string;
  declare location: string;
  declare retryAfter: string;
  declare path: string;
  /** Whether the empty line has been read. */
  declare done: boolean;
  declare protected setup: OpeningSetup;
  /** Names, in lower case, of the headers that are wanted. */
  declare private readonly _names: readonly string[];
  /** Their values, those of one name joined (RFC 9110 §5.3); undefined: the first line is still to come. */
  declare protected fields: Fields | undefined;
  /** What we send; every character is below U+0100 and is one octet. */
  declare protected text: string;
  declare private _sent: number;
  /** What is being read, and of which header. */
  declare private _line: string;
  declare private _index: number;
  /** The last octet was CR. */
  declare private _isEnding: boolean;
  /** Octets that may still come: the bound is the whole head's. */
  declare private _left: number;
  /** Octets of values that may still be kept. */
  declare private _room: number;

  constructor(names: readonly string[], setup: OpeningSetup) {
    Object.assign(this, NO_OUTCOME);
    this.done = this._isEnding = false;
    this.setup = setup;
    this._names = names;
    this.text = this._line = '';
    this._sent = 0;
    this._left = setup.limit;
    this._room = setup.longestLine + Kept.others;
    this._index = Line.first;
  }

  /** The transport is there: a client makes its request. */
  abstract begin(): void;
  /** The first line; `isCut` if only its beginning was kept. Returns an error id, or 0 to go on. */
  protected abstract _startLine(line: string, isCut: boolean): number;
  /** The empty line that ends the head. Returns as `_startLine`. */
  protected abstract _headEnd(fields: Fields): number;
  abstract refuses(fault: number): boolean;

  /** The next octet of what we send; −1 if that is all. */
  next(): number {
    if (this._sent < this.text.length) return this.text.charCodeAt(this._sent++);
    // It has been sent: its memory is needed to judge the answer.
    this.text = '';
    return -1;
  }

  /**
   * Reads from `bytes[from, to)` up to the end of the head. Returns the position after the last octet that belongs to
   * it, or minus an error id.
   */
  read(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    let end = from + this._left;
    if (end > to) end = to;
    while (at < end && !this.done) {
      const text = this._isEnding ? '' : headText(bytes, at, end, this._index === Line.name);
      if (text === '') {
        const fault = this._stop(bytes[at++]);
        if (fault) return -fault;
      } else {
        at += text.length;
        // An addition copies all of the line: once for 32 octets, and once for what a peer sends by itself.
        if (this._index !== Line.unwanted && this._line.length <= this.setup.longestLine) this._line += text;
      }
    }
    this._left -= at - from;
    return at < to && !this.done ? -ErrorId.headTooLarge : at;
  }

  /** What is no text: a colon behind a name, or the end of a line. Returns as `_startLine`. */
  private _stop(octet: number): number {
    if (this._isEnding) {
      const fault = octet === Octet.lf ? this._lineEnd() : ErrorId.headMalformed;
      this._index = this.fields ? Line.name : Line.first;
      return fault;
    }
    // There is no space before the colon (RFC 9112 §5.1).
    if (octet === Octet.colon) {
      const name = this._line;
      this._line = '';
      this._index = this._names.indexOf(name);
      // Nothing is no name.
      return name === '' ? ErrorId.headMalformed : 0;
    }
    this._isEnding = octet === Octet.cr;
    return this._isEnding ? 0 : ErrorId.headMalformed;
  }

  /** The header `index` of those that are wanted. Returns as `_startLine`. */
  protected field(fields: Fields, index: number, value: string): number {
    const before = fields[index];
    fields[index] = before === undefined ? value : before + ', ' + value;
    return 0;
  }

  /** The end of a line. Returns as `_startLine`. */
  private _lineEnd(): number {
    const { fields } = this;
    const line = this._line;
    const index = this._index;
    const isCut = line.length > this.setup.longestLine;
    this._line = '';
    this._isEnding = false;
    if (!fields) {
      // Without holes: in an array that has some, XS may look for garbage behind its items.
      const none: Fields = [];
      for (let i = 0; i < this._names.length; i++) none.push(undefined);
      this.fields = none;
      return this._startLine(line, isCut);
    }
    if (index === Line.unwanted) return 0;
    if (index !== Line.name) {
      // Many long lines would fill the memory of a device, and what is joined is copied.
      this._room -= line.length + Kept.joint;
      return isCut || this._room < 0 ? ErrorId.headTooLarge : this.field(fields, index, trim(line));
    }
    if (line !== '') return ErrorId.headMalformed;
    this.done = true;
    return this._headEnd(fields);
  }
}
