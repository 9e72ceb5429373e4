import { LITTLE_ENDIAN } from './endian.ts';
import type { Memory } from './memory.ts';

/** Copies `from[start, end)` to `to` at `at`, a word at a time, without making a view. They do not overlap. */
export function copyWords(from: Memory, start: number, end: number, to: Memory, at: number): void {
  const read = from.data;
  const write = to.data;
  let i = start;
  let o = at;
  for (; end - i >= 4; i += 4, o += 4) write.setInt32(o, read.getInt32(i, LITTLE_ENDIAN), LITTLE_ENDIAN);
  for (; i < end; i++, o++) write.setUint8(o, read.getUint8(i));
}
