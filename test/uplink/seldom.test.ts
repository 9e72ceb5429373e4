/** What happens to an uplink and its outbox seldom: turns that other tests do not take. */
import { describe, expect, test } from 'vitest';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { ClientLink } from '../../src/uplink/client-link.ts';
import { EndpointLink } from '../../src/uplink/endpoint-link.ts';
import { lossOf, UplinkError } from '../../src/uplink/failure.ts';
import type { LinkSink } from '../../src/uplink/link.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import type { OutboxOptions } from '../../src/uplink/outbox/options.ts';
import { lossSentence } from '../../src/uplink/sentence.ts';
import type { Store, StoreState } from '../../src/uplink/store.ts';
import { InjectedFailure, World } from '../../hosts/simulated/index.ts';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { words } from '../support/random.ts';
import { DeviceUplink } from '../world/support/device-uplink.ts';
import { Bench } from './scripted-link.ts';

const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);

class Clock {
  time = 0;
  readonly random = words(1);
  readonly now = (): number => this.time;
}

function outboxAt(clock: Clock, options: Partial<OutboxOptions> = {}): Outbox {
  return new Outbox({ memory: 256, ...options }, clock);
}

/** Sends what is next. Returns its payload. */
function send(box: Outbox): number[] | undefined {
  const record = box._ring._next();
  if (record < 0) return undefined;
  const payload = [...box._ring._bytes.subarray(record + 16, record + 16 + box._ring._lengthOf(record))];
  box._ring._sent(record);
  return payload;
}

describe('records that grow too old', () => {
  test('behind one that is sent and not acknowledged are left out, and counted once', () => {
    const clock = new Clock();
    const box = outboxAt(clock, { keep: 'acknowledged', timeToLive: 100 });
    box.post(octets(1));
    expect(send(box)).toEqual([1]);
    box.post(octets(2));
    clock.time = 150;
    box.post(octets(3));
    expect(send(box)).toEqual([3]);
    expect(box.counters).toMatchObject({ expired: 1, kept: 3, sent: 2 });
    // The memory of what was left out is free with that of its neighbours.
    expect(box.acknowledge(2)).toBe(3);
    expect(box.counters).toMatchObject({ expired: 1, acknowledged: 2, kept: 0, octetsKept: 0 });
  });

  test('and were left out are not sent again on the next connection', () => {
    const clock = new Clock();
    const box = outboxAt(clock, { keep: 'acknowledged', timeToLive: 100 });
    box.post(octets(1));
    send(box);
    box.post(octets(2));
    clock.time = 60;
    box.post(octets(3));
    clock.time = 120;
    expect(send(box)).toEqual([3]);
    // A clock that goes back makes nothing old, and what was left out stays so.
    clock.time = 0;
    box._ring._rewind();
    expect([send(box), send(box), send(box)]).toEqual([[1], [3], undefined]);
  });

  test('while one that is older waits for its acknowledgement are counted once, whoever lets them go', () => {
    for (const acknowledges of [true, false]) {
      const clock = new Clock();
      const box = outboxAt(clock, { keep: 'acknowledged', timeToLive: 100 });
      for (const value of [1, 2, 3]) box.post(octets(value));
      send(box);
      clock.time = 100;
      // 2 and 3 are left out, and keep their memory as long as 1 has not gone.
      expect([send(box), box.kept, box.counters.expired]).toEqual([undefined, 3, 2]);
      if (acknowledges) expect(box.acknowledge(0)).toBe(1);
      box._ring._sweep();
      expect(box.counters).toMatchObject({
        expired: acknowledges ? 2 : 3,
        acknowledged: acknowledges ? 1 : 0,
        kept: 0,
        octetsKept: 0,
      });
    }
  });

  test('and were left out are not counted as dropped when room is made of them', () => {
    const clock = new Clock();
    const box = outboxAt(clock, { keep: 'acknowledged', timeToLive: 100 });
    for (const value of [1, 2, 3]) box.post(octets(value));
    send(box);
    clock.time = 100;
    expect(send(box)).toBeUndefined();
    // A clock that goes back makes nothing old: now they are the oldest, and in the way.
    clock.time = 50;
    box.post(new Uint8Array(230));
    expect(box.counters).toMatchObject({ expired: 2, droppedOldest: 1, kept: 1 });
  });

  test('have their time from when they were posted, on a connection that takes them at once, too', () => {
    for (const [wait, again] of [
      [99, [[7]]],
      [100, []],
    ] as const) {
      const clock = new Clock();
      const outbox = outboxAt(clock, { keep: 'acknowledged', timeToLive: 100 });
      clock.time = 1000;
      const bench = new Bench({ outbox }).start();
      bench.link.open();
      bench.uplink.post(octets(7));
      expect(bench.link.sent.map(({ bytes }) => bytes)).toEqual([[7]]);
      bench.link.over({ error: ErrorId.transportEnded });
      clock.time += wait;
      bench.host.wait(1000);
      bench.link.open();
      expect(bench.link.sent.map(({ bytes }) => bytes)).toEqual(again);
    }
  });

  test('are let go in both rings', () => {
    const clock = new Clock();
    const box = outboxAt(clock, { urgentMemory: 64, timeToLive: 100 });
    box.post(octets(1));
    box.post(octets(2), { urgent: true });
    clock.time = 100;
    box._ring._sweep();
    expect(box.counters).toMatchObject({ expired: 2, kept: 0 });
  });
});

