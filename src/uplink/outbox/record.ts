import { ErrorId, RingletError } from '../../errors.ts';

/**
 * How a record lies in memory: four words, then the payload, filled up to a whole word. From `type` on it is, octet for
 * octet, what the gateway's protocol sends.
 */
export const enum Field {
  /** Octets of the payload; less than none if the record was dropped and only its memory is still taken. */
  length = 0,
  /** When it was posted. */
  time = 1,
  /** Octet 0: RECORD; octet 1: RecordFlags; two zeros. */
  type = 2,
  number = 3,
  payload = 4,
}

/** Octets from the beginning of a record to what is sent with the gateway's protocol, to its flags, and to the payload. */
export const NUMBERED_AT = 8;
export const FLAGS_AT = 9;
export const PAYLOAD_AT = 16;

/** Words that a record with a payload of `length` octets takes; less than none for one that was dropped. */
export function wordsOf(length: number): number {
  return Field.payload + (((length < 0 ? ~length : length) + 3) >> 2);
}

// A global is looked for in hundreds of others.
const Octets = Uint8Array;

/** Octets of a payload. Throws a RingletError for what is no Uint8Array, or one whose memory is gone. */
export function lengthOf(bytes: Uint8Array): number {
  try {
    if (bytes instanceof Octets) {
      const length = bytes.length;
      // One without memory has no octets either, and cannot be copied.
      if (length === 0) bytes.set(bytes);
      return length;
    }
  } catch {
    // As below.
  }
  throw new RingletError(ErrorId.argumentInvalid, 'a record has to be a Uint8Array');
}
