import { type Backoff, roundUp } from './backoff.ts';
import type { Loss } from './failure.ts';
import { retryAfterOf } from './retry-after.ts';
import { NEVER, timeOf, type UplinkTimes } from './times.ts';

/** A server that restarts wants to be left alone for 5 seconds, and clients to come back within 25 more (code 1012). */
const RESTART_LEAST = 5_000;
const RESTART_SPREAD = 25_000;
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;

/** Milliseconds to wait after `loss`; `clock` gives the milliseconds since 1970. */
export function delayAfter(
  { error, closeCode, retryAfter }: Loss,
  backoff: Backoff,
  times: Partial<UplinkTimes>,
  clock: () => number,
): number {
  if (error === 0 && closeCode === SERVICE_RESTART) return RESTART_LEAST + backoff.part(RESTART_SPREAD);
  const delay = backoff.next();
  if (error === 0 && closeCode === TRY_AGAIN_LATER) {
    const half = timeOf(times, 'backoffLongest') / 2;
    return roundUp(half) + backoff.part(half);
  }
  if (retryAfter === '') return delay;
  const most = timeOf(times, 'maxRetryAfter');
  const asked = retryAfterOf(retryAfter.trim(), clock());
  // Spread behind what the server asked for: it asked everybody.
  const wait = (asked < most ? asked : most) + delay;
  return asked < 0 ? delay : wait < NEVER ? wait : NEVER;
}
