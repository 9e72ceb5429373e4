/*
 * What a stream is given: it takes and gives whole buffers. On devices natives take the place of this module, since to make a
 * view allocates: there one object stands for every part, and is aimed at the one that is meant.
 */

/** What {@link partOf} aims; one for each endpoint. */
export function newPart(): unknown {
  return undefined;
}

/** `memory[start, end)`, for one call that reads from it or writes to it: the next `partOf` with the same `part` is another. */
export function partOf(_part: unknown, memory: Uint8Array, start: number, end: number): Uint8Array {
  // eslint-disable-next-line no-restricted-syntax -- on devices a native takes its place
  return memory.subarray(start, end);
}
