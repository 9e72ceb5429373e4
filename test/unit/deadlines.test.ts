/** Every wait has an end, whatever the clock does: it may jump, go back, stand still, and wrap at 2^32 ms. */
import { describe, expect, test } from 'vitest';
import {
  answered,
  Deadline,
  elapse,
  nextTick,
  Due,
  startDeadline,
  Times,
} from '../../src/connection/deadlines.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { limitsOf } from '../../src/connection/options.ts';
import { Pumping, Register, State } from '../../src/connection/record.ts';
import { ErrorId } from '../../src/errors.ts';
import { Driver } from '../support/driver.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { newClient } from '../support/handshake.ts';
import { counting, latin1 } from '../support/octets.ts';

/** The deadlines of a connection by themselves: registers, limits, and what happened since the last tick. */
class Waiting {
  readonly words = new Int32Array(Register.count);
  readonly memory = new Uint8Array(this.words.buffer);
  readonly limits: Limits;
  signs = 0;
  isPending = false;

  constructor(limits: Partial<Limits>, deadline = Deadline.none) {
    this.limits = limitsOf(limits);
    this.wait(deadline);
  }

  wait(deadline: Deadline): this {
    startDeadline(this.memory, this.limits, deadline, this.words);
    return this;
  }

  /** What happens before the next tick. */
  sees(signs: number): this {
    this.signs |= signs;
    return this;
  }

  tick(now: number): number {
    const { memory, words, limits, signs, isPending } = this;
    this.signs = 0;
    return elapse(memory, limits, now, signs, isPending, words);
  }

  next(): number {
    return nextTick(this.memory, this.limits, this.isPending, this.words);
  }

  /** Lets time pass from `start` on, ticking when asked to, until something is due; returns after how long, and what. */
  firstDue(start: number, each: (passed: number) => void = () => {}): [number, number] {
    let passed = 0;
    for (let ticks = 0; ticks < 1000; ticks++) {
      each(passed);
      const due = this.tick((start + passed) % 2 ** 32);
      if (due !== 0) return [passed, due];
      const next = this.next();
      if (next === 0) return [passed, 0];
      passed += next;
    }
    throw new Error('a storm of ticks');
  }
}

/** A deadline that began anew is kept to within this many parts of it. */
const PARTS = 16;

const WAITS = [
  ['connectTimeout', Deadline.connect, ErrorId.connectTimeout],
  ['handshakeTimeout', Deadline.handshake, ErrorId.handshakeTimeout],
  ['closeTimeout', Deadline.close, ErrorId.closeTimeout],
  ['closeTimeout', Deadline.end, ErrorId.closeTimeout],
] as const;

describe.each(WAITS)('%s (%d)', (name, deadline, error) => {
  test.each([0, 1, 12345, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 700])(
    'ends on time, from %d',
    (start) => {
      expect(new Waiting({ [name]: 1500 }, deadline).firstDue(start)).toEqual([1500, error]);
    },
  );

  test('0 is none', () => {
    expect(new Waiting({ [name]: 0 }, deadline).firstDue(7)).toEqual([0, 0]);
  });

  test('a tick too early is none, one too late is one', () => {
    const made = new Waiting({ [name]: 1000 }, deadline);
    made.tick(50);
    for (let now = 60; now < 1050; now += 10) expect(made.tick(now)).toBe(0);
    expect(made.next()).toBe(10);
    expect(made.tick(99999)).toBe(error);
  });

  test('begins with the first tick, however late that is', () => {
    const made = new Waiting({ [name]: 1000 });
    made.tick(0);
    made.wait(deadline);
    expect(made.tick(500_000)).toBe(0);
    expect(made.firstDue(500_000)).toEqual([1000, error]);
  });

  test('a clock that goes back by a day does not end it, and does not stop it for a day', () => {
    const made = new Waiting({ [name]: 1000 }, deadline);
    made.tick(1e9);
    made.next();
    expect(made.tick(1e9 - 86_400_000)).toBe(0);
    expect(made.firstDue(1e9 - 86_400_000)).toEqual([1000, error]);
  });

  test('a clock that stands still never ends it', () => {
    const made = new Waiting({ [name]: 1000 }, deadline);
    for (let i = 0; i < 100; i++) expect(made.tick(77)).toBe(0);
    expect(made.firstDue(77)).toEqual([1000, error]);
  });
});

