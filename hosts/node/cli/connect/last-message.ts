/** Octets of a message that are kept at most. */
const LONGEST = 16 << 20;

/** Keeps the last message that came whole, in case that somebody wants to have it in a file. */
export class LastMessage {
  #parts: Buffer[] = [];
  #size = 0;
  #whole: Buffer | undefined;

  /** The message; undefined if none came, or if it was longer than 16 MiB. */
  get octets(): Buffer | undefined {
    return this.#whole;
  }

  add(octets: Buffer, isLast: boolean): void {
    this.#size += octets.length;
    if (this.#size <= LONGEST) this.#parts.push(Buffer.from(octets));
    else this.#parts = [];
    if (!isLast) return;
    this.#whole = this.#size <= LONGEST ? Buffer.concat(this.#parts) : undefined;
    this.#parts = [];
    this.#size = 0;
  }
}
