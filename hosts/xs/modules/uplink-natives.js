/**
 * `ringlet/uplink-natives`: what an uplink lets C do, the same C as on devices (`manifests/natives/`).
 */
export const retryAfterOf = native('retryAfterOf');
export const isFinalLoss = native('isFinalLoss');
