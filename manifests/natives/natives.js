/*
 * `ringlet/natives` on a device: what ringlet-natives.c does. Each function is the native itself. Their names are some that XS, or
 * what every client carries, has anyway, since any other takes 33 octets of flash; the bundles know which is which by
 * OFTEN in tools/bundle/device-shape.mjs.
 */
export function scan(bytes, start, end, state) {
  return native('xs_ringlet_validate').call(this, bytes, start, end, state);
}

export function mask(target, at, source, start, end, key) {
  return native('xs_ringlet_mask').call(this, target, at, source, start, end, key);
}

export function update(target, source, start, end) {
  return native('xs_ringlet_copy_fitting').call(this, target, source, start, end);
}

export function filter(bytes, at, count, inMessage, rsv, maskBit) {
  return native('xs_ringlet_fault_of_header').call(this, bytes, at, count, inMessage, rsv, maskBit);
}

export function weight(bytes, at) {
  return native('xs_ringlet_length_at').call(this, bytes, at);
}

export function peek(bytes, base, at, mask) {
  return native('xs_ringlet_frame_length').call(this, bytes, base, at, mask);
}

export function label(bytes, end, first, maskBit, length) {
  return native('xs_ringlet_write_header').call(this, bytes, end, first, maskBit, length);
}

export function poke(memory, ring, at, most, opcode, octets, key, words, start, end) {
  return native('xs_ringlet_put_message').call(
    this,
    memory,
    ring,
    at,
    most,
    opcode,
    octets,
    key,
    words,
    start,
    end,
  );
}

export function slice(part, memory, start, end) {
  return native('xs_ringlet_part_of').call(this, part, memory, start, end);
}

/* All others: the last argument is the index of one in RARE. */
export function local() {
  return native('xs_ringlet_rare').call(this);
}
