/**
 * The lengths of an empty stored block, with which a compressor that flushes ends at an octet. Messages are sent
 * without them (RFC 7692 §7.2.1), whoever decompresses puts them back (§7.2.2).
 */
export const FLUSH_MARKER = new Uint8Array([0, 0, 0xff, 0xff]);

/** Its length, which XS reads faster than that of an array. */
export const FLUSH_OCTETS = 4;
