/** Every wait has an end, whatever the clock does: it may jump, go back, stand still, and wrap at 2^32 ms. */
import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/connection/connection.ts';
import { PING_DUE, Wait } from '../../src/connection/deadlines.ts';
import { ErrorId } from '../../src/errors.ts';
import type { ConnectionEvents } from '../../src/connection/events.ts';
import { Register } from '../../src/connection/layout.ts';
import type { Limits } from '../../src/connection/limits.ts';
import { Driver } from '../support/driver.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { newClient } from '../support/handshake.ts';
import { counting, latin1 } from '../support/octets.ts';
import { words } from '../support/random.ts';

/** The deadlines of a connection by themselves. */
class Waiting extends Connection {
  constructor(limits: Partial<Limits>, wait?: Wait) {
    super({ role: 'client', events: NO_EVENTS, target: undefined, random: words(), ...limits });
    if (wait !== undefined) this.wait(wait);
  }

  wait(wait: Wait): void {
    this.waitFor(wait);
  }

  override tick(now: number, paused = false): number {
    if (paused) this.pause();
    else this.resume();
    return this.elapse(now);
  }

  override next(): number {
    return super.next();
  }

  gotPong(): void {
    this.answered();
  }

  heardNow(): void {
    this.words[Register.heard] = 1;
  }

  heldNow(): void {
    this.stopHearing();
  }
}

const NO_EVENTS: ConnectionEvents<unknown> = {
  onOpen() {},
  onData() {},
  onControl() {},
  onClose() {},
};

function deadlines(limits: Partial<Limits>, wait: Wait): Waiting {
  return new Waiting(limits, wait);
}

/** Ticks when asked to, from `start`, until something is due; returns after how long that was, and what. */
function firstDue(made: Waiting, start: number, paused = false): [number, number] {
  let passed = 0;
  for (let ticks = 0; ticks < 1000; ticks++) {
    const due = made.tick((start + passed) % 2 ** 32, paused);
    if (due !== 0) return [passed, due];
    const next = made.next();
    if (next === 0) return [passed, 0];
    passed += next;
  }
  throw new Error('a storm of ticks');
}

const WAITS = [
  ['connectTimeout', Wait.connect, ErrorId.connectTimeout],
  ['handshakeTimeout', Wait.handshake, ErrorId.handshakeTimeout],
  ['closeTimeout', Wait.close, ErrorId.closeTimeout],
] as const;

describe.each(WAITS)('%s', (name, wait, error) => {
  test.each([0, 1, 12345, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 700])(
    'ends on time, from %d',
    (start) => {
      expect(firstDue(deadlines({ [name]: 1500 }, wait), start)).toEqual([1500, error]);
    },
  );

  test('0 is none', () => {
    expect(firstDue(deadlines({ [name]: 0 }, wait), 7)).toEqual([0, 0]);
  });

  test('a tick too early is none, one too late is one', () => {
    const made = deadlines({ [name]: 1000 }, wait);
    made.tick(50, false);
    expect(made.next()).toBe(1000);
    for (let now = 60; now < 1050; now += 10) expect(made.tick(now, false)).toBe(0);
    expect(made.next()).toBe(10);
    expect(made.tick(99999, false)).toBe(error);
  });

  test('begins with the first tick, however late that is', () => {
    const made = new Waiting({ [name]: 1000 });
    made.tick(0, false);
    made.wait(wait);
    expect(made.tick(500000, false)).toBe(0);
    expect(made.next()).toBe(1000);
  });

  test('a clock that goes back by a day does not end it, and does not stop it for a day', () => {
    const made = deadlines({ [name]: 1000 }, wait);
    made.tick(1e9, false);
    made.next();
    expect(made.tick(1e9 - 86_400_000, false)).toBe(0);
    expect(made.next()).toBe(1000);
    expect(made.tick(1e9 - 86_400_000 + 999, false)).toBe(0);
    expect(made.tick(1e9 - 86_400_000 + 1000, false)).toBe(error);
  });

  test('a clock that stands still never ends it', () => {
    const made = deadlines({ [name]: 1000 }, wait);
    for (let i = 0; i < 100; i++) expect(made.tick(77, false)).toBe(0);
    expect(made.next()).toBe(1000);
  });
});

describe('while the connection is open', () => {
  test('pings come at their interval, whatever else is received', () => {
    const made = deadlines({ keepalive: 1000, keepaliveTimeout: 0 }, Wait.none);
    let pings = 0;
    made.tick(0, false);
    for (let now = 1; now <= 10_000; now++) {
      made.heardNow();
      if (made.tick(now, false) === PING_DUE) pings++;
    }
    expect(pings).toBe(10);
  });

  test('a jump of a day is one ping, not 86,400', () => {
    const made = deadlines({ keepalive: 1000, keepaliveTimeout: 500 }, Wait.none);
    made.tick(0, false);
    made.next();
    expect(made.tick(86_400_000, false)).toBe(PING_DUE);
    expect(made.tick(86_400_000, false)).toBe(0);
    expect(made.next()).toBe(500);
    made.gotPong();
    expect(made.tick(86_400_500, false)).toBe(0);
    expect(made.next()).toBe(500);
    expect(made.tick(86_401_000, false)).toBe(PING_DUE);
  });

  test('a jump hastens the wait that was asked for, and no longer one', () => {
    const made = deadlines({ idleTimeout: 60_000, keepalive: 1000, keepaliveTimeout: 500 }, Wait.none);
    made.tick(0, false);
    expect(made.next()).toBe(1000);
    expect(made.tick(86_400_000, false)).toBe(PING_DUE);
    expect(made.next()).toBe(500);
  });

  test('a peer that vanished is noticed within interval and timeout, across the wrap, too', () => {
    const start = 2 ** 32 - 1000;
    const made = deadlines({ keepalive: 1000, keepaliveTimeout: 500 }, Wait.none);
    expect(firstDue(made, start)).toEqual([1000, PING_DUE]);
    expect(made.next()).toBe(500);
    expect(made.tick(500, false)).toBe(ErrorId.pongTimeout);
  });

  test('silence is no fault while we do not read', () => {
    const made = deadlines({ idleTimeout: 300, keepalive: 1000, keepaliveTimeout: 500 }, Wait.none);
    let pings = 0;
    for (let now = 0; now <= 20_000; now += 100) {
      const due = made.tick(now, true);
      if (due === PING_DUE) pings++;
      else expect(due).toBe(0);
    }
    expect(pings).toBeLessThan(20);
    // From now on it is one.
    expect(made.tick(20_200, false)).toBe(0);
    expect(made.tick(20_300, false)).toBe(ErrorId.idleTimeout);
  });

  test('a stop between two ticks counts', () => {
    const made = deadlines({ keepalive: 1000, keepaliveTimeout: 500 }, Wait.none);
    made.tick(0, false);
    expect(made.tick(1000, false)).toBe(PING_DUE);
    made.heldNow();
    expect(made.tick(1500, false)).toBe(0);
    expect(made.tick(1999, false)).toBe(0);
    expect(made.tick(2000, false)).toBe(ErrorId.pongTimeout);
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

  test('with every deadline off it asks for no tick', () => {
    const off = { connectTimeout: 0, handshakeTimeout: 0, closeTimeout: 0, idleTimeout: 0, keepalive: 0 };
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
