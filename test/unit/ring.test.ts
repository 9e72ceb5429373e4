/** The ring of octets: full, wrapped, added to in front, released; and frames sent across its end. */
import { describe, expect, test } from 'vitest';
import { Ring } from '../../src/connection/ring.ts';
import { Memory } from '../../src/frame/memory.ts';
import { Driver } from '../support/driver.ts';
import { framesOf } from '../support/frames.ts';
import { concat, counting } from '../support/octets.ts';

const BASE = 16;

function newRing(size = 8): Ring {
  const memory = new Memory(new ArrayBuffer(BASE + size + 8));
  memory.bytes.fill(0xee);
  return new Ring(memory, BASE, size);
}

/** What the ring holds, read by `at`, after a check that `start` and `end` tell the same. */
function contents(ring: Ring): number[] {
  const { bytes } = ring.memory;
  const all = Array.from({ length: ring.used }, (_, i) => bytes[ring.at(i)]);
  expect(Array.from(bytes.slice(ring.start, ring.end))).toEqual(all.slice(0, ring.end - ring.start));
  if (ring.used > 0) expect(ring.end - ring.start).toBeGreaterThan(0);
  expect(ring.used + ring.free).toBe(8);
  expect(ring.room).toBeLessThanOrEqual(ring.free);
  if (ring.free > 0) expect(ring.room).toBeGreaterThan(0);
  // Nobody has written outside.
  expect([bytes[BASE - 1], bytes[BASE + 8]]).toEqual([0xee, 0xee]);
  return all;
}

describe('Ring', () => {
  test('fills up, and has neither room nor free space then', () => {
    const ring = newRing();
    for (let i = 0; i < 8; i++) ring.put(i);
    expect(contents(ring)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([ring.free, ring.room]).toEqual([0, 0]);
  });

  test('wraps: two pieces hold it, and the free space is one piece', () => {
    const ring = newRing();
    for (let i = 0; i < 7; i++) ring.put(i);
    ring.release(5);
    for (let i = 7; i < 11; i++) ring.put(i);
    expect(contents(ring)).toEqual([5, 6, 7, 8, 9, 10]);
    expect([ring.start, ring.end, ring.tail, ring.room]).toEqual([BASE + 5, BASE + 8, BASE + 3, 2]);
    ring.release(3);
    expect(contents(ring)).toEqual([8, 9, 10]);
    expect(ring.start).toBe(BASE);
  });

  test('room ends at the end of the memory, or at the head', () => {
    const ring = newRing();
    for (let i = 0; i < 6; i++) ring.put(i);
    ring.release(2);
    expect([ring.free, ring.room]).toEqual([4, 2]);
    ring.grow(2);
    expect([ring.tail, ring.free, ring.room]).toEqual([BASE, 2, 2]);
  });

  test('is added to in front, across the edge', () => {
    const ring = newRing();
    ring.put(5);
    ring.prepend(3);
    for (let i = 0; i < 3; i++) ring.memory.bytes[ring.at(i)] = 2 + i;
    expect(contents(ring)).toEqual([2, 3, 4, 5]);
    ring.release(3);
    expect(contents(ring)).toEqual([5]);
  });

  test('begins again at its first octet when it is empty', () => {
    const ring = newRing();
    for (let i = 0; i < 5; i++) ring.put(i);
    ring.release(5);
    expect([ring.start, ring.end, ring.tail, ring.room, ring.used]).toEqual([BASE, BASE, BASE, 8, 0]);
    ring.put(1);
    ring.clear();
    expect(ring.used).toBe(0);
  });
});

describe.each(['client', 'server'] as const)('frames of a %s across the end of the ring', (role) => {
  const header = role === 'client' ? 6 : 2;

  test.each([0, 1, 3, 4, 90, 125])('%d octets from every place', (length) => {
    const payload = counting(length);
    for (let offset = 1; offset < 256 - length - header; offset++) {
      const driver = new Driver({ role, transmitBuffer: 256 }).open();
      const { connection } = driver;
      // Fill up to `offset`, leave one octet of it, and send the frame behind it.
      const octets: Uint8Array[] = [];
      const take = (count: number): void => {
        while (count > 0) {
          const some = Math.min(count, connection.output);
          octets.push(connection.memory.slice(connection.outputStart, connection.outputStart + some));
          connection.sent(some);
          count -= some;
        }
      };
      while (connection.bufferedAmount + header < offset) {
        const rest = Math.min(offset - connection.bufferedAmount - header, 100);
        if (connection.send(counting(100), 0, rest, 1) !== 0) break;
      }
      const before = connection.bufferedAmount;
      if (before > 1) take(before - 1);
      expect(connection.send(payload, 0, length, 1)).toBe(0);
      take(connection.bufferedAmount);
      const sent = framesOf(concat(...octets)).at(-1);
      expect(Buffer.compare(sent!.payload, payload)).toBe(0);
    }
  });

  test('a frame of exactly what is writable fills it; one octet more does not go', () => {
    for (const transmitBuffer of [256, 1024]) {
      for (let before = 0; before < transmitBuffer - 2 * header - 4; before += 7) {
        const { connection } = new Driver({ role, transmitBuffer }).open();
        connection.send(counting(before), 0, before, 1);
        const { writable } = connection;
        expect(connection.send(counting(writable + 1), 0, writable + 1, 1)).not.toBe(0);
        expect(connection.bufferedAmount).toBe(before + header + (before > 125 ? 2 : 0));
        expect(connection.send(counting(writable), 0, writable, 1)).toBe(0);
        // At 126 octets of room for 125 of payload the longer header leaves up to two octets unused.
        expect(transmitBuffer - connection.bufferedAmount).toBeLessThanOrEqual(writable === 125 ? 2 : 0);
      }
    }
  });
});
