import { describe, expect, test } from 'vitest';
import { Backoff } from '../../examples/telemetry/backoff.ts';
import type { StreamCallbacks, StreamerOptions } from '../../examples/telemetry/options.ts';
import { Pace } from '../../examples/telemetry/pace.ts';
import { Streamer } from '../../examples/telemetry/streamer.ts';
import type { HostTimer, WriteOptions } from '../../src/index.ts';

const TEXT = { more: false, binary: false };
const BINARY = { more: false, binary: true };

interface Sent {
  readonly data: Uint8Array;
  readonly options: WriteOptions;
}

/** A network of one: clients that are opened, and what they wrote. Time passes by `pass` only. */
class Bench {
  now = 1000;
  capacity = 1000;
  readonly clients: StreamCallbacks[] = [];
  readonly sent: Sent[] = [];
  readonly losses: number[] = [];
  ends: [boolean, unknown][] = [];
  closed = 0;
  refuses = false;
  #room = 0;
  #interval = 0;
  #next = 0;
  #callback: (() => void) | undefined;
  readonly streamer: Streamer;

  constructor(options: Partial<StreamerOptions> = {}) {
    const Timer: HostTimer = {
      set: (callback, delay, interval = 0) => {
        this.#callback = () => callback({});
        this.#next = this.now + delay;
        this.#interval = interval;
        return {};
      },
      schedule: () => {},
      clear: () => (this.#callback = undefined),
    };
    this.streamer = new Streamer({
      open: (callbacks) => this.#open(callbacks),
      sensors: { names: ['value'], sample: (values) => (values[0] = 42) },
      rate: 100,
      clock: () => this.now,
      Timer,
      random: () => 0.5,
      onLoss: (_error, delay) => this.losses.push(delay),
      onEnd: (wasOpen, error) => this.ends.push([wasOpen, error]),
      ...options,
    });
    this.streamer.start();
  }

  get hasTimer(): boolean {
    return this.#callback !== undefined;
  }

  get client(): StreamCallbacks {
    return this.clients[this.clients.length - 1];
  }

  open(): void {
    this.#room = this.capacity;
    this.client.onWritable(this.#room);
  }

  /** Lets time pass, timer by timer. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    while (this.#callback !== undefined && this.#next <= end) {
      this.now = this.#next;
      this.#next += this.#interval;
      this.#callback();
    }
    this.now = end;
  }

  /** Answers what was sent from `from` on with itself. */
  echo(from = 0): void {
    for (const { data, options } of this.sent.slice(from)) {
      if (options.opcode === undefined)
        this.client.onSpan(data, 0, data.length, options.binary === true ? BINARY : TEXT);
    }
  }

  #open(callbacks: StreamCallbacks): {
    write(data: Uint8Array, options: WriteOptions): number;
    close(): void;
  } {
    if (this.refuses) throw new Error('refused');
    this.clients.push(callbacks);
    return {
      write: (data, options) => {
        if (data.length + 8 > this.#room) throw new Error('does not fit');
        this.sent.push({ data: data.slice(), options });
        if (options.opcode === undefined) this.#room -= data.length + 8;
        return this.#room;
      },
      close: () => (this.closed += 1),
    };
  }
}

describe('streaming', () => {
  test('sends each sample as text and as binary, at its rate, from the opening on', () => {
    const bench = new Bench({ rate: 50 });
    bench.capacity = 1e9;
    bench.pass(500);
    expect(bench.sent).toEqual([]);
    bench.open();
    bench.pass(1000);
    const { counters } = bench.streamer;
    expect(counters.messagesSent).toBeGreaterThanOrEqual(100);
    expect(counters.messagesSent).toBeLessThanOrEqual(102);
    const records = bench.sent
      .filter(({ options }) => options.binary === false)
      .map(({ data }) => JSON.parse(Buffer.from(data).toString()));
    expect(records[0]).toEqual({ seq: 0, time: expect.any(Number), value: 42 });
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => 2 * i));
    expect(bench.sent[1].data.subarray(0, 4)).toEqual(Uint8Array.of(0, 0, 0, 1));
    expect(counters.octetsSent).toBe(bench.sent.reduce((sum, { data }) => sum + data.length, 0));
  });

  test('matches echoes to what was sent, and times them', () => {
    const bench = new Bench();
    bench.capacity = 1e6;
    bench.open();
    bench.pass(100);
    bench.now += 7;
    bench.echo();
    const { counters, roundTrips, outstanding } = bench.streamer;
    expect([counters.messagesReceived, roundTrips.count, outstanding]).toEqual([
      counters.messagesSent,
      counters.messagesSent,
      0,
    ]);
    expect(roundTrips.quantile(0)).toBeCloseTo(7, 0);
    bench.echo();
    expect(roundTrips.count).toBe(counters.messagesSent);
    expect(counters.messagesReceived).toBe(2 * counters.messagesSent);
  });

  test('skips samples that there is no room for, and goes on when there is', () => {
    const bench = new Bench();
    bench.capacity = 200;
    bench.open();
    bench.pass(1000);
    const { counters } = bench.streamer;
    const before = counters.messagesSent;
    expect(before).toBeLessThan(8);
    expect(counters.skipped).toBeGreaterThan(90);
    bench.open();
    expect(counters.messagesSent).toBeGreaterThan(before);
    expect(bench.streamer.buffered).toBeGreaterThan(0);
  });

  test('a write that fails is no catastrophe', () => {
    const bench = new Bench();
    bench.open();
    bench.client.onWritable(1e9);
    bench.pass(1000);
    expect(bench.streamer.isOpen).toBe(true);
    expect(bench.ends).toEqual([]);
  });
});

