/* `ringlet/natives` on a device: what ringlet-natives.c does. Each function is the native itself. */
export function validate(bytes, start, end, state) {
  return native('xs_ringlet_validate').call(this, bytes, start, end, state);
}

export function mask(target, at, source, start, end, key) {
  return native('xs_ringlet_mask').call(this, target, at, source, start, end, key);
}

export function copyFitting(target, source, start, end) {
  return native('xs_ringlet_copy_fitting').call(this, target, source, start, end);
}

export function faultOfHeader(bytes, at, count, inMessage, rsv, maskBit) {
  return native('xs_ringlet_fault_of_header').call(this, bytes, at, count, inMessage, rsv, maskBit);
}

export function lengthAt(bytes, at) {
  return native('xs_ringlet_length_at').call(this, bytes, at);
}

export function frameLength(bytes, base, at, mask) {
  return native('xs_ringlet_frame_length').call(this, bytes, base, at, mask);
}

export function writeHeader(bytes, end, first, maskBit, length) {
  return native('xs_ringlet_write_header').call(this, bytes, end, first, maskBit, length);
}

export function putMessage(memory, ring, at, most, opcode, octets, key) {
  return native('xs_ringlet_put_message').call(this, memory, ring, at, most, opcode, octets, key);
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
