import { describe, expect, test } from 'vitest';
import { ErrorId, RingletError } from '../../src/errors.ts';
import type { TimerId } from '../../src/host.ts';
import { UplinkError } from '../../src/uplink/failure.ts';
import type { LinkRequest } from '../../src/uplink/link.ts';
import type { Prepared, UplinkOptions } from '../../src/uplink/options.ts';
import type { Uplink } from '../../src/uplink/uplink.ts';
import { Bench } from './scripted-link.ts';

describe('the states', () => {
  test('from the start to the stop, with one event each', () => {
    const bench = new Bench();
    expect(bench.uplink.state).toBe('idle');
    bench.uplink.start();
    expect(bench.path).toBe('');
    bench.host.wait(0);
    expect([bench.uplink.state, bench.links.length]).toEqual(['connecting', 1]);
    bench.link.open();
    expect(bench.uplink.state).toBe('open');
    bench.uplink.stop();
    expect([bench.uplink.state, bench.link.closeCode]).toEqual(['open', 1000]);
    bench.link.over({ closeCode: 1000 });
    expect([bench.uplink.state, bench.path]).toEqual(['stopped', 'connecting open stopped']);
    expect(bench.host.timers).toBe(0);
    expect(bench.links.length).toBe(1);
  });

  test('a loss is told with its reason and with what comes next', () => {
    const bench = new Bench().start();
    bench.link.open().over({ error: ErrorId.transportReset, closeCode: 1006 });
    const { state, from, loss, delay } = bench.changes[2];
    expect([state, from, loss?.error]).toEqual(['waiting', 'open', ErrorId.transportReset]);
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThanOrEqual(500);
    bench.host.wait(delay - 1);
    expect(bench.links.length).toBe(1);
    bench.host.wait(1);
    expect([bench.links.length, bench.uplink.state]).toEqual([2, 'connecting']);
    expect(bench.changes[3].loss?.error).toBe(ErrorId.transportReset);
    bench.link.open();
    expect(bench.uplink.loss).toBeUndefined();
  });

  test('a stop ends within its deadline, whatever the peer does', () => {
    const bench = new Bench({ stopTimeout: 700 }).start();
    bench.link.open();
    bench.uplink.stop();
    bench.host.wait(699);
    expect(bench.uplink.state).toBe('open');
    bench.host.wait(1);
    expect([bench.uplink.state, bench.link.isDropped, bench.host.timers]).toEqual(['stopped', true, 0]);
    expect(bench.uplink.loss?.error).toBe(ErrorId.closeTimeout);
  });

  test('a start while our Close is on its way connects anew when that is done', () => {
    const bench = new Bench().start();
    bench.link.open();
    bench.uplink.stop();
    bench.uplink.start();
    bench.uplink.stop();
    bench.uplink.start();
    expect(bench.links.length).toBe(1);
    bench.link.over({ closeCode: 1000 });
    expect([bench.links.length, bench.path]).toEqual([2, 'connecting open connecting']);
    bench.link.open();
    bench.uplink.stop();
    bench.link.over();
    expect(bench.uplink.state).toBe('stopped');
    bench.start();
    expect(bench.links.length).toBe(3);
  });

  test('a network that is gone is waited for, and its return spreads the attempts', () => {
    const bench = new Bench().start();
    bench.link.open();
    bench.uplink.networkLost();
    expect(bench.link.isDropped).toBe(true);
    bench.host.wait(1_000_000);
    expect(bench.changes.at(-1)).toMatchObject({
      state: 'waiting',
      delay: -1,
      loss: { error: UplinkError.networkLost },
    });
    expect(bench.links.length).toBe(1);
    bench.uplink.networkLost();
    bench.uplink.networkBack();
    bench.host.wait(0);
    const { delay } = bench.changes.at(-1)!;
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThanOrEqual(500);
    bench.host.wait(delay);
    expect(bench.links.length).toBe(2);
    bench.link.open();
    // It is busy: there is nothing to do.
    bench.uplink.networkBack();
    bench.host.wait(100);
    expect([bench.links.length, bench.uplink.state]).toEqual([2, 'open']);
  });

  test('without a network nothing is tried from the start on', () => {
    const bench = new Bench();
    bench.uplink.networkLost();
    bench.start();
    expect([bench.links.length, bench.uplink.state]).toEqual([0, 'waiting']);
    bench.uplink.stop();
    bench.host.wait(0);
    expect([bench.uplink.state, bench.host.timers]).toEqual(['stopped', 0]);
  });

  const methods = ['start', 'stop', 'networkLost', 'networkBack'] as const;
  /** Where an uplink can be when a method is called. */
  const situations: Record<string, (bench: Bench) => void> = {
    idle: () => {},
    'about to connect': (bench) => bench.uplink.start(),
    connecting: (bench) => void bench.start(),
    open: (bench) => void bench.start().link.open(),
    closing: (bench) => {
      bench.start().link.open();
      bench.uplink.stop();
    },
    'closing, to begin anew': (bench) => {
      bench.start().link.open();
      bench.uplink.stop();
      bench.uplink.start();
    },
    waiting: (bench) => void bench.start().link.over({ error: ErrorId.connectFailed }),
    'without a network': (bench) => {
      bench.start();
      bench.uplink.networkLost();
      bench.host.wait(0);
    },
    stopped: (bench) => {
      bench.start();
      bench.uplink.stop();
      bench.host.wait(0);
    },
    'stopped for good': (bench) =>
      void bench.start().link.over({ error: ErrorId.httpStatus, httpStatus: 401 }),
    'asking the hook': (bench) => void bench.start(),
  };

  test.each(Object.keys(situations))('every pair of methods is legal while it is %s', (name) => {
    for (const first of methods)
      for (const second of methods) {
        const options: UplinkOptions<Uplink> = name === 'asking the hook' ? { prepare: () => undefined } : {};
        const bench = new Bench(options);
        situations[name](bench);
        const told = bench.changes.length;
        bench.uplink[first]();
        bench.uplink[second]();
        expect(bench.changes.length).toBe(told);
        // The peer answers a Close; everything else is let fail. Then it comes to rest or can be stopped.
        for (let i = 0; i < 5; i++) {
          if (bench.link?.closeCode && !bench.link.isOver && !bench.link.isDropped) bench.link.over();
          bench.host.wait(40_000);
        }
        const isWanted = !['stopped', 'idle'].includes(bench.uplink.state);
        const last = [first, second].filter((method) => method === 'start' || method === 'stop').at(-1);
        const wasWanted = !['idle', 'closing', 'stopped', 'stopped for good'].includes(name);
        expect([first, second, isWanted]).toEqual([
          first,
          second,
          last === undefined ? wasWanted : last === 'start',
        ]);
        bench.uplink.stop();
        if (bench.link?.closeCode && !bench.link.isOver && !bench.link.isDropped) bench.link.over();
        bench.host.wait(10_000);
        expect(bench.host.timers).toBe(0);
        expect(bench.host.reports).toEqual([]);
      }
  });

  test.each(methods)('%s is legal from every callback', (method) => {
    for (let at = 0; at < 8; at++) {
      let calls = 0;
      const call = (uplink: Uplink): void => {
        if (calls++ === at) uplink[method]();
      };
      const bench = new Bench({
        onChange() {
          call(this);
        },
        onData() {
          call(this);
        },
        isFinal() {
          call(this);
          return false;
        },
        prepare() {
          call(this);
          return {};
        },
      }).start();
      for (let i = 0; i < 6; i++) {
        const { link } = bench;
        const isAlive = (): boolean => link !== undefined && !link.isDropped && !link.isOver;
        if (isAlive()) link.open();
        if (isAlive()) link.receive(Uint8Array.of(1));
        if (isAlive()) link.over({ error: ErrorId.transportReset });
        bench.host.wait(40_000);
      }
      bench.uplink.stop();
      if (bench.link && !bench.link.isOver && !bench.link.isDropped && bench.link.closeCode)
        bench.link.over();
      bench.host.wait(10_000);
      expect([bench.host.timers, bench.host.reports]).toEqual([0, []]);
      expect(['stopped', 'idle']).toContain(bench.uplink.state);
    }
  });

  test('a callback that throws is reported, and all goes on', () => {
    const fail = (): never => {
      throw new Error('mine');
    };
    const bench = new Bench({ onChange: fail, isFinal: fail }).start();
    bench.link.open().over({ error: ErrorId.transportReset });
    bench.host.wait(40_000);
    expect(bench.links.length).toBe(2);
    expect(bench.host.reports.length).toBe(5);
  });

  test('a promise of isFinal is no answer: it is reported, and the uplink goes on', () => {
    const bench = new Bench({ isFinal: () => Promise.resolve(true) as never }).start();
    bench.link.open().over({ error: ErrorId.transportReset });
    bench.host.wait(40_000);
    expect(bench.links.length).toBe(2);
    expect(bench.host.reports.map((error) => (error as RingletError).id)).toEqual([ErrorId.optionInvalid]);
  });
});

