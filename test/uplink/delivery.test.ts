import { describe, expect, test } from 'vitest';
import { Outbox } from '../../src/uplink/outbox.ts';
import type { Keep, OutboxOptions, WhenFull } from '../../src/uplink/outbox/options.ts';
import { ACKNOWLEDGEMENT, SUBPROTOCOL } from '../../src/uplink/protocol.ts';
import type { UplinkOptions } from '../../src/uplink/options.ts';
import type { Uplink } from '../../src/uplink/uplink.ts';
import { below, words } from '../support/random.ts';
import { Bench, type Message, type ScriptedLink } from './scripted-link.ts';

const host = { now: () => 0, random: words(9) };
const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);
const outbox = (options: Partial<OutboxOptions> = {}): Outbox =>
  new Outbox({ memory: 1024, ...options }, host);

const acknowledgement = (number: number, urgent = false): Uint8Array =>
  octets(
    ACKNOWLEDGEMENT,
    urgent ? 2 : 0,
    0,
    0,
    number & 255,
    (number >> 8) & 255,
    (number >> 16) & 255,
    number >>> 24,
  );

/** The gateway's side: keeps what is new, as docs/uplink.md says. */
class Receiver {
  readonly last: [number, number] = [-1, -1];
  readonly kept = new Map<number, string>();
  readonly order: [number[], number[]] = [[], []];
  doubles = 0;
  unmarked = 0;

  take({ bytes }: Message): void {
    if (bytes[0] !== 2) return;
    const lane = (bytes[1] >> 1) & 1;
    const number = bytes[4] | (bytes[5] << 8) | (bytes[6] << 16);
    if (number <= this.last[lane]) {
      this.doubles++;
      if ((bytes[1] & 4) === 0) this.unmarked++;
      return;
    }
    this.last[lane] = number;
    this.order[lane].push(number);
    this.kept.set(number, bytes.slice(8).join());
  }
}

