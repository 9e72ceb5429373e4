/**
 * Whether 32-bit words of a typed array lie in memory least significant octet first, as on every device and
 * desk we know. The word-wise fast paths count on it; elsewhere their octet-wise twins do the work.
 */
export const LITTLE_ENDIAN: boolean = new Uint8Array(new Int32Array([1]).buffer)[0] === 1;
