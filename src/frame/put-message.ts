import { copyMasked } from './copy-masked.ts';
import { headerLength, keyAt, writeHeader } from './header.ts';
import { HeadBit, Second } from './opcode.ts';

/**
 * Puts `octets[start, end)`, or all of them, into a ring as one masked message: header, `key` and payload, in one piece. The ring begins at `ring` of
 * `memory`, and right in front of it stands the last masking key. Returns the place behind the message; or 0, having changed
 * nothing, if it would go beyond place `most`, has no octets or more than 65,535, or if the key is 0 or the last one. `words`
 * covers the memory from its first octet on.
 *
 * On devices a native takes the place of this module, which does not look at `words`.
 */
export function putMessage(
  memory: Uint8Array,
  ring: number,
  at: number,
  most: number,
  opcode: number,
  octets: Uint8Array,
  key: number,
  words: Int32Array,
  start = 0,
  end: number = octets.length,
): number {
  const length = end - start;
  const header = headerLength(length, Second.masked);
  const behind = at + header + length;
  if (!length || length > 0xffff || behind > most || !key || key === keyAt(memory, ring)) return 0;
  const payload = ring + at + header;
  writeHeader(memory, payload - 4, HeadBit.fin | opcode, Second.masked, length);
  for (let i = 0; i < 4; i++) memory[payload - 4 + i] = memory[ring - 4 + i] = key >> (i << 3);
  copyMasked(memory, payload, octets, start, end, key, words);
  return behind;
}
