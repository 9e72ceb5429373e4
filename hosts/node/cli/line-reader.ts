const NEWLINE = 10;

/**
 * Cuts octets into lines. Not `node:readline`: that takes the octets for UTF-8, and cuts at characters of text
 * that end no line of a file.
 */
export class LineReader {
  readonly #onLine: (line: Buffer) => void;
  #pieces: Buffer[] = [];

  /** `onLine` is called with every line, without its newline. */
  constructor(onLine: (line: Buffer) => void) {
    this.#onLine = onLine;
  }

  push(octets: Buffer): void {
    let start = 0;
    for (let end = octets.indexOf(NEWLINE); end >= 0; end = octets.indexOf(NEWLINE, start)) {
      this.#pieces.push(octets.subarray(start, end));
      start = end + 1;
      this.#flush();
    }
    if (start < octets.length) this.#pieces.push(octets.subarray(start));
  }

  /** What stands behind the last newline is a line too. */
  end(): void {
    if (this.#pieces.length !== 0) this.#flush();
  }

  #flush(): void {
    const line = this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#onLine(line);
  }
}
