import type { Backoff } from './backoff.ts';
import { timeOf, type UplinkTimes } from './times.ts';

/*
 * A connection that is open has two times before it: first it has to hold for `minUptime`, then it may grow as old as
 * `maxAge`. Keepalive and its timeout are the connection's own, see `Limits`.
 */

/** How old a connection may become. Spread, so that those that came at once do not go at once for ever. */
export function ageOf(times: Partial<UplinkTimes>, backoff: Backoff): number {
  const maxAge = timeOf(times, 'maxAge');
  return maxAge === 0 ? Infinity : maxAge - backoff.part(Math.floor(maxAge / 10));
}
