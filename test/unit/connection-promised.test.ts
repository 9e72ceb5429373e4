/** What was announced as writable stays so, whatever control frames come and go meanwhile. */
import { describe, expect, test } from 'vitest';
import { limitsOf } from '../../src/connection/options.ts';
import { Sending } from '../../src/connection/record.ts';
import { ErrorId } from '../../src/errors.ts';
import { Driver } from '../support/driver.ts';
import { framesOf, peerFrame } from '../support/frames.ts';
import { concat, counting } from '../support/octets.ts';
import { below, words } from '../support/random.ts';

const ROLES = ['server', 'client'] as const;

describe.each(ROLES)('what a %s told as writable', (role) => {
  const ping = (payload: Uint8Array): Uint8Array => peerFrame(role, { opcode: 9, payload });

  test('is taken after pings, of any length and number', () => {
    for (const transmitBuffer of [256, 512, 1024]) {
      for (const before of [0, 1, 40, 90]) {
        for (const length of [0, 1, 50, 125]) {
          for (const count of [1, 2, 3, 20]) {
            for (const isOneInput of [false, true]) {
              const driver = new Driver({ role, transmitBuffer }).open();
              driver.takes = false;
              const { connection } = driver;
              if (before > 0) connection.send(counting(before), 0, before, 1);
              const { writable } = connection;
              const pings = Array.from({ length: count }, () => ping(counting(length)));
              driver.feed(...(isOneInput ? [concat(...pings)] : pings));
              expect(connection.send(counting(writable), 0, writable, 1)).toBe(0);
              driver.takes = true;
              driver.pump();
              const sent = framesOf(driver.takeOutput());
              const messages = sent.filter(({ opcode }) => opcode === 2).map(({ payload }) => payload.length);
              expect(messages).toEqual(before > 0 ? [before, writable] : [writable]);
              const pongs = sent.filter(({ opcode }) => opcode === 10);
              expect(pongs.length).toBeGreaterThan(0);
              expect(pongs.length).toBeLessThanOrEqual(count);
              for (const { payload } of pongs) expect(Buffer.compare(payload, counting(length))).toBe(0);
            }
          }
        }
      }
    }
  });

  test('is remembered only while frames of the engine are in the ring', () => {
    const driver = new Driver({ role }).open();
    driver.takes = false;
    const { connection } = driver;
    const isOwing = (): boolean =>
      ((connection as unknown as { _sending: number })._sending & Sending.promised) !== 0;
    driver.feed(ping(counting(5)));
    expect(isOwing()).toBe(true);
    driver.takes = true;
    driver.pump();
    expect(isOwing()).toBe(false);
  });

  test('is taken after a Ping of its own, and after both', () => {
    for (const pings of [0, 1, 5]) {
      const limits = limitsOf({ keepalive: 1000, keepaliveTimeout: 0, idleTimeout: 0 });
      const driver = new Driver({ role, transmitBuffer: 256, limits }).open();
      driver.takes = false;
      const { connection } = driver;
      connection.send(counting(10), 0, 10, 1);
      const { writable } = connection;
      driver.wait(1500);
      for (let i = 0; i < pings; i++) driver.feed(ping(counting(125)));
      driver.wait(1500);
      expect(connection.send(counting(writable), 0, writable, 1)).toBe(0);
      driver.takes = true;
      driver.pump();
      const sent = framesOf(driver.takeOutput());
      expect(sent.map(({ opcode }) => opcode).sort()).toEqual(pings > 0 ? [10, 2, 2, 9] : [2, 2, 9]);
    }
  });

  test('is taken whatever comes and goes meanwhile, and nobody who always sends it keeps a Pong back', () => {
    const random = words(5);
    for (let run = 0; run < 100; run++) {
      const driver = new Driver({ role, transmitBuffer: 256 << (run & 1) }).open();
      driver.takes = false;
      const { connection } = driver;
      const octets: Uint8Array[] = [];
      let promised = connection.writable;
      let messages = 0;
      for (let step = 0; step < 300; step++) {
        const kind = below(random, 4);
        if (kind === 0) driver.feed(ping(Uint8Array.from({ length: below(random, 126) }, () => step)));
        else if (kind === 1) promised = Math.max(promised, connection.writable);
        else if (kind === 2) {
          expect(connection.writable).toBeGreaterThanOrEqual(promised);
          const length = run % 3 === 0 ? promised : below(random, promised + 1);
          if (length === 0) continue;
          expect(connection.send(counting(length), 0, length, 1)).toBe(0);
          messages++;
          promised = connection.writable;
        } else {
          const count = below(random, connection.output + 1);
          const start = connection.outputStart;
          octets.push(connection.memory.slice(start, start + count));
          connection.sent(count);
        }
      }
      // Always as much as there is room for, and the transport takes a little at a time.
      driver.feed(ping(Uint8Array.of(1, 2, 3)));
      for (let step = 0; step < 200; step++) {
        const { writable } = connection;
        if (writable > 0) expect(connection.send(counting(writable), 0, writable, 1)).toBe(0);
        if (writable > 0) messages++;
        const count = Math.min(connection.output, 20);
        const start = connection.outputStart;
        octets.push(connection.memory.slice(start, start + count));
        connection.sent(count);
      }
      driver.takes = true;
      driver.pump();
      const sent = framesOf(concat(...octets, driver.takeOutput())).map(({ opcode }) => opcode);
      expect(sent.filter((opcode) => opcode === 2)).toHaveLength(messages);
      expect(sent.length - sent.lastIndexOf(10)).toBeGreaterThan(10);
    }
  });
});

