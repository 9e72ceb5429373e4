/* `ringlet/natives` on a device: what ringlet-natives.c does. Each function is the native itself. */
export function validate(bytes, start, end, state) {
  return native('xs_ringlet_validate').call(this, bytes, start, end, state);
}

export function mask(target, at, source, start, end, key) {
  return native('xs_ringlet_mask').call(this, target, at, source, start, end, key);
}

function key(buffer, offset) {
  return native('xs_ringlet_key').call(this, buffer, offset);
}

export function keyOf(words) {
  return key(words.buffer, words.byteOffset);
}

export function acceptOf(key) {
  return native('xs_ringlet_accept').call(this, key);
}
