import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RingletError } from '../../src/errors.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import type { OutboxOptions, WhenFull } from '../../src/uplink/outbox/options.ts';
import { PAYLOAD_AT } from '../../src/uplink/outbox/record.ts';
import { words } from '../support/random.ts';
import { OutboxModel } from './outbox-model.ts';

const host = { now: () => 0, random: words(1) };
const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);
const outbox = (options: Partial<OutboxOptions> = {}): Outbox =>
  new Outbox({ memory: 256, ...options }, host);

/** Takes what is to be sent next, as a connection would. */
function send(box: Outbox): string | undefined {
  const record = box._ring._next();
  if (record < 0) return undefined;
  box._begin(record);
  const [type, flags, , , a, b, c, d] = box._ring._bytes.subarray(record + 8, record + 16);
  expect(type).toBe(2);
  const number = (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  const start = record + PAYLOAD_AT;
  const payload = [...box._ring._bytes.subarray(start, start + box._ring._lengthOf(record))];
  expect((flags & 1) !== 0).toBe(box._ring._isText(record));
  box._ring._sent(record);
  return `${number}${flags & 1 ? 't' : ''}${flags & 2 ? 'u' : ''}${flags & 4 ? 'r' : ''}:${payload.join()}`;
}

function sendAll(box: Outbox): string[] {
  const all: string[] = [];
  for (let one = send(box); one !== undefined; one = send(box)) all.push(one);
  return all;
}

describe('records', () => {
  test('come out as they were put in, in their order, urgent ones first', () => {
    const box = outbox({ urgentMemory: 64 });
    expect(box.post(octets(1, 2, 3))).toBe(0);
    expect(box.post(octets(), { binary: false })).toBe(1);
    expect(box.post(octets(9), { urgent: true })).toBe(2);
    expect(box.post(octets(4), { binary: true, urgent: false })).toBe(3);
    expect(sendAll(box)).toEqual(['2u:9', '0:1,2,3', '1t:', '3:4']);
    expect([box.kept, box.unsent]).toEqual([4, 0]);
    box._flushed();
    expect([box.kept, box.counters.written]).toEqual([0, 4]);
  });

  test('are copied: what becomes of the buffer is nobody’s business', () => {
    const box = outbox();
    const mine = octets(1, 2);
    box.post(mine);
    mine.fill(0);
    expect(sendAll(box)).toEqual(['0:1,2']);
  });

  test('that were not acknowledged are sent again, marked, in order', () => {
    const box = outbox({ keep: 'acknowledged' });
    for (let i = 0; i < 4; i++) box.post(octets(i));
    expect([send(box), send(box), send(box)]).toEqual(['0:0', '1:1', '2:2']);
    box._flushed();
    expect(box.acknowledge(0)).toBe(1);
    box._ring._rewind();
    expect(sendAll(box)).toEqual(['1r:1', '2r:2', '3:3']);
    expect(box.counters).toMatchObject({ sent: 6, repeated: 2, acknowledged: 1, kept: 3 });
    expect(box.acknowledge(3)).toBe(3);
    expect(box.kept).toBe(0);
  });

  test('that were acknowledged on an older connection are let go before they are sent again', () => {
    const box = outbox({ keep: 'acknowledged' });
    for (let i = 0; i < 3; i++) box.post(octets(i));
    sendAll(box);
    box._ring._rewind();
    send(box);
    // The gateway says at once what it has: more than was sent on this connection.
    expect(box.acknowledge(1)).toBe(2);
    expect(sendAll(box)).toEqual(['2r:2']);
  });

  test('an acknowledgement of what was never sent lets nothing go', () => {
    const box = outbox({ keep: 'acknowledged' });
    expect(box.acknowledge(0)).toBe(0);
    box.post(octets(1));
    expect(box.acknowledge(0)).toBe(0);
    send(box);
    box.post(octets(2));
    for (const wrong of [1, 5, 0x7fffffff, 0xffffffff]) expect(box.acknowledge(wrong)).toBe(0);
    for (const none of [-1, NaN, 1e300, 0.5, undefined])
      expect(() => box.acknowledge(none as number)).toThrow(RingletError);
    expect(box.kept).toBe(2);
    expect(box.unsent).toBe(1);
  });

  test('in pieces are neither dropped nor let go before their end', () => {
    const box = outbox({ keep: 'acknowledged' });
    box.post(new Uint8Array(100));
    const record = box._ring._next();
    box._begin(record);
    box._ring._started(record);
    box.post(octets(1), { urgent: true });
    expect(box._ring._next()).toBe(record);
    // There is no room for this one unless the one in pieces goes.
    expect(box.post(new Uint8Array(150))).toBe(2);
    expect(box.counters).toMatchObject({ droppedNewest: 1, droppedOldest: 0 });
    box._ring._sent(record);
    expect(box.counters.repeated).toBe(0);
    box._ring._rewind();
    box._ring._started(box._ring._next());
    expect(box.acknowledge(0)).toBe(0);
    box._ring._sent(box._ring._next());
    expect(box.counters.repeated).toBe(1);
    expect(box.acknowledge(0)).toBe(1);
  });

  test('an application marks what is sent again in its own way', () => {
    const box = outbox({ mark: (bytes, start) => (bytes[start] |= 8) });
    box.post(octets(0x30, 1));
    expect(sendAll(box)).toEqual(['0:48,1']);
    box._ring._rewind();
    expect(sendAll(box)).toEqual(['0r:56,1']);
  });

  test('are numbered over the wrap at 2^32', () => {
    const store = {
      read: () => ({ session: new Uint8Array(8), next: 0xfffffffe }),
      append: () => {},
      trim: () => {},
      close: () => {},
    };
    const box = outbox({ keep: 'acknowledged', store });
    expect([0, 1, 2, 3].map((i) => box.post(octets(i)))).toEqual([0xfffffffe, 0xffffffff, 0, 1]);
    expect(sendAll(box)).toHaveLength(4);
    expect(box.acknowledge(0xffffffff)).toBe(2);
    expect(box.acknowledge(0)).toBe(1);
    expect(box.nextNumber).toBe(2);
    expect(box.counters.posted).toBe(4);
  });
});

test.each([false, true])(
  'what makes room for newer records leaves the store, by one call (urgent: %s)',
  (urgent) => {
    const trimmed: [number, boolean][] = [];
    const store = {
      read: () => ({ session: new Uint8Array(8), next: 0 }),
      append: () => {},
      trim: (number: number, isUrgent: boolean) => void trimmed.push([number, isUrgent]),
      close: () => {},
    };
    const box = outbox({
      keep: 'acknowledged',
      whenFull: 'dropOldest',
      memory: 512,
      urgentMemory: 256,
      store,
    });
    while (box.counters.droppedOldest === 0) box.post(octets(1), { urgent });
    expect(trimmed).toEqual([[box.counters.droppedOldest - 1, urgent]]);
    const before = box.counters.droppedOldest;
    box.post(new Uint8Array(100), { urgent });
    // Otherwise one call would be no news.
    expect(box.counters.droppedOldest).toBeGreaterThan(before + 1);
    expect(trimmed.slice(1)).toEqual([[box.counters.droppedOldest - 1, urgent]]);
  },
);

test('an urgent record after very many others is no old one', () => {
  const box = outbox({ keep: 'acknowledged', urgentMemory: 64 });
  box.post(octets(1), { urgent: true });
  expect(sendAll(box)).toEqual(['0u:1']);
  expect(box.acknowledge(0, true)).toBe(1);
  box._numbers = 0x80000005;
  expect(box.post(octets(2), { urgent: true })).toBe(0x80000005);
  expect(box.acknowledge(0x80000005, true)).toBe(0);
  expect(sendAll(box)).toEqual([`${0x80000005}u:2`]);
  box._ring._rewind();
  expect(sendAll(box)).toEqual([`${0x80000005}ur:2`]);
  expect(box.acknowledge(0x80000004, true)).toBe(0);
  expect(box.acknowledge(0x80000005, true)).toBe(1);
});

describe('memory', () => {
  test('is what was given, to the octet', () => {
    const memory = new ArrayBuffer(256);
    const box = outbox({ memory });
    expect(box._ring._bytes.buffer).toBe(memory);
    box.post(new Uint8Array(240));
    expect(box.counters).toMatchObject({ kept: 1, octetsKept: 256, highWater: 256 });
    expect(() => box.post(new Uint8Array(241))).toThrow(RingletError);
    expect(box.counters).toMatchObject({ kept: 1, posted: 1 });
  });

  test.each([
    [{ memory: 0 }],
    [{ memory: 255 }],
    [{ memory: 260 }],
    [{ memory: NaN }],
    [{ memory: new ArrayBuffer(12) }],
    [{ urgentMemory: 8 }],
    [{ urgentMemory: 256 }],
    [{ urgentMemory: 66 }],
    [{ whenFull: 'explode' as WhenFull }],
    [{ keep: 'for ever' as 'written' }],
    [{ timeToLive: -1 }],
    [{ timeToLive: 2 ** 30 }],
  ])('%j is refused', (options) => {
    expect(() => outbox(options)).toThrow(RingletError);
  });

  test.each([
    undefined,
    null,
    'text',
    7,
    {},
    [1, 2],
    new ArrayBuffer(4),
    new Int8Array(2),
    new DataView(new ArrayBuffer(2)),
    { constructor: Uint8Array, length: 2 },
    Object.create(Uint8Array.prototype),
  ])('a record that is no octets is refused, and changes nothing: %#', (wrong) => {
    const box = outbox();
    expect(() => box.post(wrong as Uint8Array)).toThrow(expect.objectContaining({ id: 601 }));
    expect([box.kept, box.nextNumber]).toEqual([0, 0]);
  });

  test('so are octets whose memory is gone', () => {
    const box = outbox();
    const gone = new Uint8Array(8);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(() => box.post(gone)).toThrow(expect.objectContaining({ id: 601 }));
    expect([box.kept, box.nextNumber]).toEqual([0, 0]);
    expect(box.post(new Uint8Array(new SharedArrayBuffer(4)))).toBe(0);
  });
});

describe('what is too old', () => {
  test('is dropped before it is sent, and makes room before the policy has to', () => {
    let now = 0xfffffff0;
    const box = new Outbox(
      { memory: 256, timeToLive: 100, keep: 'acknowledged', whenFull: 'refuse' },
      { now: () => now | 0, random: words(1) },
    );
    box.post(new Uint8Array(80));
    now += 60;
    box.post(new Uint8Array(100).fill(1));
    now += 60;
    expect(box.post(new Uint8Array(64))).toBe(2);
    expect(box.counters).toMatchObject({ expired: 1, refused: 0, kept: 2 });
    expect(sendAll(box).map((text) => text.slice(0, 2))).toEqual(['1:', '2:']);
  });

  test('is not what a clock that goes back makes of it', () => {
    let now = 1000;
    const box = new Outbox({ memory: 256, timeToLive: 100 }, { now: () => now, random: words(1) });
    box.post(octets(1));
    now = 0;
    box._ring._sweep();
    expect(sendAll(box)).toEqual(['0:1']);
  });
});

describe('an outbox does what its naive twin does', () => {
  const command = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('post' as const),
        length: fc.oneof(fc.nat(12), fc.nat(60), fc.nat(260)),
        text: fc.boolean(),
        urgent: fc.boolean(),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('send' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('start' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('acknowledge' as const),
        back: fc.nat(6),
        urgent: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), time: fc.nat(60) }) },
  );

  test.each([
    ['dropOldest', 'written', 0, 0],
    ['dropOldest', 'acknowledged', 64, 0],
    ['dropOldest', 'acknowledged', 64, 100],
    ['dropNewest', 'acknowledged', 0, 0],
    ['dropNewest', 'written', 96, 50],
    ['refuse', 'acknowledged', 64, 0],
    ['refuse', 'written', 0, 100],
  ] as const)(
    '%s, kept until %s, %d urgent octets, living %d ms',
    (whenFull, keep, urgentMemory, timeToLive) => {
      fc.assert(
        fc.property(fc.array(command, { maxLength: 150 }), (commands) => {
          const model = new OutboxModel(256, urgentMemory, whenFull, keep === 'acknowledged', timeToLive);
          const box = new Outbox(
            { memory: 256, urgentMemory, whenFull, keep, timeToLive },
            { now: () => model.now, random: words(1) },
          );
          /** Numbers of what was sent, by lane. */
          const sent: [number[], number[]] = [[], []];
          let fill = 0;
          for (const each of commands) {
            if (each.do === 'post') {
              const payload = Array.from({ length: each.length }, () => fill++ & 0xff);
              const expected = model.post(payload, each.text, each.urgent);
              const post = (): number =>
                box.post(Uint8Array.from(payload), { binary: !each.text, urgent: each.urgent });
              if (expected === 'too long') expect(post).toThrow(expect.objectContaining({ id: 611 }));
              else expect(post()).toBe(expected);
            } else if (each.do === 'send' || each.do === 'start') {
              const record = model.peek();
              const at = box._ring._next();
              expect(at >= 0).toBe(record !== undefined);
              if (record === undefined) continue;
              if (each.do === 'start') {
                box._begin(at);
                box._ring._started(at);
                model.start(record);
                continue;
              }
              const flags =
                (record.text ? 't' : '') + (record.urgent ? 'u' : '') + (record.repeated ? 'r' : '');
              expect(send(box)).toBe(`${record.number}${flags}:${record.payload.join()}`);
              model.sent(record);
              sent[record.urgent ? 1 : 0].push(record.number);
            } else if (each.do === 'flush') {
              model.flushed();
              box._flushed();
            } else if (each.do === 'cut') {
              model.rewind();
              box._ring._rewind();
            } else if (each.do === 'acknowledge') {
              const lane = sent[urgentMemory > 0 && each.urgent ? 1 : 0];
              if (lane.length === 0) continue;
              const upTo = lane[Math.max(0, lane.length - 1 - each.back)];
              model.acknowledge(upTo, each.urgent);
              box.acknowledge(upTo, each.urgent);
            } else model.now += each.time;
            const all = model.lanes.flatMap((lane) => lane?.records ?? []);
            expect(box.counters).toMatchObject({ ...model.counts, kept: all.length });
            expect(box.unsent).toBe(all.filter((record) => !record.sent).length);
          }
        }),
        { seed: 7, numRuns: 400 },
      );
    },
  );
});
