import { randomFillSync } from 'node:crypto';
import { endianness } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Host } from '../../src/host.ts';
import { copyOctets } from './copy.ts';
import { failureOf } from './errors.ts';
import { engineTimer } from './io/shared-timer.ts';
import { nodeProof } from './proof.ts';
import { validateLong } from './utf8.ts';

// The engine composes octets in words.
if (endianness() !== 'LE') throw new Error('Ringlet needs a little-endian machine');

/** Random words fetched at once: one system call for as many frames. */
const POOL = 1024;

/**
 * Makes a source of 32-bit words over `fill`, which fills a pool of `count` words: every word is used once.
 * The source throws what `fill` throws; its next call asks again.
 */
export function randomWords(fill: (pool: Int32Array) => void, count = POOL): () => number {
  const pool = new Int32Array(count);
  let next = count;
  return () => {
    if (next === count) {
      fill(pool);
      next = 0;
    }
    const word = pool[next];
    // A used masking key is nobody's business any more.
    pool[next] = 0;
    next += 1;
    return word;
  };
}

/** Milliseconds since the process started, an integer that wraps at 2^32. */
function now(): number {
  return performance.now() >>> 0;
}

/** Throws `error` where nothing catches it, so that `uncaughtException` sees it. */
function report(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}

/** What Node lends the engine: one object for all connections of a process. */
export const nodeHost: Host = Object.freeze({
  Timer: engineTimer,
  now,
  random: randomWords(randomFillSync),
  proof: nodeProof,
  report,
  validateLong,
  copy: copyOctets,
  failure: failureOf,
  defer: process.nextTick,
  later: setImmediate,
});
