/** Virtual time over real sockets: time passes when nothing else happens any more. */
import { performance } from 'node:perf_hooks';
import { vi } from 'vitest';
import { activity } from './failing-net.ts';

/** Turns of the event loop in which nothing happens until all is taken to be at rest. */
const IDLE = 10;

/** Milliseconds at once: deadlines are many of them apart. */
const STEP = 500;

export const DAY = 86_400_000;

/** Begins virtual time. Node's own timers, inside of its modules, go by the real one. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  const start = Date.now();
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - start + 1000);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits until nothing happens any more. */
export async function rest(): Promise<void> {
  let seen = activity();
  for (let idle = 0; idle < IDLE; idle++) {
    await turn();
    const now = activity();
    if (now !== seen) idle = 0;
    seen = now;
  }
}

/** Lets `milliseconds` pass. */
export async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= STEP) {
    vi.advanceTimersByTime(Math.min(left, STEP));
    await rest();
  }
}

/** Lets time pass until `isDone`, but no more than `patience` milliseconds. */
export async function until(isDone: () => boolean, patience: number): Promise<void> {
  await rest();
  for (let left = patience; left > 0 && !isDone(); left -= STEP) await pass(STEP);
}

/** How many timers there are after so long that all that are not set again and again are over. */
export function timersLeft(): number {
  vi.advanceTimersByTime(20 * DAY);
  const count = vi.getTimerCount();
  vi.clearAllTimers();
  return count;
}
