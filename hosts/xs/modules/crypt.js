/**
 * `crypt`: as much of Moddable's Digest as the opening handshake uses, for SHA-1; other digests are refused.
 */
export const Digest = native('Digest');

export default Object.freeze({ Digest });
