/**
 * Lengths of an optimal prefix code for given frequencies: Moffat and Katajainen, "In-Place Calculation of
 * Minimum-Redundancy Codes" (WADS 1995), then shortened to what DEFLATE allows.
 */

/** Words of scratch that `codeLengths` wants for so many symbols. */
export function scratchWords(symbols: number): number {
  return 2 * symbols + 16;
}

/**
 * @param frequencies word index of the frequencies, their sum below 65536
 * @param lengths word index where the lengths go, 0 for symbols that do not occur
 * @param limit longest length allowed: 15, or 7 for the code of the code lengths
 * @param scratch word index of `scratchWords(symbols)` words
 *
 * There are always two code words at least, so that the code is complete: some decoders insist on it.
 */
export function codeLengths(
  words: Uint16Array,
  frequencies: number,
  symbols: number,
  lengths: number,
  limit: number,
  scratch: number,
): void {
  const order = scratch;
  const tree = scratch + symbols;
  const counts = tree + symbols;
  let used = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    words[lengths + symbol] = 0;
    if (words[frequencies + symbol] !== 0) words[order + used++] = symbol;
  }
  if (used < 2) {
    const symbol = used === 1 ? words[order] : 0;
    words[lengths + symbol] = 1;
    words[lengths + (symbol === 0 ? 1 : 0)] = 1;
    return;
  }
  sort(words, order, used, frequencies);
  for (let index = 0; index < used; index++) words[tree + index] = words[frequencies + words[order + index]];
  leafDepths(words, tree, used);
  shorten(words, tree, used, counts, limit);
  for (let index = 0; index < used; index++) words[lengths + words[order + index]] = words[tree + index];
}

/** Shell sort of symbols by frequency, rarest first; among equals by symbol, so that the result is unique. */
function sort(words: Uint16Array, order: number, count: number, frequencies: number): void {
  let gap = 1;
  while (gap < count / 3) gap = gap * 3 + 1;
  for (; gap > 0; gap = (gap - 1) / 3) {
    for (let index = gap; index < count; index++) {
      const symbol = words[order + index];
      const frequency = words[frequencies + symbol];
      let hole = index;
      while (hole >= gap) {
        const other = words[order + hole - gap];
        const difference = words[frequencies + other] - frequency;
        if (difference < 0 || (difference === 0 && other < symbol)) break;
        words[order + hole] = other;
        hole -= gap;
      }
      words[order + hole] = symbol;
    }
  }
}

/** From ascending frequencies to depths, deepest first, in place. */
function leafDepths(words: Uint16Array, tree: number, count: number): void {
  // Build: each inner node takes the two lightest of leaves and inner nodes; its children then point to it.
  let node = 0;
  let leaf = 0;
  for (let next = 0; next < count - 1; next++) {
    let weight = 0;
    for (let child = 0; child < 2; child++) {
      if (leaf >= count || (node < next && words[tree + node] < words[tree + leaf])) {
        weight += words[tree + node];
        words[tree + node++] = next;
      } else {
        weight += words[tree + leaf++];
      }
    }
    words[tree + next] = weight;
  }
  // Depths of the inner nodes, from the root (the last one made) down.
  words[tree + count - 2] = 0;
  for (let next = count - 3; next >= 0; next--) words[tree + next] = words[tree + words[tree + next]] + 1;
  // What is not an inner node at a depth is a leaf.
  let depth = 0;
  let places = 1;
  let inner = count - 2;
  for (let next = count - 1; next >= 0; depth++) {
    let nodes = 0;
    for (; inner >= 0 && words[tree + inner] === depth; inner--) nodes++;
    for (; places > nodes; places--) words[tree + next--] = depth;
    places = nodes * 2;
  }
}

/** Cuts depths to the limit and pays for it by lengthening the longest of the shorter ones (Kraft's inequality). */
function shorten(words: Uint16Array, tree: number, count: number, counts: number, limit: number): void {
  if (words[tree] <= limit) return;
  words.fill(0, counts, counts + limit + 1);
  let space = 0; // in units of 2^-limit
  for (let index = 0; index < count; index++) {
    const depth = words[tree + index] < limit ? words[tree + index] : limit;
    words[counts + depth]++;
    space += 1 << (limit - depth);
  }
  // One word of the longest length moves beside a shorter one, which grows by one bit: one unit is won.
  for (; space > 1 << limit; space--) {
    let depth = limit - 1;
    while (words[counts + depth] === 0) depth--;
    words[counts + depth]--;
    words[counts + depth + 1] += 2;
    words[counts + limit]--;
  }
  let index = 0;
  for (let depth = limit; depth > 0; depth--) {
    for (let left = words[counts + depth]; left > 0; left--) words[tree + index++] = depth;
  }
}
