/** Octets of the longest record of TLS without its header, RFC 8446 §5.1. */
const LONGEST_RECORD = 16384;

/** What the header of a record says of a TLS handshake. */
const HANDSHAKE = 22;

/** Whether `octets` hold the first record of a TLS handshake, or are none of TLS. */
export function isWholeRecord(octets: Uint8Array): boolean {
  if (octets[0] !== HANDSHAKE) return true;
  const length = octets.length < 5 ? LONGEST_RECORD : (octets[3] << 8) | octets[4];
  return length > LONGEST_RECORD || octets.length >= 5 + length;
}
