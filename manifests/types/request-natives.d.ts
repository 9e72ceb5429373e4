/**
 * `ringlet/request-natives` on a device: what `ringlet/server-handshake` lets C do (`manifests/natives/`), proven equal to its portable
 * twins. Both throw a TypeError for what is no string.
 */

/** Whether `header` is a list of extensions: RFC 6455 §9.1. */
export function isExtensionList(header: string): boolean;

/** Whether `text` is the canonical base64 of 16 octets, as a client has to send it: RFC 6455 §4.2.1 item 5. */
export function isKey(text: string): boolean;
