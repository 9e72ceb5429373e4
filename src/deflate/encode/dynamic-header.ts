/** Writes the codes of a dynamic block (RFC 1951 §3.2.7) as they are planned. */
import { CODE_LENGTH_ORDER } from '../code-length-order.ts';
import { BlockPhase, type BlockState } from './block-state.ts';
import { DynamicPlan } from './dynamic-plan.ts';
import { repeatBits } from './dynamic-code.ts';

/** Goes on in `BlockPhase.codeCounts`, `lengthCode` or `codeItems`. */
export function writeDynamicHeader(state: BlockState, output: Uint8Array, limit: number): boolean {
  const words = state._words;
  const plan = state._plan;
  let at = state._at;
  let phase = state._phase;
  let hold = state._hold;
  let bits = state._bits;
  let index = state._index;

  for (;;) {
    while (bits >= 8 && at < limit) {
      output[at++] = hold;
      hold >>>= 8;
      bits -= 8;
    }
    if (bits >= 8 || phase === BlockPhase.token) break;
    if (phase === BlockPhase.codeItems) {
      const item = words[plan + DynamicPlan.items + index];
      const symbol = item & 31;
      const length = words[plan + DynamicPlan.smallLengths + symbol];
      hold |= (words[plan + DynamicPlan.smallCodes + symbol] | ((item >> 5) << length)) << bits;
      bits += length + repeatBits(symbol);
      if (++index === words[plan + DynamicPlan.itemCount]) {
        index = 0;
        phase = BlockPhase.token;
      }
    } else if (phase === BlockPhase.lengthCode) {
      hold |= words[plan + DynamicPlan.smallLengths + CODE_LENGTH_ORDER[index]] << bits;
      bits += 3;
      if (++index === words[plan + DynamicPlan.hclen] + 4) {
        index = 0;
        phase = BlockPhase.codeItems;
      }
    } else {
      const counts = plan + DynamicPlan.hlit;
      hold |= (words[counts] | (words[counts + 1] << 5) | (words[counts + 2] << 10)) << bits;
      bits += 14;
      phase = BlockPhase.lengthCode;
    }
  }

  state._at = at;
  state._phase = phase;
  state._hold = hold;
  state._bits = bits;
  state._index = index;
  return phase === BlockPhase.token;
}
