import { describe, expect, test } from 'vitest';
import { Pace } from '../../examples/telemetry/pace.ts';
import { since, Streamer } from '../../examples/telemetry/streamer.ts';
import type { StreamerOptions } from '../../examples/telemetry/options.ts';
import type { LinkRequest, LinkSink } from '../../src/uplink/link.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import { ACKNOWLEDGEMENT, SUBPROTOCOL } from '../../src/uplink/protocol.ts';
import { words } from '../support/random.ts';
import { ScriptedHost } from '../support/scripted-host.ts';
import { ScriptedLink, ScriptedUplink } from '../uplink/scripted-link.ts';

/** A stream in virtual time, with the connections of its uplink. */
class Bench {
  readonly host = new ScriptedHost(false, words(0x9e3779b1));
  readonly links: ScriptedLink[] = [];
  readonly losses: number[] = [];
  readonly ends: [boolean, number | undefined][] = [];
  ring = 1e6;
  readonly streamer: Streamer;

  constructor(options: Partial<StreamerOptions> = {}) {
    const connect = (request: LinkRequest | undefined, sink: LinkSink): ScriptedLink => {
      this.links.push(new ScriptedLink(request, sink, this.ring));
      return this.link;
    };
    this.streamer = new Streamer({
      uplink: (callbacks) =>
        new ScriptedUplink(
          this.host,
          { ...callbacks, outbox: new Outbox({ memory: 8192, keep: 'acknowledged' }, this.host) },
          connect,
        ),
      sensors: { names: ['value'], sample: (values) => (values[0] = 42) },
      rate: 100,
      clock: () => this.host.now(),
      Timer: this.host.Timer,
      onLoss: (_loss, delay) => this.losses.push(delay),
      onEnd: (wasOpen, loss) => this.ends.push([wasOpen, loss?.error]),
      ...options,
    });
    this.streamer.start();
    this.host.wait(0);
  }

  get link(): ScriptedLink {
    return this.links[this.links.length - 1];
  }

  /** Answers what was sent from `from` on with itself. */
  echo(from = 0): void {
    for (const { bytes, binary } of this.link.sent.slice(from))
      this.link.receive(Uint8Array.from(bytes), binary);
  }
}

interface Record {
  readonly seq: number;
}
const textsOf = ({ sent }: ScriptedLink): Record[] =>
  sent
    .filter(({ binary }) => !binary)
    .map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()) as Record);

describe('streaming', () => {
  test('posts each sample as text and as binary, at its rate, from the opening on', () => {
    const bench = new Bench({ rate: 50 });
    bench.host.wait(500);
    expect(bench.streamer.uplink.outbox?.counters.posted).toBe(0);
    bench.link.open();
    bench.host.wait(1000);
    expect(bench.link.sent.length).toBeGreaterThanOrEqual(100);
    expect(bench.link.sent.length).toBeLessThanOrEqual(102);
    const texts = textsOf(bench.link);
    expect(texts[0]).toEqual({ seq: 0, time: expect.any(Number), value: 42 });
    expect(texts.map(({ seq }) => seq)).toEqual(texts.map((_, i) => 2 * i));
    expect(bench.link.sent[1].bytes.slice(0, 4)).toEqual([0, 0, 0, 1]);
  });

  test('an echo acknowledges, and is timed', () => {
    const bench = new Bench();
    bench.link.open();
    bench.host.wait(100);
    const sent = bench.link.sent.length;
    expect([bench.streamer.outstanding, bench.streamer.uplink.outbox?.kept]).toEqual([sent, sent]);
    bench.host.wait(7);
    bench.echo();
    const { messagesReceived, roundTrips, outstanding, uplink } = bench.streamer;
    expect([messagesReceived, outstanding, uplink.outbox?.kept]).toEqual([sent, 0, 0]);
    expect(roundTrips.count).toBe(sent);
    expect(roundTrips.quantile(0)).toBeGreaterThanOrEqual(6.5);
    bench.echo();
    expect(roundTrips.count).toBe(sent);
  });

  test('a gateway acknowledges by number, many at once', () => {
    const bench = new Bench();
    bench.link.open(SUBPROTOCOL);
    bench.host.wait(100);
    const records = bench.link.sent.length - 1;
    bench.link.receive(Uint8Array.of(ACKNOWLEDGEMENT, 0, 0, 0, records - 1, 0, 0, 0));
    const { messagesReceived, roundTrips, outstanding, uplink } = bench.streamer;
    expect([messagesReceived, roundTrips.count, outstanding]).toEqual([1, records, 0]);
    expect(uplink.outbox?.counters).toMatchObject({ acknowledged: records, kept: 0 });
  });

  test('samples that the connection does not take are skipped, and it goes on when it does', () => {
    const bench = new Bench();
    bench.ring = 100;
    bench.link.drop();
    bench.streamer.uplink.networkLost();
    bench.streamer.uplink.networkBack();
    bench.host.wait(500);
    bench.link.open();
    bench.host.wait(1000);
    expect(bench.link.sent.length).toBeLessThan(5);
    expect(bench.streamer.skipped).toBeGreaterThan(90);
    bench.link.take();
    bench.host.wait(10);
    expect(bench.link.sent.length).toBeGreaterThan(2);
  });
});