describe('records on their way', () => {
  const start = (box: Outbox, options: UplinkOptions<Uplink> = {}, protocol = ''): Bench => {
    const bench = new Bench({ outbox: box, ...options }).start();
    bench.link.open(protocol);
    return bench;
  };

  test('leave as they are, as text or binary, and are let go when the transport has them', () => {
    const box = outbox();
    const { uplink, link } = start(box);
    uplink.post(octets(65, 66), { binary: false });
    uplink.post(octets(1));
    expect(link.sent).toEqual([
      { binary: false, bytes: [65, 66] },
      { binary: true, bytes: [1] },
    ]);
    expect(box.kept).toBe(2);
    link.take();
    expect([box.kept, box.counters.written]).toEqual([0, 2]);
  });

  test('that a transport takes at once are as if they had been kept: the same messages, numbers and counters', () => {
    const run = (takesAtOnce: boolean): unknown[] => {
      const box = outbox({ memory: 256 });
      const { uplink, link } = start(box);
      link.takesAtOnce = takesAtOnce;
      const numbers = [1, 0, 200, 33].map((length, i) => {
        const number = uplink.post(new Uint8Array(length).fill(length), {
          binary: i % 2 === 0,
          urgent: i === 3,
        });
        if (!takesAtOnce) link.take();
        return number;
      });
      expect(() => uplink.post(new Uint8Array(241))).toThrow(expect.objectContaining({ id: 611 }));
      expect(() => uplink.post('text' as unknown as Uint8Array)).toThrow(
        expect.objectContaining({ id: 601 }),
      );
      return [numbers, link.sent, { ...box.counters, highWater: 0 }];
    };
    expect(run(true)).toEqual(run(false));
  });

  test('posted before there is a connection wait for it', () => {
    const bench = new Bench({ outbox: outbox() });
    bench.uplink.post(octets(1));
    bench.start();
    bench.uplink.post(octets(2));
    expect(bench.link.open().sent.map(({ bytes }) => bytes)).toEqual([[1], [2]]);
  });

  test('wait for room, urgent ones in front', () => {
    const box = outbox({ urgentMemory: 128 });
    const bench = new Bench({ outbox: box });
    bench.ring = 10;
    bench.start().link.open();
    for (let i = 0; i < 4; i++) bench.uplink.post(new Uint8Array(4).fill(i));
    bench.uplink.post(octets(9), { urgent: true });
    bench.link.take();
    bench.link.take();
    expect(bench.link.sent.map(({ bytes }) => bytes[0])).toEqual([0, 1, 9, 2, 3]);
  });

  test('longer than there ever is room leave in pieces', () => {
    const box = outbox();
    const bench = new Bench({ outbox: box });
    bench.ring = 7;
    bench.start();
    bench.link.open();
    const long = Uint8Array.from({ length: 40 }, (_, i) => i);
    bench.uplink.post(long, { binary: false });
    bench.uplink.post(octets(7), { urgent: true });
    expect(bench.uplink.send(octets(1), 0, 1, true)).toBe(false);
    for (let i = 0; i < 40; i++) bench.link.take();
    expect(bench.link.sent).toEqual([
      { binary: false, bytes: [...long] },
      { binary: true, bytes: [7] },
    ]);
    expect(box.kept).toBe(0);
  });

  test('a record that was cut in pieces begins anew', () => {
    const box = outbox({ keep: 'acknowledged' });
    const bench = new Bench({ outbox: box });
    bench.ring = 10;
    bench.start().link.open();
    bench.uplink.post(Uint8Array.from({ length: 24 }, (_, i) => i));
    bench.link.take().over({ error: 505 });
    bench.host.wait(500);
    bench.link.open();
    for (let i = 0; i < 10; i++) bench.link.take();
    expect(bench.link.sent.map(({ bytes }) => bytes)).toEqual([Array.from({ length: 24 }, (_, i) => i)]);
  });

  test('messages that are not kept go past them, and not into the middle of one', () => {
    const { uplink, link } = start(outbox());
    expect(uplink.send(octets(0, 1, 2), 1, 3, false)).toBe(true);
    expect(link.sent).toEqual([{ binary: false, bytes: [1, 2] }]);
    expect(uplink.send(new Uint8Array(1001), 0, 1001, true)).toBe(false);
    uplink.stop();
    expect(uplink.send(octets(1), 0, 1, true)).toBe(false);
  });

  test('what comes is handed on', () => {
    const seen: unknown[] = [];
    const { link } = start(outbox(), {
      onData: (bytes, from, to, binary, more) => seen.push([...bytes.subarray(from, to), binary, more]),
    });
    link.receive(octets(3, 0, 0, 0, 0, 0, 0, 0));
    link.receive(octets(65), false);
    expect(seen).toEqual([
      [3, 0, 0, 0, 0, 0, 0, 0, true, false],
      [65, false, false],
    ]);
  });
});

describe('what a transport has taken when the connection ends', () => {
  const run = (keep: Keep, isTaken: boolean, end: (bench: Bench) => void): number[][] => {
    const box = outbox({ keep });
    const bench = new Bench({ outbox: box, maxAge: 10_000, minUptime: 0 }).start();
    bench.link.open();
    bench.uplink.post(octets(1));
    bench.uplink.post(octets(2));
    // Nobody is told of the last octets before the end.
    if (isTaken) bench.link.used = 0;
    end(bench);
    bench.host.wait(60_000);
    bench.link.open();
    return bench.link.sent.map(({ bytes }) => bytes);
  };
  const ends: Record<string, (bench: Bench) => void> = {
    'a reset': ({ link }) => void link.over({ error: 505 }),
    'a Close of the peer': ({ link }) => void link.over({ closeCode: 1012 }),
    'its age': ({ host, link }) => {
      while (link.closeCode === 0) host.wait(500);
      link.over({ closeCode: 1000 });
    },
    'the network': ({ uplink }) => {
      uplink.networkLost();
      uplink.networkBack();
    },
  };

  test.each(Object.keys(ends))('by %s is not sent again where that was promised, else it is', (how) => {
    expect(run('written', true, ends[how])).toEqual([]);
    expect(run('written', false, ends[how])).toEqual([[1], [2]]);
    expect(run('acknowledged', true, ends[how])).toEqual([[1], [2]]);
  });
});

