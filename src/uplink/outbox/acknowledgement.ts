import { ErrorId } from '../../errors.ts';
import { check } from '../check.ts';
import type { Lane } from './lane.ts';
import { Field } from './record.ts';
import type { Ring } from './ring.ts';
import { Cause } from './tally.ts';

const NUMBER = 'number';

/**
 * The receiver has the record `upTo` of a lane and all that were sent before it: lets them go and returns how many those
 * were. A number that was never sent lets nothing go, and neither does one that came twice. Throws a RingletError for
 * what is no number of a record.
 */
export function acknowledge(ring: Ring, lane: Lane, upTo: number): number {
  check(upTo >= 0 && upTo <= 0xffffffff && upTo % 1 === 0, NUMBER, ErrorId.argumentInvalid);
  if (lane.lastSent < 0 || ((upTo - lane.lastSent) | 0) > 0) return 0;
  const words = ring._words;
  let count = 0;
  while (lane.count > 0) {
    const at = lane.read;
    // Of the record that is being sent in pieces the receiver cannot have all.
    if (at === ring._current || ((words[at + Field.number] - upTo) | 0) > 0) break;
    ring._release(lane, Cause.acknowledged);
    count++;
  }
  if (count > 0) ring._gone(upTo, lane);
  return count;
}
