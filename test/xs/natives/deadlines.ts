/** The deadlines of a connection and their twins, in every state that a connection can be in, and in ones that it cannot. */
import { elapse, nextTick, startDeadline } from 'ringlet/natives';
import * as twin from '../../../src/connection/deadlines.ts';
import type { Limits } from '../../../src/connection/limits.ts';
import { limitsOf } from '../../../src/connection/options.ts';
import { areEqual, below, check, conclude, next } from './equal.ts';

/** The registers of the deadlines, and some behind them. */
const COUNT = 12;
/** The longest limit. */
const LONGEST = 0x3fffffff;
/** Of `Pumping.sinceTick`, and others beside them. */
const SIGNS = 64;

/** A number of the kind that a limit and what is left of one are: 0 now and then, mostly short. */
const someTime = (): number => [0, 1, below(20), below(20_000), below(LONGEST), LONGEST][below(6)];

function someLimits(): Limits {
  return limitsOf({
    connectTimeout: someTime(),
    handshakeTimeout: someTime(),
    closeTimeout: someTime(),
    idleTimeout: someTime(),
    keepalive: someTime(),
    keepaliveTimeout: someTime(),
    sendTimeout: someTime(),
  });
}

/** Registers with times in all of them but the deadline's, of which there are five, fresh or not. */
function fillRegisters(words: Int32Array): void {
  for (let i = 0; i < COUNT; i++) words[i] = below(8) === 0 ? -someTime() : someTime();
  words[2] = below(5) | (below(4) === 0 ? 8 : 0);
  words[8] = below(4);
}

for (let round = 0; round < 20_000; round++) {
  const limits = someLimits();
  const words = new Int32Array(COUNT);
  fillRegisters(words);
  const before = words.join();
  const memory = new Uint8Array(words.buffer);
  const ofNative = memory.slice();
  const compare = (what: string, expected: unknown, actual: unknown): void => {
    check(
      actual === expected && areEqual(memory, ofNative),
      () => `${what} of ${before} by ${JSON.stringify(limits)}: ${String(actual)}, not ${String(expected)}`,
    );
  };
  if (below(4) === 0) {
    const deadline = below(5);
    twin.startDeadline(memory, limits, deadline, words);
    compare(`startDeadline ${deadline}`, undefined, startDeadline(ofNative, limits, deadline));
  }
  const now = [words[0] + someTime(), next() >>> 0, next(), words[0]][below(4)];
  const signs = below(SIGNS);
  const isPending = below(2) === 0;
  const due = twin.elapse(memory, limits, now, signs, isPending, words);
  compare(`elapse to ${now}, ${signs}, ${isPending}`, due, elapse(ofNative, limits, now, signs, isPending));
  const wanted = twin.nextTick(memory, limits, isPending, words);
  compare(`nextTick, ${isPending}`, wanted, nextTick(ofNative, limits, isPending));
}

conclude();