describe('a lost connection', () => {
  test('costs nothing that there is room for: what was sampled meanwhile follows in order', () => {
    const bench = new Bench();
    bench.link.open();
    bench.host.wait(100);
    const before = bench.link.sent.length;
    bench.echo();
    bench.link.over({ error: 505 });
    bench.host.wait(bench.losses[0]);
    const { kept } = bench.streamer.uplink.outbox!;
    expect(kept).toBeGreaterThan(0);
    bench.link.open();
    const texts = textsOf(bench.link).map(({ seq }) => seq);
    expect(texts[0]).toBe(before);
    expect(texts).toEqual(texts.map((_, i) => before + 2 * i));
    expect(bench.streamer).toMatchObject({ reconnects: 1, skipped: 0, unanswered: 0 });
  });

  test('leaves what was not answered to be sent again, and counts it', () => {
    const bench = new Bench();
    bench.link.open();
    bench.host.wait(50);
    const sent = bench.link.sent.length;
    bench.link.over({ error: 505 });
    expect(bench.streamer).toMatchObject({ unanswered: sent, outstanding: 0 });
    bench.host.wait(500);
    bench.link.open();
    expect(textsOf(bench.link)[0].seq).toBe(0);
    expect(bench.streamer.uplink.outbox?.counters.repeated).toBe(sent);
  });
});

describe('the end', () => {
  test('waits for what is not acknowledged, then closes, then tells', () => {
    const bench = new Bench();
    bench.link.open();
    bench.host.wait(100);
    const sent = bench.link.sent.length;
    bench.streamer.stop();
    bench.streamer.stop();
    bench.host.wait(100);
    expect([bench.link.sent.length, bench.link.closeCode]).toEqual([sent, 0]);
    bench.echo();
    bench.host.wait(10);
    expect(bench.link.closeCode).toBe(1000);
    bench.link.over({ closeCode: 1000 });
    expect([bench.ends, bench.streamer.isClean, bench.host.timers]).toEqual([[[true, 0]], true, 0]);
  });

  test('comes without replies too, and without an answer to the Close', () => {
    const bench = new Bench({ grace: 300 });
    bench.link.open();
    bench.host.wait(100);
    bench.streamer.stop();
    bench.host.wait(310);
    expect(bench.link.closeCode).toBe(1000);
    bench.host.wait(10_000);
    expect([bench.ends[0][0], bench.streamer.isClean, bench.link.isDropped]).toEqual([true, false, true]);
    expect(bench.streamer.unanswered).toBe(bench.link.sent.length);
  });

  test('comes while there is no connection, and says why there is none', () => {
    for (const stops of ['before', 'after']) {
      const bench = new Bench();
      if (stops === 'before') bench.streamer.stop();
      bench.link.over({ error: 503 });
      if (stops === 'after') bench.streamer.stop();
      bench.host.wait(0);
      expect(bench.ends[0][0]).toBe(false);
      expect(bench.host.timers).toBe(0);
    }
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

test('a clock may wrap', () => {
  expect(since(0xffffffff, 1)).toBe(2);
  expect(since(1.25, 1.5)).toBe(0.25);
});