describe('while the connection is open', () => {
  test.each([
    [1000, 0],
    [1000, 500],
    // RFC 6455 says nothing of a Ping that waits for the Pong of the one before.
    [300, 15_000],
  ])(
    'pings come every %d ms, whatever their deadline (%d) is and whatever is received',
    (keepalive, timeout) => {
      const made = new Waiting({ keepalive, keepaliveTimeout: timeout });
      let pings = 0;
      made.tick(0);
      for (let now = 1; now <= 30_000; now++) {
        if (made.sees(Pumping.heard).tick(now) === Due.ping) pings++;
      }
      expect(pings).toBe(30_000 / keepalive);
    },
  );

  test('a jump of a day is one ping, not 86,400', () => {
    const made = new Waiting({ keepalive: 1000, keepaliveTimeout: 0 });
    made.tick(0);
    expect(made.next()).toBe(1000);
    expect(made.tick(86_400_000)).toBe(Due.ping);
    expect(made.tick(86_400_000)).toBe(0);
    expect(made.next()).toBe(1000);
  });

  test('a jump hastens the wait that was asked for, and no longer one', () => {
    const made = new Waiting({ idleTimeout: 60_000, keepalive: 1000, keepaliveTimeout: 500 });
    made.tick(0);
    expect(made.next()).toBe(1000);
    expect(made.tick(86_400_000)).toBe(Due.ping);
    expect(made.words[Register.idle]).toBe(59_000);
  });

  test('a peer that vanished is noticed within interval and timeout, across the wrap, too', () => {
    const start = 2 ** 32 - 1000;
    const made = new Waiting({ keepalive: 1000, keepaliveTimeout: 500 });
    expect(made.firstDue(start)).toEqual([1000, Due.ping]);
    expect(made.firstDue(0)).toEqual([500, ErrorId.pongTimeout]);
  });

  test('whatever comes is a sign of life: the deadline of a Pong counts from the last octet', () => {
    const made = new Waiting({ keepalive: 1000, keepaliveTimeout: 500 });
    let last = 0;
    expect(made.firstDue(0)).toEqual([1000, Due.ping]);
    // Octets come for 10 s, every 400 ms, and none is a Pong; then none.
    const ends: [number, number] = [0, 0];
    for (let now = 1000; ends[1] === 0 && now < 20_000; now++) {
      if (now % 400 === 0 && now <= 10_000) {
        made.sees(Pumping.heard);
        last = now;
      }
      if (now < 1000 + made.words[Register.asked]) continue;
      const due = made.tick(now);
      if (due > 0) ends.splice(0, 2, now, due);
      made.next();
    }
    expect(ends[1]).toBe(ErrorId.pongTimeout);
    expect(ends[0]).toBeGreaterThanOrEqual(last + 500);
    expect(ends[0]).toBeLessThanOrEqual(last + 500 + 500 / PARTS + 1);
  });

  test('a Pong of an earlier Ping leaves the later ones to be answered; others change nothing', () => {
    const { words } = new Waiting({});
    words[Register.pings] = 7;
    words[Register.unanswered] = 3;
    for (const wrong of [8, 4, 0, -1, 2 ** 31 - 1, -(2 ** 31)]) answered(words, wrong);
    expect(words[Register.unanswered]).toBe(3);
    answered(words, 5);
    expect(words[Register.unanswered]).toBe(2);
    answered(words, 7);
    expect(words[Register.unanswered]).toBe(0);
  });

  test('idleTimeout is kept to within a sixteenth, not twice', () => {
    const made = new Waiting({ idleTimeout: 1000, keepalive: 0 });
    const due = made.firstDue(0, (passed) => {
      // The last octet comes at 100.
      if (passed >= 100 && passed < 100 + 1000 / PARTS + 1) made.sees(Pumping.heard);
    });
    expect(due[1]).toBe(ErrorId.idleTimeout);
    expect(due[0]).toBeGreaterThanOrEqual(1100);
    expect(due[0]).toBeLessThanOrEqual(1100 + 2 * (1000 / PARTS + 1));
  });

  test('silence is no fault while we do not read', () => {
    const made = new Waiting({ idleTimeout: 300, keepalive: 1000, keepaliveTimeout: 500 });
    let pings = 0;
    for (let now = 0; now <= 20_000; now += 100) {
      const due = made.sees(Pumping.wasPaused).tick(now);
      if (due === Due.ping) pings++;
      else expect(due).toBe(0);
    }
    expect(pings).toBe(20);
    // From now on it is one.
    expect(made.tick(20_200)).toBe(0);
    expect(made.tick(20_299)).toBe(0);
    expect(made.tick(20_300)).toBe(ErrorId.idleTimeout);
  });

  test('octets that nobody takes are a fault, whether we read or not; one that is taken begins anew', () => {
    for (const sign of [0, Pumping.wasPaused, Pumping.heard]) {
      const made = new Waiting({ sendTimeout: 1600, keepalive: 0 });
      made.isPending = true;
      made.tick(0);
      for (let now = 100; now <= 1500; now += 100) expect(made.sees(sign).tick(now)).toBe(0);
      expect(made.sees(sign | Pumping.moved).tick(1600)).toBe(0);
      for (let now = 1700; now < 3200; now += 100) expect(made.sees(sign).tick(now)).toBe(0);
      expect(made.sees(sign).tick(3200)).toBe(ErrorId.sendTimeout);
    }
  });

  test('octets that did not wait at the last tick have the whole of sendTimeout, however long that is ago', () => {
    const made = new Waiting({ sendTimeout: 1600, keepalive: 300_000 });
    made.tick(0);
    expect(made.next()).toBe(300_000);
    made.isPending = true;
    expect(made.tick(250_000)).toBe(0);
    expect(made.firstDue(250_000)).toEqual([1600, ErrorId.sendTimeout]);
  });

  test('octets that are there since the tick itself, such as a Ping, have it from then on', () => {
    const made = new Waiting({ sendTimeout: 1600, keepalive: 5000, keepaliveTimeout: 0 });
    made.tick(0);
    made.next();
    expect(made.tick(5000)).toBe(Due.ping);
    made.isPending = true;
    expect(made.next()).toBe(1600 / PARTS + 1);
    expect(made.firstDue(5000)).toEqual([1600, ErrorId.sendTimeout]);
  });

  test('without octets that wait, or with sendTimeout 0, nothing is asked of the transport', () => {
    const idle = new Waiting({ sendTimeout: 1000, keepalive: 0 });
    expect(idle.firstDue(0)).toEqual([0, 0]);
    const never = new Waiting({ sendTimeout: 0, keepalive: 0 });
    never.isPending = true;
    expect(never.firstDue(0)).toEqual([0, 0]);
  });
});

