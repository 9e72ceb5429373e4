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

export function putMessage(memory, ring, at, most, opcode, octets, key, words, start, end) {
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

export function newPart() {
  return native('xs_ringlet_new_part').call(this);
}

export function partOf(part, memory, start, end) {
  return native('xs_ringlet_part_of').call(this, part, memory, start, end);
}

export function startDeadline(memory, limits, deadline) {
  return native('xs_ringlet_start_deadline').call(this, memory, limits, deadline);
}

export function elapse(memory, limits, now, signs, isPending) {
  return native('xs_ringlet_elapse').call(this, memory, limits, now, signs, isPending);
}

export function nextTick(memory, limits, isPending) {
  return native('xs_ringlet_next_tick').call(this, memory, limits, isPending);
}

export function headText(bytes, from, to, isName) {
  return native('xs_ringlet_head_text').call(this, bytes, from, to, isName);
}

export function trim(text) {
  return native('xs_ringlet_trim').call(this, text);
}

export function hasToken(text, token) {
  return native('xs_ringlet_has_token').call(this, text, token);
}

export function statusOf(line) {
  return native('xs_ringlet_status').call(this, line);
}

export function isWireCloseCode(code) {
  return native('xs_ringlet_is_close_code').call(this, code);
}

export function closeCodeOf(fault) {
  return native('xs_ringlet_close_code').call(this, fault);
}

export function decodeUtf8(bytes, start, end) {
  return native('xs_ringlet_decode').call(this, bytes, start, end);
}

export function wellFormed(rule, given) {
  return native('xs_ringlet_well_formed').call(this, rule, given);
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