test('urgent records of a store are with the others where there is no ring for them, and trimmed in both', () => {
  const trims: [number, boolean][] = [];
  const store: Store = {
    read(take) {
      take(4, 2, octets(9, 8), 1, 2);
      take(5, 1, octets(7), 0, 1);
      return { session: new Uint8Array(8), next: 6 };
    },
    append() {},
    trim: (number, urgent) => void trims.push([number, urgent]),
    close() {},
  };
  const box = outboxAt(new Clock(), { store, keep: 'acknowledged' });
  const record = box._ring._next();
  // Text 1, urgent 2, sent before 4.
  expect([box.kept, box._ring._bytes[record + 9]]).toEqual([2, 4]);
  expect([send(box), send(box), send(box)]).toEqual([[8], [7], undefined]);
  expect(box.acknowledge(5)).toBe(2);
  expect(trims).toEqual([
    [5, false],
    [5, true],
  ]);
  const other = outboxAt(new Clock(), { store, keep: 'acknowledged', urgentMemory: 64 });
  expect(send(other)).toEqual([8]);
  trims.length = 0;
  other.acknowledge(4, true);
  expect(trims).toEqual([[4, true]]);
  // The other one has its own ring.
  trims.length = 0;
  expect([send(other), send(other), other.acknowledge(5)]).toEqual([[7], undefined, 1]);
  expect(trims).toEqual([[5, false]]);
});

test('a store without urgent records is trimmed of none', () => {
  const trims: [number, boolean][] = [];
  const store: Store = {
    read(take) {
      take(5, 0, octets(7), 0, 1);
      return { session: new Uint8Array(8), next: 6 };
    },
    append() {},
    trim: (number, urgent) => void trims.push([number, urgent]),
    close() {},
  };
  const box = outboxAt(new Clock(), { store, keep: 'acknowledged' });
  expect([send(box), box.acknowledge(5), trims]).toEqual([[7], 1, [[5, false]]]);
});

describe('the name that a gateway is told', () => {
  const LONGEST = 64;
  test.each(['', 'desk-7', 'x'.repeat(LONGEST)])('is "%s"', (name) => {
    const bench = new Bench({ outbox: outboxAt(new Clock()), ...(name && { name }) }).start();
    bench.link.open('outbox.ringlet');
    const [{ bytes }] = bench.link.sent;
    expect(String.fromCharCode(...bytes.slice(12))).toBe(name);
  });

  test.each([5, null, 'x'.repeat(LONGEST + 1), 'a\n', 'ä'])('cannot be %j', (name) => {
    expect(() => new Bench({ name: name as string })).toThrow(/name/);
  });
});

