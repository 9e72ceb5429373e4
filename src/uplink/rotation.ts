import { type Alarm, Due } from './alarm.ts';
import type { Backoff } from './backoff.ts';
import { NEVER, timeOf, type UplinkTimes } from './times.ts';

/*
 * A connection that is open has two times before it: first it has to hold for `minUptime`, then it may grow as old as
 * `maxAge`. Keepalive and its timeout are the connection's own, see `Limits`.
 */

/** How old a connection may become. Spread, so that those that came at once do not go at once for ever. */
function ageOf(times: Partial<UplinkTimes>, backoff: Backoff): number {
  const maxAge = timeOf(times, 'maxAge');
  return maxAge === 0 ? Infinity : maxAge - backoff.part((maxAge - (maxAge % 10)) / 10);
}

/** A connection is open: waits until it has held, or until it is too old if that is sooner. */
export function beginLife(alarm: Alarm, times: Partial<UplinkTimes>, backoff: Backoff): void {
  const minUptime = timeOf(times, 'minUptime');
  const age = ageOf(times, backoff);
  if (age > minUptime) alarm._set(Due.held, minUptime);
  else alarm._set(Due.rotation, age);
}

/** A connection has held, and is a good one: waits until it is too old. */
export function goOnLiving(alarm: Alarm, times: Partial<UplinkTimes>, backoff: Backoff): void {
  backoff.reset();
  const age = ageOf(times, backoff);
  // The one that it has reached may be less than it has held for: then it is too old now.
  if (age < NEVER) alarm._set(Due.rotation, age - timeOf(times, 'minUptime'));
}