describe('with the gateway’s subprotocol', () => {
  const open = (
    options: UplinkOptions<Uplink> = {},
    box = outbox({ keep: 'acknowledged', urgentMemory: 128 }),
  ): Bench => {
    const bench = new Bench({ outbox: box, name: 'bay 7', ...options }).start();
    bench.link.open(SUBPROTOCOL);
    return bench;
  };

  test('the session is told first, then records with their numbers', () => {
    const box = outbox({ keep: 'acknowledged', urgentMemory: 128 });
    const { uplink, link } = open({}, box);
    uplink.post(octets(65), { binary: false });
    uplink.post(octets(1, 2), { urgent: true });
    expect(link.sent.map(({ bytes }) => bytes)).toEqual([
      [1, 1, 0, 0, ...box.session, ...Buffer.from('bay 7')],
      [2, 1, 0, 0, 0, 0, 0, 0, 65],
      [2, 2, 0, 0, 1, 0, 0, 0, 1, 2],
    ]);
    expect(link.sent.every(({ binary }) => binary)).toBe(true);
  });

  test('acknowledgements let go, at every split, and are not the application’s', () => {
    for (let cut = 0; cut <= 8; cut++) {
      const seen: unknown[] = [];
      const { uplink, link } = open({
        onData: () => seen.push('data'),
        onAcknowledged: (upTo, urgent, count) => seen.push([upTo, urgent, count]),
      });
      uplink.post(octets(1));
      uplink.post(octets(2));
      uplink.post(octets(3), { urgent: true });
      for (const bytes of [acknowledgement(1), acknowledgement(2, true)]) {
        link.sink.linkReceived(bytes, 0, cut, true, true);
        link.sink.linkReceived(bytes, cut, 8, true, false);
      }
      expect(seen).toEqual([
        [1, false, 2],
        [2, true, 1],
      ]);
      expect(uplink.outbox?.kept).toBe(0);
    }
  });

  test.each([
    ['too short', [3, 0, 0, 0, 0, 0, 0]],
    ['too long', [3, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['of another kind', [4, 0, 0, 0, 0, 0, 0, 0]],
    ['empty', []],
    ['of a record that was never sent', [3, 0, 0, 0, 9, 0, 0, 0]],
  ])('what is %s acknowledges nothing', (_what, bytes) => {
    const { uplink, link } = open();
    uplink.post(octets(1));
    link.receive(Uint8Array.from(bytes));
    for (const byte of bytes) link.sink.linkReceived(octets(byte), 0, 1, true, true);
    link.sink.linkReceived(octets(), 0, 0, true, false);
    expect(uplink.outbox?.kept).toBe(1);
    expect(link.receive(acknowledgement(0)) && uplink.outbox?.kept).toBe(0);
  });

  test('an acknowledgement that was cut off with its connection does not live on', () => {
    const bench = open();
    bench.uplink.post(octets(1));
    bench.link.sink.linkReceived(acknowledgement(0), 0, 4, true, true);
    bench.link.over({ error: 505 });
    bench.host.wait(500);
    bench.link.open(SUBPROTOCOL).sink.linkReceived(octets(0, 0, 0, 0), 0, 4, true, false);
    expect(bench.uplink.outbox?.kept).toBe(1);
  });

  test('a connection that was acknowledged on was a good one', () => {
    const bench = new Bench(
      { outbox: outbox({ keep: 'acknowledged' }), backoffBase: 100, backoffLongest: 60_000 },
      3,
    ).start();
    for (let i = 0; i < 9; i++) {
      bench.link.over({ error: 503 });
      bench.host.wait(60_000);
    }
    bench.link.open(SUBPROTOCOL);
    bench.uplink.post(octets(1));
    bench.link.receive(acknowledgement(0)).over({ error: 505 });
    expect(bench.changes.at(-1)!.delay).toBeLessThanOrEqual(100);
  });
});

describe('an acknowledgement by the application', () => {
  const DELAY = 100;

  /** The longest delay after a connection on which one record was sent and `upTo` was acknowledged. */
  function longestAfter(upTo: number): number {
    let longest = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const box = outbox({ keep: 'acknowledged' });
      const bench = new Bench({ outbox: box, backoffBase: DELAY, backoffLongest: 60_000 }, seed).start();
      for (let i = 0; i < 9; i++) {
        bench.link.over({ error: 503 });
        bench.host.wait(60_000);
      }
      bench.link.open();
      bench.uplink.post(octets(1));
      expect(bench.uplink.acknowledge(upTo)).toBe(upTo === 0 ? 1 : 0);
      bench.link.over({ error: 505 });
      longest = Math.max(longest, bench.changes.at(-1)!.delay);
    }
    return longest;
  }

  test('proves the connection, and does not if it lets nothing go', () => {
    expect(longestAfter(0)).toBeLessThanOrEqual(DELAY);
    expect(longestAfter(1)).toBeGreaterThan(DELAY);
  });

  test('is one of records that are not urgent, unless it says so', () => {
    const box = outbox({ keep: 'acknowledged', urgentMemory: 64 });
    const bench = new Bench({ outbox: box }).start();
    bench.link.open();
    bench.uplink.post(octets(1), { urgent: true });
    bench.uplink.post(octets(2));
    expect([bench.uplink.acknowledge(0), box.acknowledge(0)]).toEqual([0, 0]);
    expect([bench.uplink.acknowledge(1), box.acknowledge(0, true), box.kept]).toEqual([1, 1, 0]);
    bench.uplink.post(octets(3), { urgent: true });
    bench.uplink.post(octets(4));
    expect([box.acknowledge(3), bench.uplink.acknowledge(2, true), box.kept]).toEqual([1, 1, 0]);
  });
});

describe('a store that fails', () => {
  test('is told of once, from outside of any method, and again when it works', () => {
    let isFull = false;
    const store = {
      read: () => ({ session: new Uint8Array(8), next: 0 }),
      append: () => {
        if (isFull) throw new Error('full');
      },
      trim: () => {},
      close: () => {},
    };
    const told: unknown[] = [];
    const bench = new Bench({
      outbox: outbox({ store, keep: 'acknowledged' }),
      onStore: (error) => told.push(error),
    }).start();
    bench.link.open();
    isFull = true;
    bench.uplink.post(octets(1));
    expect(told).toEqual([]);
    bench.uplink.post(octets(2));
    bench.host.wait(0);
    expect(told).toEqual([expect.objectContaining({ message: 'full' })]);
    isFull = false;
    bench.uplink.post(octets(3));
    bench.host.wait(0);
    expect(told).toEqual([expect.objectContaining({ message: 'full' }), undefined]);
    // All of them left all the same.
    expect(bench.link.sent.length).toBe(3);
    expect(bench.uplink.outbox?.counters.unstored).toBe(2);
    bench.uplink.stop();
    bench.link.over();
    expect(bench.host.timers).toBe(0);
  });
});

describe('100 random cuts', () => {
  const policies: [Keep, WhenFull][] = [
    ['acknowledged', 'refuse'],
    ['acknowledged', 'dropOldest'],
    ['acknowledged', 'dropNewest'],
    ['written', 'refuse'],
    ['written', 'dropOldest'],
    ['written', 'dropNewest'],
  ];

  test.each(policies)('kept until %s, when full %s', (keep, whenFull) => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = words(seed * 7919);
      const box = outbox({ keep, whenFull, urgentMemory: seed % 2 === 0 ? 256 : 0 });
      const bench = new Bench({ outbox: box, minUptime: 0 }, seed);
      bench.ring = 60 + below(random, 300);
      const receiver = new Receiver();
      const posted = new Map<number, string>();
      /** What a transport took and a peer never got. */
      const lost = new Set<number>();
      let delivered = 0;
      let arrived = 0;
      let link: ScriptedLink | undefined;

      /** The peer gets some of what the transport has taken. */
      const arrive = (count: number): void => {
        for (const message of link!.taken.slice(arrived, arrived + count)) receiver.take(message);
        arrived = Math.min(link!.taken.length, arrived + count);
        if (keep === 'acknowledged') {
          const { last } = receiver;
          if (last[0] >= 0 && below(random, 3) > 0) link!.receive(acknowledgement(last[0]));
          if (last[1] >= 0 && below(random, 3) > 0) link!.receive(acknowledgement(last[1], true));
        }
      };
      bench.start();
      for (let cuts = 0; cuts < 100;) {
        const what = below(random, 20);
        if (link === undefined && what < 5) {
          link = bench.link.open(SUBPROTOCOL);
          arrived = 0;
        } else if (what < 12) {
          const length = below(random, 5) === 0 ? 100 + below(random, 400) : below(random, 40);
          const payload = Uint8Array.from({ length }, () => random() & 255);
          const isUrgent = below(random, 4) === 0 && length < 200;
          const number = bench.uplink.post(payload, { urgent: isUrgent });
          if (number >= 0) posted.set(number, payload.join());
        } else if (link !== undefined && what < 16) link.take();
        else if (link !== undefined && what < 19) arrive(below(random, 6));
        else if (link !== undefined) {
          for (const { bytes } of link.taken.slice(arrived))
            if (bytes[0] === 2) lost.add(bytes[4] | (bytes[5] << 8) | (bytes[6] << 16));
          link.over({ error: 505, closeCode: 1006 });
          link = undefined;
          cuts++;
          bench.host.wait(30_000);
        }
      }
      link ??= bench.link.open(SUBPROTOCOL);
      arrived = 0;
      for (let i = 0; i < 200; i++) {
        link.take();
        arrive(100);
      }
      delivered = receiver.kept.size;

      const { counters } = box;
      // Whatever arrived is what was posted, octet for octet; in its lane in order; and doubles are marked.
      for (const [number, payload] of receiver.kept) expect(payload).toBe(posted.get(number));
      for (const lane of receiver.order) expect(lane).toEqual([...lane].sort((a, b) => a - b));
      expect(receiver.unmarked).toBe(0);
      expect(delivered).toBeGreaterThan(50);
      const missing = [...posted.keys()].filter((number) => !receiver.kept.has(number));
      // What there was no room for, and nothing else; with `written` also what a transport lost.
      if (keep === 'acknowledged') {
        expect(box.kept).toBe(0);
        expect(missing.length).toBeLessThanOrEqual(counters.droppedOldest + counters.droppedNewest);
        if (whenFull === 'refuse') expect(missing).toEqual([]);
        else if (whenFull === 'dropNewest') expect(missing.length).toBe(counters.droppedNewest);
        else expect(missing.length).toBeGreaterThanOrEqual(counters.droppedNewest);
      } else {
        const unexplained = missing.filter((number) => !lost.has(number));
        expect(unexplained.length).toBeLessThanOrEqual(counters.droppedOldest + counters.droppedNewest);
        if (whenFull === 'refuse') expect(unexplained).toEqual([]);
        if (whenFull === 'dropNewest') expect(unexplained.length).toBe(counters.droppedNewest);
      }
      if (whenFull !== 'refuse') expect(counters.refused).toBe(0);
      if (whenFull !== 'dropOldest') expect(counters.droppedOldest).toBe(0);
      expect(counters.posted + counters.droppedNewest).toBe(posted.size);
    }
  });
});
