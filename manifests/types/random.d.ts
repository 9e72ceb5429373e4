/** `ringlet/random` on a device: the source of random words. */

/**
 * 32 unpredictable bits as a signed integer, from a cryptographic source, without allocating; 0 if the source has
 * none to give. The manifest chooses the module by platform.
 */
export function word(): number;
