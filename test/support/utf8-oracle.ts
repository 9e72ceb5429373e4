/**
 * UTF-8 by the table of well-formed byte sequences (Unicode, table 3-7; RFC 3629 §4), naively: the
 * sequences that a character may have are written down, their first octets all different, and an octet is
 * impossible when it is out of its range.
 */
type Range = readonly [from: number, to: number];

const TAIL: Range = [0x80, 0xbf];

export const WELL_FORMED: readonly (readonly Range[])[] = [
  [[0x00, 0x7f]],
  [[0xc2, 0xdf], TAIL],
  [[0xe0, 0xe0], [0xa0, 0xbf], TAIL],
  [[0xe1, 0xec], TAIL, TAIL],
  [[0xed, 0xed], [0x80, 0x9f], TAIL],
  [[0xee, 0xef], TAIL, TAIL],
  [[0xf0, 0xf0], [0x90, 0xbf], TAIL, TAIL],
  [[0xf1, 0xf3], TAIL, TAIL, TAIL],
  [[0xf4, 0xf4], [0x80, 0x8f], TAIL, TAIL],
];

export interface Judgement {
  /** Index of the first octet after which nothing could make the text valid; −1 for none. */
  readonly fault: number;
  /** Whether the text is complete: not faulty, and no character is unfinished. */
  readonly valid: boolean;
}

export function judge(bytes: ArrayLike<number>, length = bytes.length): Judgement {
  let i = 0;
  while (i < length) {
    const character = WELL_FORMED.find((ranges) => isIn(ranges[0], bytes[i]));
    if (character === undefined) return { fault: i, valid: false };
    for (const range of character) {
      if (i === length) return { fault: -1, valid: false };
      if (!isIn(range, bytes[i])) return { fault: i, valid: false };
      i++;
    }
  }
  return { fault: -1, valid: true };
}

function isIn(range: Range, octet: number): boolean {
  return octet >= range[0] && octet <= range[1];
}
