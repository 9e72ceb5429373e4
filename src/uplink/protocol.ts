/**
 * The octets of the gateway's subprotocol, see docs/uplink.md. Numbers are little-endian, as the machines are that
 * speak it; the first octet says what a binary message is.
 */

/** Its name in the opening handshake. */
export const SUBPROTOCOL = 'outbox.ringlet';

/** The sender's first message: 1, version, 0, 0; the session in 8 octets; the name of the sender in UTF-8. */
export const HELLO = 1;
/** A record: 2, flags, 0, 0; its number in 4 octets; the payload. */
export const RECORD = 2;
/** The gateway has a record and all that were sent before it in its lane: 3, flags, 0, 0; its number in 4 octets. */
export const ACKNOWLEDGEMENT = 3;

export const VERSION = 1;
/** Octets of a hello before the name, of a record before the payload, and of an acknowledgement. */
export const HELLO_LENGTH = 12;
export const NUMBERED_HEAD = 8;
export const ACKNOWLEDGEMENT_LENGTH = 8;

/** Bits of the second octet of a record; of an acknowledgement only `urgent`. */
export const enum RecordFlag {
  /** The payload is text in UTF-8, else binary. */
  text = 1,
  /** It belongs to the urgent records, which are numbered in one row with the others and sent before them. */
  urgent = 2,
  /** It may have been sent before. */
  repeated = 4,
}

/** The sender's first message, from its session and its name in ASCII. */
export function helloOf(session: Uint8Array, name: string): Uint8Array {
  // eslint-disable-next-line no-restricted-syntax -- once a connection
  const hello = new Uint8Array(HELLO_LENGTH + name.length);
  hello[0] = HELLO;
  hello[1] = VERSION;
  hello.set(session, 4);
  for (let i = 0; i < name.length; i++) hello[HELLO_LENGTH + i] = name.charCodeAt(i);
  return hello;
}

/** What a reader says of octets: they belong to another message; an acknowledgement, or a message like one, goes on. */
export const OTHER = -1;
export const INCOMPLETE = -2;

/** Reads acknowledgements, however they are cut; it tells other messages by their first octet. */
export class AcknowledgementReader {
  /** Octets of the message so far, and its first eight; of another message −1. */
  private _seen = 0;
  private _low = 0;
  private _high = 0;
  /** Whether the last acknowledgement is one of urgent records. */
  _urgent = false;

  /** The message that was begun is none any more. */
  _reset(): void {
    this._seen = 0;
  }

  /** Takes octets of a binary message. Returns the number that they acknowledge, or OTHER, or INCOMPLETE. */
  _take(bytes: Uint8Array, start: number, end: number, more: boolean): number {
    if (
      this._seen !== 0 ||
      more ||
      end - start !== ACKNOWLEDGEMENT_LENGTH ||
      bytes[start] !== ACKNOWLEDGEMENT
    )
      return this._takePart(bytes, start, end, more);
    // Mostly it is whole.
    this._urgent = (bytes[start + 1] & RecordFlag.urgent) !== 0;
    return (
      (bytes[start + 4] | (bytes[start + 5] << 8) | (bytes[start + 6] << 16) | (bytes[start + 7] << 24)) >>> 0
    );
  }

  private _takePart(bytes: Uint8Array, start: number, end: number, more: boolean): number {
    let seen = this._seen;
    if (seen === 0) {
      this._low = this._high = 0;
      if (start < end && bytes[start] !== ACKNOWLEDGEMENT) seen = -1;
    }
    if (seen >= 0) {
      for (let i = start; i < end && seen <= ACKNOWLEDGEMENT_LENGTH; i++, seen++) {
        if (seen < 4) this._low |= bytes[i] << (seen << 3);
        else if (seen < ACKNOWLEDGEMENT_LENGTH) this._high |= bytes[i] << ((seen - 4) << 3);
      }
    }
    this._seen = more ? seen : 0;
    if (seen < 0) return OTHER;
    this._urgent = (this._low & (RecordFlag.urgent << 8)) !== 0;
    return !more && seen === ACKNOWLEDGEMENT_LENGTH ? this._high >>> 0 : INCOMPLETE;
  }
}
