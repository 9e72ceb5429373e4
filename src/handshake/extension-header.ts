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

/**
 * @param header the header's value, or the values of several such headers joined by ", "
 * @returns the extensions in order, at least one; null if the header is malformed. Empty elements between commas
 *   are skipped, as RFC 9110 §5.6.1.2 wants it.
 */
export function parseExtensions(header: string): Extension[] | null {
  const extensions: Extension[] = [];
  const scanner = new Scanner(header);
  for (;;) {
    if (scanner.take(',')) continue;
    if (scanner.atEnd()) break;
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
      parameters.push({ name: parameter, value });
    }
    extensions.push({ name, parameters });
    if (!scanner.atEnd() && !scanner.take(',')) return null;
  }
  return extensions.length === 0 ? null : extensions;
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
