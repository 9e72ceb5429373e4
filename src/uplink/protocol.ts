/**
 * The octets of the gateway's subprotocol, see docs/uplink.md. Numbers are little-endian, as the machines are that
 * speak it; the first octet tells what a binary message is.
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
