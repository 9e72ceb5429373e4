// Changes inputs as fuzzers do: bits, octets, lengths that matter, parts doubled, left out, or taken from another input.
const EDGES = [0, 1, 2, 3, 8, 9, 10, 13, 32, 44, 61, 125, 126, 127, 128, 129, 130, 136, 193, 194, 254, 255];

/** One to eight changes of `input`; `others` are inputs to take parts from. Never longer than `most`. */
export function mutate(random, input, others, most) {
  let octets = Array.from(input);
  for (let times = 1 + random.below(random.chance(0.3) ? 8 : 2); times > 0; times--) {
    const at = random.below(octets.length + 1);
    const count = 1 + random.below(random.chance(0.2) ? 64 : 4);
    switch (random.below(8)) {
      case 0:
        if (at < octets.length) octets[at] ^= 1 << random.below(8);
        break;
      case 1:
        if (at < octets.length) octets[at] = random.pick(EDGES);
        break;
      case 2:
        if (at < octets.length) octets[at] = (octets[at] + random.pick([1, -1])) & 255;
        break;
      case 3:
        octets.splice(at, 0, random.word() & 255);
        break;
      case 4:
        octets.splice(at, count);
        break;
      case 5:
        octets.splice(at, 0, ...octets.slice(at, at + count));
        break;
      case 6: {
        const other = random.pick(others);
        const from = random.below(other.length + 1);
        octets.splice(at, 0, ...other.slice(from, from + count * 4));
        break;
      }
      default: {
        const other = random.pick(others);
        octets = [...octets.slice(0, at), ...other.slice(random.below(other.length + 1))];
      }
    }
  }
  return Uint8Array.from(octets.slice(0, most));
}
