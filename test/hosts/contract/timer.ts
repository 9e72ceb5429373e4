import { check, equal, pause, throws, until } from './support.ts';
import type { Clause } from './support.ts';

export const timerClauses: readonly Clause[] = [
  [
    'Timer.set calls once, with the timer, not before its delay and not from inside',
    async (host) => {
      const start = host.now();
      const calls: unknown[] = [];
      let elapsed = 0;
      const timer = host.Timer.set((given) => {
        elapsed = host.now() - start;
        calls.push(given);
      }, 20);
      equal(calls.length, 0, 'calls from inside');
      await until(host, () => calls.length === 1, 'the call');
      await pause(host, 50);
      check(calls.length === 1 && calls[0] === timer, 'one call with the timer');
      check(elapsed >= 19, `not early: ${elapsed}`);
      throws(() => host.Timer.schedule(timer, 1), 'schedule of a timer that has ended');
      host.Timer.clear(timer);
      host.Timer.clear(undefined);
    },
  ],
  [
    'a timer with an interval repeats until clear, which works inside the callback too',
    async (host) => {
      let calls = 0;
      const timer = host.Timer.set(
        () => {
          calls += 1;
          if (calls === 3) host.Timer.clear(timer);
        },
        0,
        2,
      );
      let repeated = 0;
      const repeat = host.Timer.repeat(() => (repeated += 1), 2);
      await until(host, () => repeated >= 3, 'repeats');
      host.Timer.clear(repeat);
      const before = repeated;
      await pause(host, 20);
      equal([calls, repeated], [3, before], 'calls');
    },
  ],
  [
    'Timer.schedule moves the next call either way',
    async (host) => {
      const log: string[] = [];
      const later = host.Timer.set(() => log.push('later'), 5, 10000);
      const sooner = host.Timer.set(() => log.push('sooner'), 10000, 10000);
      const now = host.Timer.set(() => log.push('now'), 10000, 10000);
      host.Timer.schedule(later, 40, 10000);
      host.Timer.schedule(sooner, 15, 10000);
      host.Timer.schedule(now, 0, 10000);
      equal(log, [], 'calls from inside');
      await until(host, () => log.length === 3, 'three calls');
      equal(log, ['now', 'sooner', 'later'], 'order');
      for (const timer of [later, sooner, now]) host.Timer.clear(timer);
    },
  ],
  [
    'Timer.schedule without a delay lets a timer rest, also inside its callback',
    async (host) => {
      let calls = 0;
      const timer = host.Timer.set(
        () => {
          calls += 1;
          host.Timer.schedule(timer);
        },
        5,
        5,
      );
      host.Timer.schedule(timer);
      await pause(host, 20);
      equal(calls, 0, 'calls of a resting timer');
      host.Timer.schedule(timer, 1, 1);
      await pause(host, 30);
      equal(calls, 1, 'calls');
      host.Timer.schedule(timer, 0);
      await until(host, () => calls === 2, 'another call');
      host.Timer.clear(timer);
      throws(() => host.Timer.set(1 as never, 1), 'a timer without a function');
    },
  ],
  [
    'now grows, and random words differ',
    async (host) => {
      const start = host.now();
      await pause(host, 10);
      check(host.now() - start >= 9, 'ten milliseconds');
      const words = new Set<number>();
      for (let i = 0; i < 4096; i++) {
        const word = host.random();
        check(Number.isInteger(word) && word >= -(2 ** 31) && word < 2 ** 32, 'a 32-bit word');
        words.add(word);
      }
      // Two equal ones among 4,096 are one chance in 500; four are none.
      check(words.size > 4092, 'random words');
    },
  ],
];
