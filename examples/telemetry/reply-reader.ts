/** The octets of `{"seq":`, with which a text begins. */
const PREFIX: readonly number[] = Object.freeze([0x7b, 0x22, 0x73, 0x65, 0x71, 0x22, 0x3a]);
const ZERO = 0x30;
/** Octets of a binary record's sequence number. */
const BINARY_LENGTH = 4;

/** The message is not complete. */
export const INCOMPLETE = -2;
/** A message, but none of ours. */
export const UNKNOWN = -1;

const enum State {
  prefix,
  digits,
  known,
  unknown,
}

/**
 * Finds the sequence number of a reply, which is what was sent (text or binary) or begins like it. Spans come as
 * they come: a message may be cut anywhere, and nothing of it is kept but the number.
 */
export class ReplyReader {
  #state = State.prefix;
  /** Octets of the prefix, or of a binary number, seen so far. */
  #seen = 0;
  #sequence = 0;

  /** Forgets the message that was begun: another connection follows. */
  reset(): void {
    this.#state = State.prefix;
    this.#seen = 0;
    this.#sequence = 0;
  }

  /** Takes a span of a message. At the message's end returns its sequence number, or UNKNOWN; else INCOMPLETE. */
  accept(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): number {
    if (binary) this._acceptBinary(bytes, start, end);
    else this._acceptText(bytes, start, end);
    if (more) return INCOMPLETE;
    const sequence = this.#state === State.known ? this.#sequence : UNKNOWN;
    this.reset();
    return sequence;
  }

  private _acceptBinary(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end && this.#state === State.prefix; i++) {
      this.#sequence = ((this.#sequence << 8) | bytes[i]) >>> 0;
      if (++this.#seen === BINARY_LENGTH) this.#state = State.known;
    }
  }

  private _acceptText(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      switch (this.#state) {
        case State.prefix:
          if (bytes[i] !== PREFIX[this.#seen]) this.#state = State.unknown;
          else if (++this.#seen === PREFIX.length) this.#state = State.digits;
          break;
        case State.digits: {
          const digit = bytes[i] - ZERO;
          // The first octet behind the digits ends the number; there has to be one in a JSON object.
          if (digit < 0 || digit > 9) this.#state = State.known;
          else if ((this.#sequence = this.#sequence * 10 + digit) > 0xffffffff) this.#state = State.unknown;
          break;
        }
        default:
          return;
      }
    }
  }
}