class BrokenStore implements Store {
  readonly session = new Uint8Array(8);
  failure: Error | undefined;
  readonly records: number[];

  constructor(...lengths: number[]) {
    this.records = lengths;
  }

  read(
    take: (number: number, flags: number, bytes: Uint8Array, start: number, end: number) => void,
  ): StoreState {
    this.records.forEach((length, number) => take(number, 0, new Uint8Array(length), 0, length));
    return { session: this.session, next: this.records.length };
  }

  append(): void {}

  trim(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  close(): void {}
}

describe('a store', () => {
  test('that fails to trim is told of once', () => {
    const store = new BrokenStore();
    const box = outboxAt(new Clock(), { keep: 'acknowledged', store });
    store.failure = new Error('read-only file system');
    for (let i = 0; i < 2; i++) {
      box.post(octets(i));
      send(box);
    }
    box.acknowledge(0);
    expect(box.storeError).toBe(store.failure);
    const first = store.failure;
    store.failure = new Error('another');
    box.acknowledge(1);
    expect(box.storeError).toBe(first);
    expect(box.counters.acknowledged).toBe(2);
  });

  test('with a record that is longer than the memory for it: that one is not read, the others are', () => {
    const box = outboxAt(new Clock(), { keep: 'acknowledged', store: new BrokenStore(10, 1000, 10) });
    expect(box.counters).toMatchObject({ unread: 1, kept: 2 });
  });

  test('whose failure shows when something is acknowledged is told by the uplink', () => {
    const store = new BrokenStore();
    const outbox = outboxAt(new Clock(), { keep: 'acknowledged', store });
    const told: unknown[] = [];
    const bench = new Bench({ outbox, onStore: (error) => void told.push(error) }).start();
    bench.link.open();
    bench.uplink.post(octets(1));
    store.failure = new Error('read-only file system');
    bench.uplink.acknowledge(0);
    bench.host.wait(0);
    expect(told).toEqual([store.failure]);
  });
});

test('an outbox closes its store, if it has one', () => {
  let closes = 0;
  const store = Object.assign(new BrokenStore(), { close: () => void closes++ });
  outboxAt(new Clock(), { store }).close();
  expect(closes).toBe(1);
  expect(() => outboxAt(new Clock()).close()).not.toThrow();
});

describe('an uplink', () => {
  test('marks a record that leaves in pieces when it begins again, and neither before nor in its middle', () => {
    const marks: number[] = [];
    const mark = (_bytes: Uint8Array, start: number, end: number): void => void marks.push(end - start);
    const outbox = outboxAt(new Clock(), { memory: 4096, mark });
    const bench = new Bench({ outbox });
    bench.ring = 100;
    bench.start();
    bench.link.open();
    bench.uplink.post(new Uint8Array(250));
    bench.link.take();
    expect(marks).toEqual([]);
    bench.link.over({ error: ErrorId.transportReset });
    bench.host.wait(1000);
    bench.link.open();
    for (let i = 0; i < 3; i++) bench.link.take();
    expect(marks).toEqual([250]);
    expect(bench.link.sent).toHaveLength(1);
  });

  test('without an outbox refuses records, and acknowledges nothing', () => {
    const { uplink } = new Bench();
    expect(() => uplink.post(octets(1))).toThrow(RingletError);
    expect(uplink.acknowledge(0)).toBe(0);
    expect(uplink.protocol).toBe('');
  });

  test.each(['post', 'send'] as const)('%s on a connection that is at its end loses nothing', (method) => {
    const outbox = outboxAt(new Clock());
    const bench = new Bench({ outbox }).start();
    bench.link.open();
    // The peer's Close has come, and the event of the end has not.
    bench.link.closeCode = 1000;
    if (method === 'post') {
      expect(bench.uplink.post(octets(1))).toBe(0);
      expect(outbox.counters).toMatchObject({ kept: 1, sent: 0 });
    } else expect(bench.uplink.send(octets(1), 0, 1, true)).toBe(false);
    bench.link.over({ error: ErrorId.transportEnded });
    bench.host.wait(1000);
    bench.link.open();
    expect(bench.link.sent.map(({ bytes }) => bytes)).toEqual(method === 'post' ? [[1]] : []);
  });

  test('what was posted before a connection that is at its end is sent on the next, once', () => {
    const outbox = outboxAt(new Clock());
    const bench = new Bench({ outbox }).start();
    bench.uplink.post(octets(7));
    bench.uplink.post(octets(8));
    // The peer's Close came with the response.
    bench.link.closeCode = 1000;
    bench.link.open();
    expect(outbox.counters).toMatchObject({ kept: 2, sent: 0 });
    bench.link.over({ error: ErrorId.transportEnded });
    bench.host.wait(1000);
    bench.link.open();
    expect(bench.link.sent.map(({ bytes }) => bytes)).toEqual([[7], [8]]);
    expect(outbox.counters).toMatchObject({ sent: 2, repeated: 0 });
  });

  test('a record to a gateway is let go as soon as a transport has taken it, where that is enough', () => {
    const outbox = outboxAt(new Clock());
    const bench = new Bench({ outbox }).start();
    bench.link.takesAtOnce = true;
    bench.link.open('outbox.ringlet');
    expect(bench.uplink.post(octets(7))).toBe(0);
    expect(outbox.counters).toMatchObject({ kept: 0, written: 1 });
    bench.link.takesAtOnce = false;
    expect(bench.uplink.post(octets(8))).toBe(1);
    expect(outbox.counters).toMatchObject({ kept: 1, written: 1 });
    bench.link.take();
    expect(outbox.counters).toMatchObject({ kept: 0, written: 2 });
  });

  test('with a record in pieces on a connection that is at its end sends it anew, whole', () => {
    const outbox = outboxAt(new Clock(), { memory: 4096 });
    const bench = new Bench({ outbox });
    bench.ring = 100;
    bench.start();
    bench.link.open();
    const long = Uint8Array.from({ length: 250 }, (_, i) => i);
    bench.uplink.post(long);
    expect(bench.link.used).toBe(100);
    bench.link.closeCode = 1000;
    bench.link.take();
    bench.link.over({ error: ErrorId.transportEnded });
    bench.host.wait(1000);
    bench.link.open();
    for (let i = 0; i < 3; i++) bench.link.take();
    expect(bench.link.sent.map(({ bytes }) => bytes)).toEqual([[...long]]);
  });

  test('waits for the end of a record in pieces before the connection is made anew for its age', () => {
    const outbox = outboxAt(new Clock(), { memory: 4096 });
    const bench = new Bench({ outbox, maxAge: 10_000 });
    bench.ring = 100;
    bench.start();
    bench.link.open();
    bench.uplink.post(new Uint8Array(150));
    bench.host.wait(11_500);
    expect(bench.link.closeCode).toBe(0);
    bench.link.take();
    bench.host.wait(1_500);
    expect([bench.link.sent.length, bench.link.closeCode]).toEqual([1, 1000]);
  });

  test('that is told of room after its Close sends nothing', () => {
    const outbox = outboxAt(new Clock());
    const bench = new Bench({ outbox }).start();
    bench.link.open();
    bench.uplink.stop();
    bench.uplink.post(octets(1));
    bench.link.take();
    expect(bench.link.sent).toEqual([]);
  });
});

test('a record that has to be acknowledged waits for a connection that takes it', () => {
  const outbox = outboxAt(new Clock(), { keep: 'acknowledged' });
  const bench = new Bench({ outbox }).start();
  bench.link.open();
  bench.link.closeCode = 1000;
  bench.uplink.post(octets(7));
  expect(outbox.counters).toMatchObject({ kept: 1, sent: 0 });
  bench.link.over({ error: ErrorId.transportEnded });
  bench.host.wait(1000);
  bench.link.open();
  expect(bench.link.sent.map(({ bytes }) => bytes)).toEqual([[7]]);
});

test('a link over an endpoint sends text and binary, and says what is not taken', () => {
  const spans: number[] = [];
  let fault = 0;
  const link = new EndpointLink({} as LinkSink);
  const send = (_bytes: Uint8Array, _start: number, _end: number, span: number): number => {
    spans.push(span);
    return fault;
  };
  link.endpoint = { send, writable: 50 } as never;
  expect(link.send(octets(1), 0, 1, false, false)).toBe(50);
  expect(link.send(octets(1), 0, 1, true, true)).toBe(50);
  expect(spans).toEqual([0, 3]);
  fault = ErrorId.notOpen;
  expect(link.postRange(octets(1), 0, 1, 2)).toBe(-1);
});

describe('why there is no connection', () => {
  test.each<[number, string]>([
    [UplinkError.networkLost, 'the network is gone'],
    [UplinkError.rotated, 'the connection was as old as it may be'],
  ])('%d', (error, sentence) => expect(lossSentence(lossOf(error))).toBe(sentence));

  test('an id of a connection has the sentence of that', () => {
    expect(lossSentence(lossOf(65_535))).toBe('unknown error 65535');
    expect(lossSentence(lossOf(ErrorId.transportReset, new Error('ECONNRESET')))).toMatch(/ \(ECONNRESET\)$/);
  });
});

/** An endpoint that notes what is sent, and has no room when a test says so. */
class FakeEndpoint {
  readonly sent: [number[], boolean, boolean][] = [];
  readonly writable = 100;
  _writeAt = 0;
  readonly _readAt = 0;
  fault = 0;