describe('while the peer\u2019s Close is awaited', () => {
  test.each([
    ['octets that come', Pumping.heard],
    ['octets that go', Pumping.moved],
  ])('%s begin the deadline anew, a bounded number of times', (_name, sign) => {
    const made = new Waiting({ closeTimeout: 1000 }, Deadline.close);
    const [passed, due] = made.firstDue(0, () => made.sees(sign));
    expect(due).toBe(ErrorId.closeTimeout);
    expect(passed).toBeGreaterThan(9000);
    expect(passed).toBeLessThanOrEqual(Times.close * 1000 + 1);
  });

  test('silence ends it in its time', () => {
    const made = new Waiting({ closeTimeout: 1000 }, Deadline.close);
    expect(made.firstDue(0)).toEqual([1000, ErrorId.closeTimeout]);
  });

  test('when the transport is to end, nothing begins anew', () => {
    const made = new Waiting({ closeTimeout: 1000 }, Deadline.end);
    expect(made.firstDue(0, () => made.sees(Pumping.heard | Pumping.moved))).toEqual([
      1000,
      ErrorId.closeTimeout,
    ]);
  });
});

describe('of a connection', () => {
  test('an octet now and then does not prolong the handshake', () => {
    const client = newClient({}, { handshakeTimeout: 15_000 });
    const slow = latin1('HTTP/1.1 101 Switching Protocols');
    for (let i = 0; i < 16; i++) client.wait(900).feed(slow.slice(i, i + 1));
    expect(client.trace.lines).toEqual([]);
    client.wait(600);
    expect(client.trace.lines).toEqual(['over 1006 handshakeTimeout']);
  });

  test('a server that says nothing', () => {
    expect(newClient({}, { handshakeTimeout: 1000 }).wait(1000).trace.lines).toEqual([
      'over 1006 handshakeTimeout',
    ]);
  });

  test('a Close that finds no way out is waited for no longer than an answered one', () => {
    for (const role of ['client', 'server'] as const) {
      const driver = new Driver({ role, closeTimeout: 700 }).open();
      driver.takes = false;
      driver.connection.close(1000);
      driver.pump();
      expect(driver.wait(699).trace.lines).toEqual(['open']);
      expect(driver.wait(1).trace.lines).toEqual(['open', 'over 1006 closeTimeout']);
    }
  });

  test('a client waits for the server to end the transport, then does so itself', () => {
    const client = new Driver({ role: 'client', closeTimeout: 700 })
      .open()
      .feed(peerFrame('client', { opcode: 8 }));
    expect(client.wait(699).trace.lines).toEqual(['open', 'close']);
    expect(client.wait(1).trace.lines).toEqual(['open', 'close', 'over 1005 clean']);
  });

  test('each ping has a number of its own, so that a late Pong answers only those up to its own', () => {
    const driver = new Driver({ keepalive: 1000, keepaliveTimeout: 1500 }).open();
    const pings = [1, 2].map(() => framesOf(driver.wait(1000).takeOutput())[0]!);
    const [first, second] = pings.map(({ payload }) => new Uint32Array(payload.slice().buffer)[0]);
    expect(second).toBe(first! + 1);
    // The second one is not answered: the connection ends when the peer is not heard for 1500 ms, to within a sixteenth.
    driver.feed(peerFrame('server', { opcode: 10, payload: pings[0]!.payload }));
    driver.wait(1650);
    expect(driver.trace.lines).toContain('over 1006 pongTimeout');
  });

  test('a pong behind data that we have not read is waited for', () => {
    const options = { keepalive: 1000, keepaliveTimeout: 500, receiveBuffer: 256 };
    const driver = new Driver(options, { onData: (self) => self.connection.pause() }).open();
    driver.wait(1000);
    const [ping] = framesOf(driver.takeOutput());
    driver.feed(
      ...[1, 2, 3, 4].map(() => peerFrame('server', { opcode: 2, payload: counting(100) })),
      peerFrame('server', { opcode: 10, payload: ping.payload }),
    );
    expect(driver.backlog).toBeGreaterThan(0);
    driver.wait(100_000);
    expect(driver.connection.error).toBe(0);
    while (driver.backlog > 0) driver.resume();
    for (let i = 0; i < 5; i++) driver.resume();
    expect(driver.trace.lines.at(-1)).toMatch(/^pong/);
    driver.wait(400);
    expect(driver.connection.error).toBe(0);
  });

  test('octets that nobody takes have a deadline also where the closing handshake has none', () => {
    const driver = new Driver({ role: 'server', closeTimeout: 0, sendTimeout: 1600 }).open();
    driver.takes = false;
    driver.connection.close(1000);
    driver.pump();
    expect(driver.wait(1599).trace.lines).toEqual(['open']);
    expect(driver.wait(1).trace.lines).toEqual(['open', 'over 1006 sendTimeout']);
  });

  test('it asks for the next tick in time for what is waited for, and for no other', () => {
    const { connection } = new Driver({ keepalive: 30_000, sendTimeout: 1600, receiveBuffer: 256 }).open();
    expect(connection.tick(1000)).toBe(30_000);
    // Octets wait for the transport: their deadline may begin anew, and is kept to within a sixteenth.
    connection.send(counting(10), 0, 10, 1);
    const soon = connection.tick(1000);
    expect(soon).toBeGreaterThan(0);
    expect(soon).toBeLessThanOrEqual(1600 / PARTS + 1);
    connection.sent(connection.output);
    expect(connection.tick(1000)).toBe(30_000);
  });

  test('the tick that ends it asks for no other', () => {
    const { connection } = new Driver({ role: 'client', keepalive: 0, idleTimeout: 500 }).open();
    let now = 1000;
    let next = connection.tick(now);
    while (connection.state !== State.closed && now < 10_000) next = connection.tick((now += next));
    expect([connection.state, connection.error]).toEqual([State.closed, ErrorId.idleTimeout]);
    expect(next).toBe(0);
    expect(now).toBeGreaterThanOrEqual(1500);
  });

  test('with every deadline off it asks for no tick', () => {
    const off = {
      connectTimeout: 0,
      handshakeTimeout: 0,
      closeTimeout: 0,
      idleTimeout: 0,
      keepalive: 0,
      sendTimeout: 0,
    };
    const { connection } = new Driver(off);
    expect(connection.tick(1)).toBe(0);
    connection.opened();
    expect(connection.tick(2)).toBe(0);
    connection.close();
    expect(connection.tick(3)).toBe(0);
    connection.drop();
    expect(connection.tick(4)).toBe(0);
  });
});
