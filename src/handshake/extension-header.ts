/**
 * Syntax of Sec-WebSocket-Extensions (RFC 6455 §9.1): extensions with parameters, whose values are tokens or quoted
 * strings that contain a token. Handshake time: strings and arrays are allowed here.
 */
export interface ExtensionParameter {
  readonly name: string;
  /** null: there was no "=". */
  readonly value: string | null;
}

export interface Extension {
  readonly name: string;
  readonly parameters: readonly ExtensionParameter[];
}

const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const enum Most {
  /** Parameters of one extension that are kept, one more than permessage-deflate has: that one makes it unsound. */
  parameters = 5,
}

/**
 * The extensions that `header` names: the header's value, or the values of several such headers joined by ", ". They are
 * read one by one, and nothing is kept of them here: a peer could fill the memory of a device with a list of thousands.
 */
export class ExtensionList {
  private readonly _text: string;
  private _at = 0;
  private _isEmpty = true;

  constructor(header: string) {
    this._text = header;
    this._space();
  }

  /**
   * The next extension, with the first of its parameters; undefined behind the last one, null if the header is malformed.
   * It has at least one (RFC 6455 §9.1). Empty elements between commas are skipped, as RFC 9110 §5.6.1.2 wants it.
   */
  next(): Extension | undefined | null {
    while (this._skip(','));
    if (this._atEnd()) return this._isEmpty ? null : undefined;
    this._isEmpty = false;
    const name = this._token();
    if (name === '') return null;
    const parameters: ExtensionParameter[] = [];
    while (this._skip(';')) {
      const parameter = this._token();
      if (parameter === '') return null;
      let value: string | null = null;
      if (this._skip('=')) {
        value = this._skip('"') ? this._quoted() : this._token();
        if (value === '') return null;
      }
      if (parameters.length < Most.parameters) parameters.push({ name: parameter, value });
    }
    return this._atEnd() || this._skip(',') ? { name, parameters } : null;
  }

  private _atEnd(): boolean {
    return this._at === this._text.length;
  }

  /** Takes this character and the space behind it, if it is next. */
  private _skip(character: string): boolean {
    if (this._text[this._at] !== character) return false;
    this._at++;
    // Inside quotes nothing is skipped.
    if (character !== '"') this._space();
    return true;
  }

  /** Takes a token and the space behind it. '' if there is none. */
  private _token(): string {
    const start = this._at;
    while (this._at < this._text.length && TOKEN.indexOf(this._text[this._at]) >= 0) this._at++;
    const token = this._text.slice(start, this._at);
    this._space();
    return token;
  }

  /** The rest of a quoted string after its first quote. '' if it never ends or what it says is no token. */
  private _quoted(): string {
    let value = '';
    while (this._at < this._text.length) {
      let character = this._text[this._at++];
      if (character === '"') {
        this._space();
        return value;
      }
      if (character === '\\' && this._at < this._text.length) character = this._text[this._at++];
      if (TOKEN.indexOf(character) < 0) return '';
      value += character;
    }
    return '';
  }

  private _space(): void {
    while (this._text[this._at] === ' ' || this._text[this._at] === '\t') this._at++;
  }
}
