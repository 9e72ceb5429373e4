import { ErrorId, RingletError } from '../../errors.ts';
import type { WhenFull } from './options.ts';
import type { Lane } from './lane.ts';
import { Field, wordsOf } from './record.ts';
import type { Ring } from './ring.ts';
import { Cause } from './tally.ts';

// In a preloaded module a literal is copied to the heap wherever it is evaluated, a constant is not.
export const DROP_OLDEST: WhenFull = 'dropOldest';
export const DROP_NEWEST: WhenFull = 'dropNewest';
export const REFUSE: WhenFull = 'refuse';

/** There is no room: the new record is dropped, or refused. */
export const DROPPED = -1;
export const REFUSED = -2;

/**
 * Makes room of `size` words in a lane that has none, as the policy says. Returns where the new record may begin, DROPPED
 * or REFUSED. Throws a RingletError if it could never fit.
 */
export function makeRoom(ring: Ring, lane: Lane, size: number, whenFull: WhenFull): number {
  if (size > lane.limit - lane.start)
    throw new RingletError(ErrorId.writeTooLong, 'the record is longer than the memory for it');
  let at = DROPPED;
  if (ring._lives !== 0) {
    ring._expire(lane);
    at = lane.claim(size);
  }
  if (at >= 0) return at;
  if (whenFull === REFUSE) return REFUSED;
  if (whenFull === DROP_NEWEST) return DROPPED;
  const words = ring._words;
  // A record of which a part is sent has to be sent to its end.
  let last = 0;
  let isGone = false;
  while (at < 0 && lane.count > 0 && lane.read !== ring._current) {
    const length = words[lane.read];
    last = words[lane.read + Field.number];
    isGone = true;
    ring._release(lane, 1, lane.after(lane.read, wordsOf(length)), Cause.droppedOldest, length < 0 ? 1 : 0);
    at = lane.claim(size);
  }
  // The store is called once for all of them.
  if (isGone) ring._gone(last, lane);
  return at;
}
