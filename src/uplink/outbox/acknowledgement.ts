import type { Lane } from './lane.ts';
import { Field } from './record.ts';
import type { Ring } from './ring.ts';
import { Cause } from './tally.ts';

/**
 * The receiver has the record `upTo` of a lane and all that were sent before it: lets them go and returns how many those
 * were. A number that was never sent lets nothing go, and neither does one that came twice.
 *
 * Every record that a gateway acknowledges passes here, so that this does in place what `Lane` and `wordsOf` have methods
 * for: a call costs XS as much as the rest of a turn of the loop.
 */
export function acknowledge(ring: Ring, lane: Lane, upTo: number): number {
  const { lastSent, count: all, top } = lane;
  if (lastSent < 0 || ((upTo - lastSent) | 0) > 0) return 0;
  const words = ring._words;
  const current = ring._current;
  let at = lane.read;
  let count = 0;
  let dropped = 0;
  // Of the record that is being sent in pieces the receiver cannot have all.
  while (count < all && at !== current && ((words[at + Field.number] - upTo) | 0) <= 0) {
    let length = words[at];
    if (length < 0) {
      length = ~length;
      dropped++;
    }
    at += Field.payload + ((length + 3) >> 2);
    if (at === top) at = lane.start;
    count++;
  }
  if (count === 0) return 0;
  ring._release(lane, count, at, Cause.acknowledged, dropped);
  if (ring._keeper !== undefined) ring._gone(upTo, lane);
  return count;
}