describe('trying again', () => {
  const lose = (bench: Bench): number => {
    bench.link.over({ error: ErrorId.connectFailed });
    const { delay } = bench.changes.at(-1)!;
    bench.host.wait(delay);
    return delay;
  };

  test('waits for parts of a delay that doubles, up to its cap', () => {
    const most = new Array<number>(8).fill(0);
    for (let seed = 1; seed <= 60; seed++) {
      const bench = new Bench({ backoffBase: 100, backoffLongest: 1600 }, seed * 7919).start();
      for (let i = 0; i < most.length; i++) most[i] = Math.max(most[i], lose(bench));
    }
    [100, 200, 400, 800, 1600, 1600, 1600, 1600].forEach((cap, i) => {
      expect(most[i]).toBeLessThanOrEqual(cap);
      expect(most[i]).toBeGreaterThan(cap * 0.8);
    });
  });

  test('begins anew after a connection that held, and not after one that did not', () => {
    const delays = (uptime: number): number => {
      let most = 0;
      for (let seed = 1; seed <= 40; seed++) {
        const bench = new Bench({ backoffBase: 100, minUptime: 5000 }, seed * 104729).start();
        for (let i = 0; i < 6; i++) lose(bench);
        bench.link.open();
        bench.host.wait(uptime);
        bench.link.over({ error: ErrorId.transportEnded });
        most = Math.max(most, bench.changes.at(-1)!.delay);
      }
      return most;
    };
    expect(delays(5000)).toBeLessThanOrEqual(100);
    expect(delays(4999)).toBeGreaterThan(1000);
  });

  test('does what Retry-After says, in seconds and as a date, and no longer than it is believed', () => {
    const delayAfter = (retryAfter: string, options: UplinkOptions<Uplink> = {}): number => {
      const bench = new Bench(options).start();
      bench.link.over({ error: ErrorId.httpStatus, httpStatus: 503, retryAfter });
      return bench.changes.at(-1)!.delay;
    };
    for (const [text, least] of [
      ['120', 120_000],
      ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
      ['0', 0],
      ['never', 0],
      ['99999999', 3_600_000],
    ] as const) {
      const delay = delayAfter(text);
      expect(delay).toBeGreaterThanOrEqual(least);
      expect(delay).toBeLessThanOrEqual(least + 500);
    }
    expect(delayAfter('120', { maxRetryAfter: 1000 })).toBeLessThanOrEqual(1500);
    // No timer waits for longer than that, with the part of the backoff.
    const longest = 2 ** 30 - 1;
    expect(delayAfter('99999999', { maxRetryAfter: longest })).toBe(longest);
  });

  test('waits 5 to 30 s after 1012, and at least half of the longest delay after 1013', () => {
    for (let seed = 1; seed < 50; seed++) {
      const delayAfter = (closeCode: number): number => {
        const bench = new Bench({}, seed * 31).start();
        bench.link.open().over({ closeCode });
        return bench.changes.at(-1)!.delay;
      };
      expect(delayAfter(1012)).toBeGreaterThanOrEqual(5000);
      expect(delayAfter(1012)).toBeLessThanOrEqual(30_000);
      expect(delayAfter(1013)).toBeGreaterThanOrEqual(15_000);
      expect(delayAfter(1013)).toBeLessThanOrEqual(30_000);
    }
  });

  test('stops where it is of no use, with the reason', () => {
    const bench = new Bench().start();
    bench.link.over({ error: ErrorId.httpStatus, httpStatus: 403 });
    expect(bench.changes.at(-1)).toMatchObject({ state: 'stopped', delay: -1, loss: { httpStatus: 403 } });
    expect(bench.host.timers).toBe(0);
    bench.start();
    expect(bench.links.length).toBe(2);
    const other = new Bench({ isFinal: ({ httpStatus }) => httpStatus === 503 }).start();
    other.link.over({ error: ErrorId.httpStatus, httpStatus: 403 });
    expect(other.uplink.state).toBe('waiting');
    other.host.wait(500);
    other.link.over({ error: ErrorId.httpStatus, httpStatus: 503 });
    expect(other.uplink.state).toBe('stopped');
  });

  test('a connection that cannot even be begun is a failed attempt', () => {
    const bench = new Bench();
    bench.refusal = new RingletError(ErrorId.hostInvalid, 'invalid host');
    bench.start();
    expect(bench.changes.at(-1)).toMatchObject({ state: 'waiting', loss: { error: ErrorId.hostInvalid } });
    bench.refusal = new Error('no sockets');
    bench.host.wait(500);
    expect(bench.changes.at(-1)).toMatchObject({
      state: 'waiting',
      loss: { error: ErrorId.connectFailed, reason: bench.refusal },
    });
    bench.refusal = undefined;
    bench.host.wait(1000);
    expect(bench.uplink.state).toBe('connecting');
  });

  test('10,000 refusals leave nothing behind', () => {
    const bench = new Bench({
      onChange: () => void (bench.changes.length > 10 && bench.changes.shift()),
    }).start();
    for (let i = 0; i < 10_000; i++) {
      bench.links.splice(0, bench.links.length - 1)[0]?.drop();
      lose(bench);
      expect(bench.host.timers).toBe(1);
    }
    bench.uplink.stop();
    bench.host.wait(0);
    expect(bench.host.timers).toBe(0);
  });

  test('1,000 that were thrown off by 1012 come back spread over the window', () => {
    const buckets = new Array<number>(25).fill(0);
    for (let i = 0; i < 1000; i++) {
      const bench = new Bench({}, 1 + i * 2654435761).start();
      bench.link.open().over({ closeCode: 1012 });
      buckets[Math.min(24, Math.floor((bench.changes.at(-1)!.delay - 5000) / 1000))]++;
    }
    console.log(
      buckets
        .map((count, i) => `${String(5 + i).padStart(3)} s ${'#'.repeat(count / 2)} ${count}`)
        .join('\n'),
    );
    expect(Math.max(...buckets)).toBeLessThanOrEqual(2 * (1000 / 25));
  });

  test('a connection is made anew before it is too old, at once and in good order', () => {
    for (let seed = 1; seed < 30; seed++) {
      const bench = new Bench({ maxAge: 60_000, minUptime: 1000, stopTimeout: 7000 }, seed * 17).start();
      bench.link.open();
      bench.host.wait(53_999);
      expect(bench.link.closeCode).toBe(0);
      bench.host.wait(6001);
      expect([bench.link.closeCode, bench.links.length]).toEqual([1000, 1]);
      bench.link.over({ closeCode: 1000 });
      expect([bench.links.length, bench.changes.at(-1)?.state]).toEqual([2, 'connecting']);
      expect(bench.changes.at(-1)?.loss?.error).toBe(UplinkError.rotated);
      bench.link.open();
      // A peer that does not answer the Close is dropped.
      bench.host.wait(60_000 + 7000);
      expect([bench.links.length, bench.links[1].isDropped]).toEqual([3, true]);
    }
  });

  test('the deadline of a Close is not that of the connection that follows', () => {
    const bench = new Bench({ maxAge: 60_000, stopTimeout: 1000 }).start();
    bench.link.open();
    while (bench.link.closeCode === 0) bench.host.wait(500);
    bench.link.over({ closeCode: 1000 });
    bench.host.wait(60_000);
    expect([bench.links.length, bench.links[1].isDropped, bench.uplink.state]).toEqual([
      2,
      false,
      'connecting',
    ]);
  });

  test('an age that is reached while it has to hold is kept when it has', () => {
    for (let seed = 1; seed < 60; seed++) {
      // Each age is at least nine tenths of the most: about one in nine is below the uptime.
      const bench = new Bench({ maxAge: 1000, minUptime: 910 }, seed * 17).start();
      bench.link.open();
      bench.host.wait(1001);
      expect(bench.link.closeCode).toBe(1000);
    }
  });

  test.each([0, 2 ** 30 - 1])(
    'with an age of at most %d no timer is set that a host could not have',
    (maxAge) => {
      const bench = new Bench({ maxAge });
      const { Timer } = bench.host;
      const { set, schedule } = Timer;
      const spans: number[] = [];
      Object.assign(Timer, {
        set: (callback: () => void, delay: number, interval: number) => {
          spans.push(delay, interval);
          return set(callback, delay, interval);
        },
        schedule: (timer: TimerId, delay: number, interval: number) => {
          spans.push(delay, interval);
          schedule(timer, delay, interval);
        },
      });
      bench.start().link.open();
      bench.host.wait(100_000);
      bench.link.over({ error: ErrorId.transportReset });
      bench.uplink.stop();
      bench.host.wait(0);
      expect(spans.length).toBeGreaterThan(6);
      for (const span of spans) expect(span >= 0 && span < 2 ** 30).toBe(true);
    },
  );

  test('an age below the least uptime is kept, too', () => {
    const bench = new Bench({ maxAge: 2000, minUptime: 10_000 }).start();
    bench.link.open();
    bench.host.wait(2000);
    expect(bench.link.closeCode).toBe(1000);
  });
});

