/** The engine's timers, many of which share one timeout of Node's: as exact as promised, and none is lost. */
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { engineTimer } from '../../hosts/node/io/shared-timer.ts';
import type { TimerId } from '../../src/host.ts';
import { below, words } from '../support/random.ts';

/** Milliseconds of the process, which only tests move. */
let now = 0;

/** Begun anew above what any timer of another test waits for: moments are the process's. */
let start = 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
  start += 1e7;
  now = start;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Lets `milliseconds` pass, one by one. */
function pass(milliseconds: number): void {
  for (let passed = 0; passed < milliseconds; passed++) {
    now += 1;
    vi.advanceTimersByTime(1);
  }
}

const NEVER = 0x3fffffff;

/** A timer, and when it was called. */
class Watched {
  readonly calls: number[] = [];
  readonly timer: TimerId;

  constructor(delay: number, interval = NEVER) {
    this.timer = engineTimer.set(
      (timer) => {
        expect(timer).toBe(this.timer);
        this.calls.push(now - start);
      },
      delay,
      interval,
    );
  }

  schedule(delay: number, interval = NEVER): void {
    engineTimer.schedule(this.timer, delay, interval);
  }
}

describe('when a timer is called', () => {
  test.each([1, 2, 20, 63, 64, 100, 127, 128, 1000, 15_000, 30_000])(
    'after %i ms, at most a 64th late',
    (delay) => {
      for (const offset of delay > 1000 ? [0.25, 129] : [0, 0.25, 1, 7, 100, 129]) {
        now = start + offset;
        const watched = new Watched(delay);
        expect(watched.calls).toEqual([]);
        const before = now;
        pass(Math.ceil(delay * 1.1) + 10);
        expect(watched.calls).toHaveLength(1);
        const waited = watched.calls[0] + start - before;
        expect(waited).toBeGreaterThanOrEqual(delay);
        // The milliseconds of Node's own timeouts come on top.
        expect(waited).toBeLessThanOrEqual(delay + delay / 64 + 2);
        engineTimer.clear(watched.timer);
        start += 1e6;
      }
    },
  );

  test('delay 0: in the next turn, and not from inside', () => {
    const watched = new Watched(0);
    expect(watched.calls).toEqual([]);
    vi.advanceTimersByTime(0);
    expect(watched.calls).toEqual([0]);
  });

  test('again and again, with an interval, and once without', () => {
    const watched = new Watched(5, 10);
    const once = new Watched(5, 0);
    pass(50);
    expect(watched.calls).toEqual([5, 15, 25, 35, 45]);
    expect(once.calls).toEqual([5]);
    expect(() => once.schedule(1)).toThrow('the timer has ended');
    engineTimer.clear(watched.timer);
    pass(50);
    expect(watched.calls).toHaveLength(5);
  });

  test('as it was scheduled last: later, sooner, at once', () => {
    const [later, sooner, atOnce, twice] = [20, 5000, 5000, 20].map((delay) => new Watched(delay));
    later.schedule(300);
    sooner.schedule(15);
    atOnce.schedule(0);
    twice.schedule(4000);
    twice.schedule(10);
    vi.advanceTimersByTime(0);
    expect(atOnce.calls).toEqual([0]);
    pass(1000);
    expect([later, sooner, atOnce, twice].map(({ calls }) => calls.length)).toEqual([1, 1, 1, 1]);
    expect(later.calls[0]).toBeGreaterThanOrEqual(300);
    expect([sooner.calls[0], twice.calls[0]]).toEqual([15, 10]);
  });

  test('one that was put off from at once is not called early', () => {
    const watched = new Watched(0);
    watched.schedule(50);
    vi.advanceTimersByTime(0);
    expect(watched.calls).toEqual([]);
    pass(60);
    expect(watched.calls).toEqual([50]);
  });

  test('any number of changes at random: never early, never lost, nobody else’s', () => {
    const random = words(5);
    const timers = Array.from({ length: 50 }, () => ({
      watched: new Watched(NEVER),
      due: Infinity,
      seen: 0,
    }));
    for (let step = 0; step < 1500; step++) {
      const one = timers[below(random, timers.length)];
      const delay = [0, 1, 5, 70, 700][below(random, 5)] + below(random, 10);
      one.watched.schedule(delay);
      one.due = now + delay;
      pass(below(random, 4));
      for (const each of timers) {
        const { calls } = each.watched;
        if (calls.length > each.seen) {
          expect(calls.length).toBe(each.seen + 1);
          expect(now).toBeGreaterThanOrEqual(each.due);
          each.due = Infinity;
          each.seen = calls.length;
        }
        expect(now).toBeLessThanOrEqual(each.due + 710 / 64 + 4);
      }
    }
  });
});

describe('many timers', () => {
  test('share a timeout where they are due together, in the order in which they were set', () => {
    const order: number[] = [];
    const before = vi.getTimerCount();
    const timers = Array.from({ length: 1000 }, (_, index) =>
      engineTimer.set(() => order.push(index), 30_000, NEVER),
    );
    expect(vi.getTimerCount() - before).toBe(1);
    pass(31_000);
    expect(order).toEqual(timers.map((_, index) => index));
  });

  test('need few of them, whenever they were set', () => {
    const before = vi.getTimerCount();
    for (let count = 0; count < 10_000; count++) {
      now += 3;
      engineTimer.set(() => {}, 30_000, NEVER);
    }
    // 30 seconds, by the 256 ms that delays of that length are rounded up to.
    expect(vi.getTimerCount() - before).toBeLessThanOrEqual(30_000 / 256 + 2);
  });

  test('what is cleared inside a callback of the same moment is not called', () => {
    const calls: string[] = [];
    const first = engineTimer.set(() => {
      calls.push('first');
      engineTimer.clear(second);
      engineTimer.clear(first);
    }, 10);
    const second = engineTimer.set(() => calls.push('second'), 10);
    const third = engineTimer.set(() => calls.push('third'), 10);
    pass(20);
    expect(calls).toEqual(['first', 'third']);
    engineTimer.clear(third);
  });

  test('one that is scheduled at once from inside its call leaves time to others', () => {
    let calls = 0;
    const timer: TimerId = engineTimer.set(
      () => {
        calls += 1;
        if (calls < 5) engineTimer.schedule(timer, 0, NEVER);
      },
      0,
      NEVER,
    );
    vi.advanceTimersToNextTimer();
    expect(calls).toBe(1);
    vi.advanceTimersToNextTimer();
    expect(calls).toBe(2);
    pass(10);
    expect(calls).toBe(5);
  });

  test.each([0, 10])('what a callback throws after %i ms leaves it, and the others are called', (delay) => {
    const calls: string[] = [];
    const timers = ['first', 'second', 'third'].map((name) =>
      engineTimer.set(
        () => {
          calls.push(name);
          if (name !== 'third') throw new Error(name);
        },
        delay,
        NEVER,
      ),
    );
    const thrown: string[] = [];
    for (let times = 0; times < 20; times++) {
      try {
        pass(1);
      } catch (error) {
        thrown.push((error as Error).message);
      }
    }
    expect(calls).toEqual(['first', 'second', 'third']);
    // Of two in one turn the test hears of the first.
    expect(thrown[0]).toBe('first');
    for (const timer of timers) engineTimer.clear(timer);
  });
});

test('what is no timer is refused or ignored', () => {
  expect(() => engineTimer.set(undefined as never, 1)).toThrow(TypeError);
  engineTimer.clear(undefined);
  engineTimer.clear(null);
});
