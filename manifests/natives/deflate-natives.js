/* `ringlet/deflate-natives` on a device: what ringlet-deflate-natives.c does. Each function is the native itself. */
export function inflateStart(state, windowBits) {
  return native('xs_ringlet_inflate_start').call(this, state, windowBits);
}

export function inflate(memory, state, input, start, end, room) {
  return native('xs_ringlet_inflate').call(this, memory, state, input, start, end, room);
}

export function inflateEnd(memory, state, room) {
  return native('xs_ringlet_inflate_end').call(this, memory, state, room);
}

export function deflateStart(memory, state, windowBits) {
  return native('xs_ringlet_deflate_start').call(this, memory, state, windowBits);
}

export function deflate(memory, state, input, start, end, output, from, limit) {
  return native('xs_ringlet_deflate').call(this, memory, state, input, start, end, output, from, limit);
}

export function deflateEnd(memory, state, output, from, limit) {
  return native('xs_ringlet_deflate_end').call(this, memory, state, output, from, limit);
}

export function deflateBound(state, length) {
  return native('xs_ringlet_deflate_bound').call(this, state, length);
}
