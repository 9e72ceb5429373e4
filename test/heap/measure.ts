/**
 * Runs by itself, with the flags in `heap.test.ts`: `measure.mjs SUITE` prints a `Result` for each of its cases.
 * Nothing here waits for a time or depends on one.
 */
import v8 from 'node:v8';
import type { Case, Result, Suite } from './case.ts';
import { compression } from './compression.ts';
import { connection } from './connection.ts';

/** What the counts must see. */
const control: Suite = {
  messages: 10_000,
  warmUp: 4000,
  cases: {
    'an object for every message': () => {
      let last = { done: 0 };
      return {
        run(count) {
          for (let n = 0; n < count; n++) last = { done: last.done + 1 };
        },
        done: () => last.done,
      };
    },
  },
};

const suites: Readonly<Record<string, Suite>> = { connection, compression, control };
const collect = (globalThis as { gc?: () => void }).gc!;

/**
 * Compiled code and what is known about types are made in the series that first need them: one after them counts.
 * The first that leaves nothing is the last.
 */
const SERIES = 16;

function series(one: Case, messages: number): { collections: number; grownPerMessage: number } {
  const profiler = new v8.GCProfiler();
  collect();
  profiler.start();
  const before = process.memoryUsage().heapUsed;
  one.run(messages);
  const grown = process.memoryUsage().heapUsed - before;
  return { collections: profiler.stop().statistics.length, grownPerMessage: grown / messages };
}

function measure(name: string, { cases, messages, warmUp }: Suite): Result {
  const one = cases[name]();
  one.run(warmUp);
  let asked = warmUp;
  let best = { collections: Infinity, grownPerMessage: Infinity };
  for (let n = 0; n < SERIES && (best.collections > 0 || best.grownPerMessage >= 1); n++) {
    const next = series(one, messages);
    asked += messages;
    // A collection takes away what has grown: any series without one is better.
    if (
      next.collections < best.collections ||
      (next.collections === best.collections && next.grownPerMessage < best.grownPerMessage)
    )
      best = next;
  }
  return { name, asked, done: one.done(), ...best };
}

const suite = suites[process.argv[2]];
console.log(JSON.stringify(Object.keys(suite.cases).map((name) => measure(name, suite))));
process.exit(0);