describe.each(ROLES)('what a %s tells as writable', (role) => {
  /** Octets of a ring of 256 beside the reserve and the header of a frame of ours. */
  const empty = 256 - 131 - (role === 'client' ? 6 : 2);
  const full = (): Driver => {
    const driver = new Driver({ role, transmitBuffer: 256 }).open();
    driver.takes = false;
    const { connection } = driver;
    expect(connection.writable).toBe(empty);
    expect(connection.send(counting(100), 0, 100, 1)).toBe(0);
    driver.feed(peerFrame(role, { opcode: 9, payload: counting(90) }));
    return driver;
  };

  test('is all of an empty ring as soon as the transport has taken all of it', () => {
    const { connection } = full();
    while (connection.bufferedAmount > 0) connection.sent(connection.bufferedAmount);
    expect(connection.writable).toBe(empty);
  });

  test('is what fits, and not what was announced once', () => {
    const driver = full();
    const { connection } = driver;
    driver.takes = true;
    driver.pump();
    driver.takes = false;
    for (let times = 0; times < 3; times++) {
      const { writable } = connection;
      expect(connection.send(counting(writable), 0, writable, 1)).toBe(
        writable > 0 || times === 0 ? 0 : ErrorId.writeTooLong,
      );
      expect(connection.writable).toBe(0);
    }
    expect(connection.send(counting(1), 0, 1, 1)).toBe(ErrorId.writeTooLong);
    // The reserve is there for a Close.
    expect(connection.close(1000, counting(0))).toBe(0);
    driver.takes = true;
    driver.pump();
    expect(framesOf(driver.takeOutput()).map(({ opcode }) => opcode)).toContain(8);
  });

  test('is nothing once the ring is full of control frames: a Close waits behind them, and none is torn', () => {
    for (let length = 0; length <= 125; length += 5) {
      const driver = new Driver({ role, transmitBuffer: 256 }).open();
      driver.takes = false;
      const { connection } = driver;
      let count = 0;
      while (connection.sendControl(10, counting(length), 0, length) === 0) count++;
      expect(connection.writable).toBe(0);
      expect(connection.close(4000, counting(123))).toBe(0);
      driver.pump();
      driver.takes = true;
      driver.pump();
      expect(framesOf(driver.takeOutput())).toMatchObject([
        ...Array.from({ length: count }, () => ({ opcode: 10, payload: counting(length) })),
        { opcode: 8, payload: Uint8Array.of(15, 160, ...counting(123)) },
      ]);
    }
  });
});
