/**
 * Plans a block with dynamic Huffman codes (RFC 1951 §3.2.7): counts symbols, makes both codes, and puts the code
 * lengths into the run-length form in which they are sent.
 */
import { CODE_LENGTH_ORDER } from '../code-length-order.ts';
import { codeLengths } from './code-lengths.ts';
import { DynamicPlan } from './dynamic-plan.ts';
import { CodeTable, distanceSymbol, lengthSymbol, makeCodes } from './encode-symbols.ts';

/** Number of extra bits behind a symbol of the code length code. */
export function repeatBits(symbol: number): number {
  return symbol < 16 ? 0 : symbol === 18 ? 7 : symbol - 14;
}

/**
 * Makes the plan.
 *
 * @param plan word index of `DynamicPlan.words` words; code table and header items are in them afterwards
 * @param tokens word index of the block's tokens (see tokenizer.ts)
 * @param count how many words of tokens there are
 * @returns size of the block in bits
 */
export function planDynamic(words: Uint16Array, plan: number, tokens: number, count: number): number {
  words.fill(0, plan, plan + CodeTable.lengths);
  let size = 3;
  for (let index = 0; index < count; index++) {
    const token = words[tokens + index];
    if (token < 256) {
      words[plan + token]++;
    } else {
      const length = lengthSymbol(token - 256);
      words[plan + (length & 511)]++;
      const distance = distanceSymbol(words[tokens + ++index]);
      words[plan + CodeTable.distances + (distance & 511)]++;
      size += (length >> 9) + (distance >> 9);
    }
  }
  words[plan + CodeTable.endOfBlock] = 1;
  const lengths = plan + CodeTable.lengths;
  codeLengths(words, plan, 286, lengths, 15, plan + DynamicPlan.scratch);
  codeLengths(
    words,
    plan + CodeTable.distances,
    30,
    lengths + CodeTable.distances,
    15,
    plan + DynamicPlan.scratch,
  );
  for (let symbol = 0; symbol < CodeTable.lengths; symbol++)
    size += words[plan + symbol] * words[lengths + symbol];
  makeCodes(words, lengths, 286, plan);
  makeCodes(words, lengths + CodeTable.distances, 30, plan + CodeTable.distances);
  return size + planHeader(words, plan);
}

/** Run-length form of the code lengths, and a code for it. Returns the header's size in bits. */
function planHeader(words: Uint16Array, plan: number): number {
  const lengths = plan + CodeTable.lengths;
  let literals = 286;
  while (literals > 257 && words[lengths + literals - 1] === 0) literals--;
  let distances = 30;
  while (distances > 1 && words[lengths + CodeTable.distances + distances - 1] === 0) distances--;
  const total = literals + distances;
  const frequencies = plan + DynamicPlan.smallFrequencies;
  words.fill(0, frequencies, frequencies + 19);

  let size = 14;
  let items = plan + DynamicPlan.items;
  for (let done = 0; done < total;) {
    const value = words[lengths + (done < literals ? done : CodeTable.distances + done - literals)];
    let run = 1;
    while (
      done + run < total &&
      run < 138 &&
      words[lengths + (done + run < literals ? done + run : CodeTable.distances + done + run - literals)] ===
        value
    ) {
      run++;
    }
    let symbol = value;
    let extra = 0;
    if (value === 0) {
      if (run > 10) {
        symbol = 18;
        extra = run - 11;
      } else if (run > 2) {
        symbol = 17;
        extra = run - 3;
      } else {
        run = 1;
      }
    } else if (run > 3) {
      // The length itself once, then repeats of 3 to 6.
      words[items++] = value;
      words[frequencies + value]++;
      symbol = 16;
      done++;
      run = run > 7 ? 6 : run - 1;
      extra = run - 3;
    } else {
      run = 1;
    }
    words[items++] = symbol | (extra << 5);
    words[frequencies + symbol]++;
    size += repeatBits(symbol);
    done += run;
  }

  const smallLengths = plan + DynamicPlan.smallLengths;
  codeLengths(words, frequencies, 19, smallLengths, 7, plan + DynamicPlan.smallScratch);
  makeCodes(words, smallLengths, 19, plan + DynamicPlan.smallCodes);
  let sent = 19;
  while (sent > 4 && words[smallLengths + CODE_LENGTH_ORDER[sent - 1]] === 0) sent--;
  size += sent * 3;
  for (let symbol = 0; symbol < 19; symbol++)
    size += words[frequencies + symbol] * words[smallLengths + symbol];
  words[plan + DynamicPlan.hlit] = literals - 257;
  words[plan + DynamicPlan.hdist] = distances - 1;
  words[plan + DynamicPlan.hclen] = sent - 4;
  words[plan + DynamicPlan.itemCount] = items - plan - DynamicPlan.items;
  return size;
}
