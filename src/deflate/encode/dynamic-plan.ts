/**
 * Where the plan of a dynamic block is, in words from its start. The table of codes comes first (`CodeTable`);
 * frequencies lie where the code words will be. The scratch of the two big codes is free again when the code lengths
 * are put in order.
 */
export const enum DynamicPlan {
  scratch = 640,
  /** Run-length items: bits 0-4 symbol, from bit 5 on the value of the extra bits. At most 316. */
  items = scratch,
  smallScratch = items + 320,
  /** HLIT, HDIST and HCLEN, one word each. */
  hlit = smallScratch + 288,
  hdist = hlit + 1,
  hclen = hlit + 2,
  itemCount = hlit + 3,
  smallFrequencies = hlit + 4,
  /** Lengths, then code words, of the code length code. */
  smallLengths = smallFrequencies + 19,
  smallCodes = smallLengths + 19,
  words = smallCodes + 19 + 3,
}
