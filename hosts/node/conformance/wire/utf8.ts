/** Whether octets are a whole UTF-8 text. */
export function isUtf8(octets: Uint8Array): boolean {
  const checker = new Utf8Checker();
  return checker.push(octets) < 0 && checker.complete;
}

/**
 * Checks UTF-8 (RFC 3629, section 4) octet by octet, over as many pieces as it comes in. The two numbers that
 * it keeps between octets are the bounds of the next continuation octet; they are narrower than 80..bf after
 * e0, ed, f0 and f4, which is what keeps out overlong forms, surrogates and code points beyond U+10FFFF.
 */
export class Utf8Checker {
  #missing = 0;
  #lowest = 0x80;
  #highest = 0xbf;

  /** Whether a text may end here. */
  get complete(): boolean {
    return this.#missing === 0;
  }

  /** Index of the first impossible octet, or -1. After an impossible octet the checker is of no more use. */
  push(octets: Uint8Array): number {
    for (let at = 0; at < octets.length; at++) {
      if (!this.#step(octets[at]!)) return at;
    }
    return -1;
  }

  #step(octet: number): boolean {
    if (this.#missing > 0) {
      if (octet < this.#lowest || octet > this.#highest) return false;
      this.#missing--;
      this.#lowest = 0x80;
      this.#highest = 0xbf;
      return true;
    }
    if (octet < 0x80) return true;
    if (octet < 0xc2 || octet > 0xf4) return false;
    this.#missing = octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
    if (octet === 0xe0) this.#lowest = 0xa0;
    else if (octet === 0xed) this.#highest = 0x9f;
    else if (octet === 0xf0) this.#lowest = 0x90;
    else if (octet === 0xf4) this.#highest = 0x8f;
    return true;
  }
}