describe('the hook before an attempt', () => {
  const request: LinkRequest = { url: 'ws://there/?token=1' };

  test.each([
    ['at once', () => request],
    ['by its callback', (done: Prepared) => done(undefined, request)],
  ] as const)('answers %s', (_how, hook) => {
    const bench = new Bench({ prepare: hook as NonNullable<UplinkOptions<Uplink>['prepare']> }).start();
    bench.host.wait(0);
    expect(bench.link.request).toBe(request);
  });

  test('answers by a promise, each time anew', async () => {
    let calls = 0;
    const bench = new Bench({ prepare: () => Promise.resolve({ url: `ws://there/${++calls}` }) }).start();
    for (const expected of ['ws://there/1', 'ws://there/2']) {
      await Promise.resolve();
      await Promise.resolve();
      bench.host.wait(0);
      expect(bench.link.request).toEqual({ url: expected });
      bench.link.over({ error: ErrorId.transportReset });
      bench.host.wait(1000);
    }
  });

  const failures: Record<string, NonNullable<UplinkOptions<Uplink>['prepare']>> = {
    throws: () => {
      throw new Error('no token');
    },
    'gives an error': (done) => done(new Error('no token')),
    'gives nothing': (done) => done(undefined),
    'gives null': () => null as unknown as LinkRequest,
  };
  test.each(Object.keys(failures))('that %s fails the attempt, and is asked again', (name) => {
    let calls = 0;
    const bench = new Bench({
      prepare(done) {
        calls++;
        return failures[name].call(this, done);
      },
    }).start();
    if (name === 'gives null') bench.host.wait(15_000);
    bench.host.wait(0);
    expect([bench.uplink.state, bench.links.length, calls]).toEqual(['waiting', 0, 1]);
    expect([UplinkError.hookFailed, UplinkError.hookTimeout]).toContain(bench.uplink.loss?.error);
    bench.host.wait(500);
    expect(calls).toBe(2);
  });

  test('that rejects fails the attempt', async () => {
    const bench = new Bench({ prepare: () => Promise.reject(new Error('no token')) }).start();
    await new Promise((resolve) => setImmediate(resolve));
    bench.host.wait(0);
    expect(bench.changes.at(-1)).toMatchObject({
      state: 'waiting',
      loss: { error: UplinkError.hookFailed, reason: expect.objectContaining({ message: 'no token' }) },
    });
  });

  test('that never answers fails the attempt at its deadline; an answer after that is not heard', () => {
    const answers: Prepared[] = [];
    const bench = new Bench({ prepareTimeout: 3000, prepare: (done) => void answers.push(done) }).start();
    bench.host.wait(3000);
    expect(bench.changes.at(-1)).toMatchObject({
      state: 'waiting',
      loss: { error: UplinkError.hookTimeout },
    });
    answers[0](undefined, request);
    bench.host.wait(0);
    expect(bench.links.length).toBe(0);
    bench.host.wait(500);
    answers[0](undefined, request);
    bench.host.wait(0);
    expect(bench.links.length).toBe(0);
    answers[1](undefined, request);
    answers[1](new Error('twice'));
    bench.host.wait(0);
    expect([bench.links.length, bench.uplink.state]).toEqual([1, 'connecting']);
  });

  test('is not heard after a stop', () => {
    let answer!: Prepared;
    const bench = new Bench({ prepare: (done) => void (answer = done) }).start();
    bench.uplink.stop();
    answer(undefined, request);
    bench.host.wait(20_000);
    expect([bench.links.length, bench.uplink.state, bench.host.timers]).toEqual([0, 'stopped', 0]);
  });
});

test.each([
  { backoffBase: -1 },
  { minUptime: NaN },
  { maxAge: 2 ** 30 },
  { stopTimeout: '1 s' },
  { name: 'ü' },
  { name: 'x'.repeat(65) },
  { name: 'a\nb' },
])('%j is refused', (options) => {
  expect(() => new Bench(options as unknown as UplinkOptions<Uplink>)).toThrow(RingletError);
});