describe('the end', () => {
  test('waits for replies, then closes, then tells', () => {
    const bench = new Bench();
    bench.capacity = 1e6;
    bench.open();
    bench.pass(100);
    const sent = bench.sent.length;
    bench.streamer.stop();
    bench.streamer.stop();
    bench.pass(100);
    expect(bench.sent.length).toBe(sent);
    bench.echo();
    expect(bench.sent.at(-1)).toEqual({ data: Uint8Array.of(3, 232), options: { opcode: 8 } });
    expect(bench.ends).toEqual([]);
    bench.client.onClose();
    expect([bench.ends, bench.streamer.isClean, bench.hasTimer]).toEqual([[[true, undefined]], true, false]);
  });

  test('comes without replies too, and without an answer to the Close', () => {
    const bench = new Bench({ grace: 300 });
    bench.open();
    bench.pass(100);
    bench.streamer.stop();
    bench.pass(400);
    expect(bench.sent.at(-1)?.options).toEqual({ opcode: 8 });
    bench.pass(10_000);
    expect([bench.ends, bench.streamer.isClean, bench.closed]).toEqual([[[true, undefined]], false, 1]);
    expect(bench.streamer.counters.unanswered).toBe(bench.streamer.counters.messagesSent);
  });

  test('before the first connection releases the client', () => {
    const bench = new Bench();
    bench.streamer.stop();
    expect([bench.ends, bench.closed, bench.hasTimer]).toEqual([[[false, undefined]], 1, false]);
  });
});

describe('a lost connection', () => {
  test('is made again after a delay that grows, and what was in flight is unanswered', () => {
    const bench = new Bench({ backoffBase: 400, backoffLongest: 1000 });
    bench.open();
    bench.pass(50);
    const before = bench.streamer.counters.messagesSent;
    bench.client.onError('gone');
    expect(bench.streamer.isOpen).toBe(false);
    expect(bench.streamer.counters.unanswered).toBe(before);
    for (let i = 0; i < 3; i++) {
      bench.pass(1000);
      expect(bench.clients.length).toBe(2 + i);
      bench.client.onError('still');
    }
    expect(bench.losses).toEqual([200, 400, 500, 500]);
    bench.pass(600);
    bench.open();
    bench.pass(50);
    expect(bench.streamer.counters.reconnects).toBe(1);
    expect(bench.streamer.counters.messagesSent).toBeGreaterThan(before);
    bench.echo(before);
    bench.client.onClose();
    // A reply has come: the next loss is a first one.
    expect(bench.losses.at(-1)).toBe(200);
  });

  test('that lived long is made again at once, though nothing ever came back', () => {
    const bench = new Bench({ backoffBase: 400 });
    for (let i = 0; i < 3; i++) {
      bench.open();
      bench.pass(10_000);
      bench.client.onError('gone');
      bench.pass(300);
    }
    expect(bench.losses).toEqual([200, 200, 200]);
  });

  test('is given up after so many attempts, with the last reason', () => {
    const bench = new Bench({ attempts: 2, backoffBase: 100 });
    bench.open();
    bench.client.onError('first');
    bench.pass(200);
    bench.refuses = true;
    bench.client.onError('second');
    bench.pass(300);
    expect(bench.ends[0][0]).toBe(false);
    expect(String(bench.ends[0][1])).toContain('refused');
    expect(bench.hasTimer).toBe(false);
  });

  test('a first connection that cannot be made ends it, where that is wanted', () => {
    const bench = new Bench({ retryFirst: false });
    bench.client.onError('no');
    expect(bench.ends).toEqual([[false, 'no']]);
    const patient = new Bench();
    patient.client.onError('no');
    expect(patient.ends).toEqual([]);
  });
});

test('the pace does not drift, skips what is late and bounds what is due at once', () => {
  const pace = new Pace(125);
  let taken = 0;
  for (let i = 0; i < 1000; i++) {
    expect(pace.advance(i % 2 === 0 ? 3 : 17)).toBe(0);
    taken += pace.due;
    pace.due = 0;
  }
  expect(taken).toBe(1251);
  expect(pace.advance(10_000)).toBe(1250 - 32);
  expect(pace.due).toBe(32);
  expect(pace.advance(0)).toBe(32);
});

test('the backoff has full jitter and an end', () => {
  const backoff = new Backoff(100, 300, 3, () => 0.25);
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([25, 50, 75, -1]);
  backoff.reset();
  expect(backoff.next()).toBe(25);
});
