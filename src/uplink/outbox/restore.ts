import { RECORD, RecordFlag } from '../protocol.ts';
import type { Keeper } from './keeper.ts';
import { wordsOf } from './record.ts';
import type { Ring } from './ring.ts';

/**
 * Takes a record that a store has kept. It may have been sent. Where there is no room for all, the latest are kept; the
 * others stay in the store until they are trimmed.
 */
export function restore(
  ring: Ring,
  keeper: Keeper,
  number: number,
  flags: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  let bits = flags | RecordFlag.repeated;
  if ((bits & RecordFlag.urgent) !== 0 && ring._urgent === undefined) {
    bits &= ~RecordFlag.urgent;
    keeper._trimsUrgent = true;
  }
  const lane = ring._laneOf((bits & RecordFlag.urgent) !== 0);
  const size = wordsOf(end - start);
  if (size > lane.limit - lane.start) {
    keeper._unread++;
    return;
  }
  let at = lane.claim(size);
  while (at < 0) {
    lane.release(1, lane.after(lane.read, wordsOf(ring._words[lane.read])));
    keeper._unread++;
    at = lane.claim(size);
  }
  ring._put(at, number, RECORD | (bits << 8), bytes.subarray(start, end), end - start);
  lane.lastSent = number;
}