  /** Something is on its way: what sends records has no short way. */
  readonly _sending = 1;
  readonly _state = 2;
  accepted = 0;

  _accepted(): void {
    this.accepted += 1;
  }

  _sendFragment(bytes: Uint8Array, start: number, end: number, span: number): number {
    if (this.fault === 0)
      this.sent.push([[...bytes.subarray(start, end)], (span & 1) !== 0, (span & 2) !== 0]);
    return this.fault;
  }
}

/** A client of ECMA-419 that lends such an endpoint. */
class Client {
  static readonly endpoint = new FakeEndpoint();
  static readonly written: unknown[] = [];
  static endpointOf(): FakeEndpoint {
    return Client.endpoint;
  }

  readonly protocol = 'chosen';

  write(data: Uint8Array, options: object): void {
    if (Client.endpoint.fault !== 0) throw new Error('refused');
    Client.written.push([...data], options);
  }

  close(): void {}
}

describe('a link over a client of ECMA-419', () => {
  const outbox = new Outbox({ memory: 256 }, new Clock());
  const endpoint = Client.endpoint;
  const make = (): ClientLink => {
    Object.assign(endpoint, { sent: [], fault: 0 });
    return new ClientLink(Client as never, {} as never, {} as LinkSink);
  };

  test('sends parts and wholes, text and binary, as fragments and as messages', () => {
    const link = make();
    const bytes = octets(1, 2, 3);
    expect(link.send(bytes, 0, 3, true, false)).toBe(100);
    expect(link.send(bytes, 1, 2, false, false)).toBe(100);
    expect(link.send(bytes, 1, 3, true, true)).toBe(100);
    expect(link.send(bytes, 0, 1, false, true)).toBe(100);
    expect(link.records.postRange(bytes, 0, 3, 2)).toBe(100);
    expect(link.records.postRange(bytes, 0, 3, 1)).toBe(100);
    expect(endpoint.sent).toEqual([
      [[1, 2, 3], true, false],
      [[2], false, false],
      [[2, 3], true, true],
      [[1], false, true],
      [[1, 2, 3], true, false],
      [[1, 2, 3], false, false],
    ]);
  });

  test('sends what is kept from every place and of every length, and leaves it as it was', () => {
    const memory = outbox._ring._bytes;
    const before = Uint8Array.from({ length: 256 }, (_, i) => i * 7);
    for (const [start, end] of [
      [0, 0],
      [4, 5],
      [8, 132],
      [8, 133],
      [8, 134],
      [0, 256],
      [252, 256],
      [7, 7],
    ]) {
      const link = make();
      for (const binary of [true, false]) {
        outbox._ring._words.set(new Int32Array(before.buffer));
        expect(link.records.postRange(memory, start, end, binary ? 2 : 1)).toBe(100);
        expect(endpoint.sent.at(-1)).toEqual([[...before.subarray(start, end)], binary, false]);
        expect(Uint8Array.from(memory.subarray(0, 256))).toEqual(before);
      }
    }
  });

  test('closes with its code, RFC 6455 §5.5.1', () => {
    make().close(1012);
    expect(Client.written).toEqual([[1012 >> 8, 1012 & 255], { opcode: 8 }]);
  });

  test('says so where there is no room', () => {
    const link = make();
    endpoint.fault = ErrorId.writeTooLong;
    expect(link.send(octets(1), 0, 1, true, false)).toBe(-1);
    expect(link.records.postRange(outbox._ring._bytes, 0, 8, 2)).toBeLessThan(0);
    expect(link.records.postRange(outbox._ring._bytes, 0, 200, 2)).toBeLessThan(0);
    expect(() => link.close(1000)).not.toThrow();
  });

  test('says whether a transport has taken everything', () => {
    const link = make();
    expect(link.isFlushed).toBe(true);
    endpoint._writeAt = 1;
    expect(link.isFlushed).toBe(false);
    endpoint._writeAt = 0;
    expect(link.protocol).toBe('chosen');
  });
});

describe('an uplink whose timer cannot be set', () => {
  const open = () => {
    const world = new World();
    const server = world.host('server');
    server.serve();
    const device = world.host('device');
    const ws = device.device.network.ws as WebSocketClientOptions;
    const outbox = new Outbox({ memory: 256 }, device.engine);
    const uplink = new DeviceUplink(device, { outbox, backoffBase: 1000 }, { ...ws, host: 'server' });
    uplink.start();
    world.run(20_000);
    expect(uplink.state).toBe('open');
    const fails = (action: () => void): void => {
      device.failCalls((_call, name) => name.startsWith('Timer'));
      expect(action).toThrow(InjectedFailure);
      device.failCalls(undefined);
    };
    return { world, device, uplink, outbox, fails };
  };

  test('throws from stop, and stops when it is called again', () => {
    const { world, device, uplink, fails } = open();
    fails(() => uplink.stop());
    uplink.stop();
    world.run(10_000);
    expect([uplink.state, device.sockets.size, device.timers.size]).toEqual(['stopped', 0, 0]);
  });

  test('and that is not stopped again goes on sending', () => {
    const { world, uplink, outbox, fails } = open();
    fails(() => uplink.stop());
    uplink.post(octets(1));
    world.run(1000);
    expect([uplink.state, outbox.counters.sent]).toEqual(['open', 1]);
  });

  test('throws from start, and starts when it is called again', () => {
    const { world, uplink, fails } = open();
    uplink.stop();
    world.run(10_000);
    fails(() => uplink.start());
    uplink.start();
    world.run(20_000);
    expect(uplink.state).toBe('open');
  });

  test('throws from networkLost, and waits for the network when it is called again', () => {
    const { world, device, uplink, fails } = open();
    fails(() => uplink.networkLost());
    uplink.networkLost();
    world.run(60_000);
    expect([uplink.state, uplink.loss?.error, device.sockets.size]).toEqual([
      'waiting',
      UplinkError.networkLost,
      0,
    ]);
    uplink.networkBack();
    world.run(20_000);
    expect(uplink.state).toBe('open');
  });

  test('throws from networkBack, and comes back when it is called again', () => {
    const { world, uplink, fails } = open();
    uplink.networkLost();
    world.run(1000);
    fails(() => uplink.networkBack());
    uplink.networkBack();
    world.run(20_000);
    expect(uplink.state).toBe('open');
  });
});
