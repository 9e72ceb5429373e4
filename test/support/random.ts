/** Random words that come again in every run (xorshift32). */
export function words(seed = 1): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state | 0;
  };
}

/** The words whose octets, in the order they go on the wire, are `bytes`. */
export function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(i * 4, true));
}

/** First the words of `bytes`, then others. */
export function wordsFrom(bytes: Uint8Array): () => number {
  const given = wordsOf(bytes);
  const others = words(7);
  let next = 0;
  return () => (next < given.length ? given[next++] : others());
}

/** Integers from 0 to `bound` − 1 from `source`. */
export function below(source: () => number, bound: number): number {
  return (source() >>> 0) % bound;
}
