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
  readonly #scanner: Scanner;
  #isEmpty = true;

  constructor(header: string) {
    this.#scanner = new Scanner(header);
  }

  /**
   * The next extension, with the first of its parameters; undefined behind the last one, null if the header is malformed.
   * It has at least one (RFC 6455 §9.1). Empty elements between commas are skipped, as RFC 9110 §5.6.1.2 wants it.
   */
  next(): Extension | undefined | null {
    const scanner = this.#scanner;
    while (scanner.take(','));
    if (scanner.atEnd()) return this.#isEmpty ? null : undefined;
    this.#isEmpty = false;
    const name = scanner.token();
    if (name === '') return null;
    const parameters: ExtensionParameter[] = [];
    while (scanner.take(';')) {
      const parameter = scanner.token();
      if (parameter === '') return null;
      let value: string | null = null;
      if (scanner.take('=')) {
        value = scanner.take('"') ? scanner.quoted() : scanner.token();
        if (value === '') return null;
      }
      if (parameters.length < Most.parameters) parameters.push({ name: parameter, value });
    }
    return scanner.atEnd() || scanner.take(',') ? { name, parameters } : null;
  }
}

/** Whether `header` is a list of extensions: what is none fails the handshake (RFC 6455 §4.2.1, §9.1). */
export function isExtensionList(header: string): boolean {
  const list = new ExtensionList(header);
  let extension: Extension | undefined | null;
  do extension = list.next();
  while (extension);
  return extension === undefined;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this._space();
  }

  atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Takes this character and the space behind it, if it is next. */
  take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    // Inside quotes nothing is skipped.
    if (character !== '"') this._space();
    return true;
  }

  /** Takes a token and the space behind it. '' if there is none. */
  token(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && TOKEN.includes(this.#text[this.#at])) this.#at++;
    const token = this.#text.slice(start, this.#at);
    this._space();
    return token;
  }

  /** The rest of a quoted string after its first quote. '' if it never ends or what it says is no token. */
  quoted(): string {
    let value = '';
    while (this.#at < this.#text.length) {
      let character = this.#text[this.#at++];
      if (character === '"') {
        this._space();
        return value;
      }
      if (character === '\\' && this.#at < this.#text.length) character = this.#text[this.#at++];
      if (!TOKEN.includes(character)) return '';
      value += character;
    }
    return '';
  }

  private _space(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
  }
}
