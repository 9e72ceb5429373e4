/** What messages carry in the benchmarks: the same octets in every run. */

const ascii =
  '{"sensor":"bme280","temperature":21.47,"humidity":48.2,"pressure":1013.25,"battery":3.71,"uptime":86400} ';
const mixed =
  'Grüße aus Zürich, привет из Москвы, 東京からこんにちは, مرحبا, 🌍 and plain words in between. ';

/** Octets that look like anything, from a small generator with a fixed seed. */
function noise(size) {
  const octets = Buffer.alloc(size);
  let state = 0x2545f491;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    octets[i] = state;
  }
  return octets;
}

/** `text` over and over in `size` octets; where that cuts a character, spaces take its place. */
function repeated(text, size) {
  const whole = Buffer.alloc(size, Buffer.from(text));
  let last = size - 1;
  while (last > 0 && (whole[last] & 0xc0) === 0x80) last--;
  const lead = whole[last];
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return last + length > size ? whole.fill(' ', last) : whole;
}

/**
 * A payload of `size` octets.
 * @param {'text' | 'mixed' | 'binary'} kind ASCII, text of characters of one to four octets, or any octets
 * @param {number} size
 */
export function payload(kind, size) {
  if (kind === 'binary') return noise(size);
  return repeated(kind === 'text' ? ascii : mixed, size);
}
