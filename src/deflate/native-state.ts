/** Words of the state of `ringlet/deflate-natives`, of C and of its twin: as in `manifests/natives/ringlet-inflate.h` and `ringlet-deflate.h`. */

export const enum InflateWord {
  base,
  tables,
  tableBits,
  consumed,
  outStart,
  outEnd,
  phase,
  /** How many they are. */
  all = 20,
}

export const enum DeflateWord {
  ring,
  ringBits,
  hashBits,
  chain,
  lazy,
  blockTokens,
  isDynamic,
  consumed,
  produced,
  /** How many they are. */
  all = 28,
}
