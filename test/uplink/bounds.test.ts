/** Options of an uplink, an outbox and a store: the last value that is taken, and the first that is refused, by its name. */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { DeviceStore } from '../../src/uplink/device-store.ts';
import type { UplinkOptions } from '../../src/uplink/options.ts';
import { Outbox as NodeOutbox } from '../../hosts/node/uplink.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import type { OutboxOptions } from '../../src/uplink/outbox/options.ts';
import type { Uplink } from '../../src/uplink/uplink.ts';
import { words } from '../support/random.ts';
import { Bench } from './scripted-link.ts';

const LONGEST = 2 ** 30 - 1;
const refusal = (name: string) =>
  expect.objectContaining({ id: ErrorId.optionInvalid, message: expect.stringContaining(`invalid ${name}`) });

describe.each<[string, (options: Partial<OutboxOptions>) => Outbox]>([
  ['an outbox', (options) => new Outbox({ memory: 256, ...options }, { now: () => 0, random: words(1) })],
  ['an outbox on Node', (options) => new NodeOutbox({ memory: 256, ...options })],
])('%s', (face, make) => {
  const refuses = (name: string) =>
    face === 'an outbox'
      ? refusal(name)
      : // What would be right is said, too.
        expect.objectContaining({
          id: ErrorId.optionInvalid,
          message: expect.stringMatching(`^${name} must be .*(multiple of 8|milliseconds|one of)`),
        });

  test.each<Partial<OutboxOptions>>([
    { memory: 264 },
    { memory: new ArrayBuffer(256) },
    { urgentMemory: 64 },
    { urgentMemory: 192 },
    { timeToLive: LONGEST },
  ])('takes %o', (options) => expect(() => make(options)).not.toThrow());

  test.each<Partial<OutboxOptions>>([
    { memory: 248 },
    { memory: 257 },
    { memory: 2 ** 30 + 8 },
    { memory: '512' as never },
    { memory: new Uint8Array(512) as never },
    { memory: new ArrayBuffer(260) },
    { urgentMemory: -64 },
    { urgentMemory: 56 },
    { urgentMemory: 65 },
    { urgentMemory: 200 },
    { whenFull: 'dropAll' as never },
    { keep: 'sent' as never },
    { timeToLive: -1 },
    { timeToLive: LONGEST + 1 },
  ])('refuses %o', (options) => expect(() => make(options)).toThrow(refuses(Object.keys(options)[0])));
});

describe('an outbox', () => {
  const make = (options: Partial<OutboxOptions>): Outbox =>
    new Outbox({ memory: 256, ...options }, { now: () => 0, random: words(1) });

  test.each([undefined, null])('refuses %s for its options', (options) => {
    expect(() => new Outbox(options as never, { now: () => 0, random: words(1) })).toThrow(
      refusal('options'),
    );
  });

  test('without a store is not closed to anything, and never fails', () => {
    const box = make({});
    box.close();
    expect([box.storeError, box.counters.unread, box.counters.unstored]).toEqual([undefined, 0, 0]);
  });

  test('has a session of two random words, the same whenever it is asked for', () => {
    let word = 0x01020304;
    const box = new Outbox({ memory: 256 }, { now: () => 0, random: () => word++ });
    expect([...box.session]).toEqual([4, 3, 2, 1, 5, 3, 2, 1]);
    expect(box.session).toBe(box.session);
  });
});

describe('an uplink', () => {
  const times = [
    'backoffBase',
    'backoffLongest',
    'minUptime',
    'maxAge',
    'prepareTimeout',
    'stopTimeout',
    'maxRetryAfter',
  ];

  test.each(times)('takes any %s up to 2^30 − 1, and refuses what is beyond', (name) => {
    for (const value of [0, LONGEST, undefined]) expect(() => new Bench({ [name]: value })).not.toThrow();
    for (const value of [-1, LONGEST + 1, NaN])
      expect(() => new Bench({ [name]: value })).toThrow(refusal(name));
  });

  test('takes a name of 64 visible octets, and none that is longer, or not of those', () => {
    for (const name of ['', ' ~', 'x'.repeat(64)]) expect(() => new Bench({ name })).not.toThrow();
    for (const name of ['x'.repeat(65), '\x1f', 'x\x7f', '\x1fx'])
      expect(() => new Bench({ name })).toThrow(refusal('name'));
  });

  test('whose times are not said has those of the documentation', () => {
    const bench = new Bench({ prepare: () => undefined }).start();
    bench.host.wait(14_999);
    expect(bench.uplink.state).toBe('connecting');
    bench.host.wait(1);
    expect(bench.uplink.state).toBe('waiting');
    const other = new Bench().start();
    other.link.open();
    other.host.wait(86_400_000);
    other.uplink.stop();
    other.host.wait(4_999);
    expect(other.uplink.state).toBe('open');
    other.host.wait(1);
    expect(other.uplink.state).toBe('stopped');
  });

  test.each([
    [9_999, false],
    [10_000, true],
  ])('that held for %d ms is a good one: %s', (uptime, isGood) => {
    const delays: number[] = [];
    for (let seed = 1; seed < 30; seed++) {
      const bench = new Bench({}, seed).start();
      for (let i = 0; i < 4; i++) {
        bench.link.over({ error: ErrorId.connectFailed });
        bench.host.wait(bench.changes.at(-1)!.delay);
      }
      bench.link.open();
      bench.host.wait(uptime);
      bench.link.over({ error: ErrorId.transportReset });
      delays.push(bench.changes.at(-1)!.delay);
    }
    expect(Math.max(...delays) <= 500).toBe(isGood);
  });
});

describe('a store on a device', () => {
  class None {
    static exists = (): boolean => false;
  }

  test.each([256, 4096, undefined])('takes pages of %s octets', (pageSize) => {
    expect(() => new DeviceStore({ path: 'x', pageSize }, None as never, words(1))).not.toThrow();
  });

  test.each([255, 256.5, -256])('refuses pages of %s octets', (pageSize) => {
    expect(() => new DeviceStore({ path: 'x', pageSize }, None as never, words(1))).toThrow(
      refusal('pageSize'),
    );
  });

  test.each(['', 7, undefined])('refuses %j for a path', (path) => {
    expect(() => new DeviceStore({ path: path as never }, None as never, words(1))).toThrow(refusal('path'));
  });
});

/** An option that is there and undefined is as one that is left out. */
test('undefined is the default', () => {
  const options: UplinkOptions<Uplink> = { minUptime: undefined, name: undefined, outbox: undefined };
  const bench = new Bench(options).start();
  bench.link.open();
  expect([bench.uplink.state, bench.uplink.outbox]).toEqual(['open', undefined]);
});
