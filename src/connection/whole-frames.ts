import { keyAt } from '../frame/header.ts';
import { copyMasked } from '../frame/copy-masked.ts';
import { Utf8 } from '../frame/utf8.ts';
import { type TextOwner, validateText } from '../frame/validate-text.ts';
import { Control } from './control.ts';
import { BINARY, READABLE, type ReadsSpans, SPAN, Span, TEXT, type TakesSpans } from './events.ts';
import { Pumping, Reading, Register, State, Whole } from './record.ts';

const enum Partial {
  /** A frame is offered again only if it is no longer than this many times the part of it that may be left: log2. */
  often = 3,
}

/**
 * The receiver's fast path: frames that have come whole, or are left until they have. Its twin for everything else is
 * `receiver.ts`; both give the same events, and a test proves it.
 *
 * An object has one chain of classes: this one stands on `Control`, but calls nothing of it.
 */
export class WholeFrames<Target> extends Control<Target> {
  constructor() {
    super();
  }

  /**
   * The fast path: whole unfragmented data frames with lengths below 64 KiB, one after the other. Anything else,
   * and any fault, is left to the general path, which finds the same octets untouched. Without it a small message
   * costs about three times as much.
   */
  protected _parseWhole(bytes: Uint8Array, words: Int32Array, end: number): void {
    const target = this._target;
    const takesSpans = this._pumping & Pumping.takesSpans;
    const keepsSpans = this._pumping & Pumping.keepsSpans;
    const peerMask = this._peerMask;
    const header = 2 + (peerMask >> 5);
    // A frame with nothing to unmask and nothing to validate.
    const plain = peerMask ? -1 : Whole.binary;
    const last = end - 1;
    let delivery = BINARY;
    let i = this._at;
    let first = 0;
    let length = 0;
    let from = 0;
    while (i < last) {
      first = bytes[i];
      // With the mask bit as it has to be, a length.
      length = bytes[i + 1] ^ peerMask;
      from = i + header;
      if (length > 125) {
        if (length !== 126 || i + 3 > last) return;
        length = (bytes[i + 2] << 8) | bytes[i + 3];
        if (length < 126) return;
        from += 2;
      }
      length += from;
      if (length > end) {
        const whole = this._words[Register.whole];
        if (
          end - i <= whole &&
          (length - i) >> Partial.often <= whole &&
          (first === Whole.binary ||
            // Text has to fail at its first impossible octet.
            (first === Whole.text &&
              !peerMask &&
              validateText(bytes, from, end, Utf8.accept, words, this as unknown as TextOwner) !==
                Utf8.reject))
        ) {
          this._size = length - from;
          this._reading |= Reading.partial;
        } else if (from <= end && (first === Whole.binary || first === Whole.text)) {
          this._beginPartial(bytes, first, from, length - from);
        }
        return;
      }
      delivery = BINARY;
      if (first !== plain) {
        if (first !== Whole.binary && first !== Whole.text) return;
        if (peerMask) copyMasked(bytes, from, bytes, from, length, keyAt(bytes, from), words);
        if (first === Whole.text) {
          delivery = TEXT;
          if (
            validateText(bytes, from, length, Utf8.accept, words, this as unknown as TextOwner) !==
            Utf8.accept
          ) {
            // The general path unmasks again and finds the fault.
            if (peerMask) copyMasked(bytes, from, bytes, from, length, keyAt(bytes, from), words);
            return;
          }
        }
      }
      i = this._at = length;
      if (takesSpans) (target as TakesSpans)[SPAN](bytes, from, i, delivery);
      else if (keepsSpans) {
        // What `_present` does.
        this._spanStart = from;
        this._spanEnd = i;
        (target as ReadsSpans)[READABLE](i - from, delivery);
        if (this._spanStart !== i) this._keepLeft();
      } else this._events.onData(target, bytes, from, i, first - Whole.span);
      if (this._reading) return;
    }
  }

  /**
   * The fast path's way into the general one: the header is whole, and of `length` octets of payload from `from` on some are
   * there. They are left to the caller, since from here the way to the application is longer than a device's stack.
   */
  private _beginPartial(bytes: Uint8Array, first: number, from: number, length: number): void {
    const registers = this._words;
    registers[Register.first] = first;
    registers[Register.fragments] = 1;
    registers[Register.utf8] = Utf8.accept;
    this._reading =
      Reading.data | Reading.inMessage | Span.first | (first === Whole.binary ? Span.binary : 0);
    this._size = length;
    this._remaining = length;
    this._at = from;
    if (this._peerMask) registers[Register.key] = keyAt(bytes, from);
  }

  /**
   * Keeps what the receiver left of a span until it is read: that stops the reading. Not once the closing handshake has begun,
   * since the peer's answer lies behind it: then it is valid until more is read.
   */
  protected _keepLeft(): void {
    if (this._spanStart === this._spanEnd || this._state > State.open) return;
    this._reading |= Reading.paused;
    this._pumping = (this._pumping | Pumping.wasPaused) & ~Pumping.resumes;
  }
}
