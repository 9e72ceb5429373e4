/**
 * `ringlet/request-natives`: what a server's half of the handshake lets C do, the same C as on devices (`manifests/natives/`).
 */
export const isExtensionList = native('isExtensionList');
export const isKey = native('isKey');
