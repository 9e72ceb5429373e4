/* `ringlet/request-natives` on a device: what ringlet-request-natives.c does. Each function is the native itself. */
export function isExtensionList(header) {
  return native('xs_ringlet_is_extension_list').call(this, header);
}

export function isKey(text) {
  return native('xs_ringlet_is_key').call(this, text);
}
